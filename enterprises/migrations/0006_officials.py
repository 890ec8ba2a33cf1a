import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0005_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalOfficial',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('role', models.CharField(choices=[('province', '省级管理员'), ('entry', '市级录入'), ('review', '市级复核'), ('reader', '只读'), ('data', '数据接口管理')], max_length=8, verbose_name='角色')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='enterprises.region', verbose_name='负责地区')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': 'historical 工作人员',
                'verbose_name_plural': 'historical 工作人员',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('province', '省级管理员'), ('entry', '市级录入'), ('review', '市级复核'), ('reader', '只读'), ('data', '数据接口管理')], max_length=8, verbose_name='角色')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officials', to='enterprises.region', verbose_name='负责地区')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='official', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '工作人员',
                'verbose_name_plural': '工作人员',
                'ordering': ['region', 'role', 'user'],
                'constraints': [models.CheckConstraint(condition=models.Q(('region__gte', '210000'), ('region__lt', '220000')), name='officials_are_of_the_province', violation_error_message='负责地区请选辽宁省，或省内的市、县（区）。'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'province'), _negated=True), ('region', '210000'), _connector='OR'), name='province_role_is_of_the_province', violation_error_message='省级管理员的负责地区请选辽宁省。'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['entry', 'review']), _negated=True), models.Q(('region', '210000'), _negated=True), _connector='OR'), name='city_role_is_of_a_city', violation_error_message='市级录入和市级复核请选一个市或县（区）；管全省的请选省级管理员。')],
            },
        ),
    ]
