"""Papers, steps and questions of an instrument, articles of a document, and what usually proves a question."""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


DESK = import_module("policies.migrations.0009_desk")


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0009_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalquestion',
            name='proof',
            field=models.CharField(blank=True, help_text='材料名称，几样用顿号隔开，例如“购置合同、发票”；来源另有清单的以清单为准。', max_length=120, verbose_name='通常用什么证明'),
        ),
        migrations.AddField(
            model_name='question',
            name='proof',
            field=models.CharField(blank=True, help_text='材料名称，几样用顿号隔开，例如“购置合同、发票”；来源另有清单的以清单为准。', max_length=120, verbose_name='通常用什么证明'),
        ),
        migrations.CreateModel(
            name='HistoricalArticle',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='顺序')),
                ('number', models.CharField(help_text='照原文写，例如“第六条”“二、”“附件1”。', max_length=40, validators=[django.core.validators.RegexValidator('^\\S+$', '条号中间不要有空格，例如“第六条”“附件1”。')], verbose_name='条号')),
                ('text', models.TextField(help_text='照录原文；不便照录的不要摘抄，留原文链接即可。', verbose_name='原文')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('document', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='policies.document', verbose_name='政策文件')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical 原文条款',
                'verbose_name_plural': 'historical 原文条款',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGuideEntry',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paper', '需要的材料'), ('step', '申报步骤'), ('question', '常见问题')], max_length=8, verbose_name='种类')),
                ('order', models.PositiveSmallIntegerField(default=1, help_text='同一种类里从小到大排。', verbose_name='顺序')),
                ('text', models.CharField(help_text='材料名称、这一步做什么，或者问题。', max_length=300, verbose_name='内容')),
                ('detail', models.TextField(blank=True, help_text='例如份数、在哪里办；常见问题在这里写答复。', verbose_name='说明或答复')),
                ('source', models.CharField(help_text='条款号或通知，例如“第六条（二）”“2026年申报通知附件1”。', max_length=160, verbose_name='依据')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instrument', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='policies.instrument', verbose_name='惠企事项')),
            ],
            options={
                'verbose_name': 'historical 办理指引',
                'verbose_name_plural': 'historical 办理指引',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='顺序')),
                ('number', models.CharField(help_text='照原文写，例如“第六条”“二、”“附件1”。', max_length=40, validators=[django.core.validators.RegexValidator('^\\S+$', '条号中间不要有空格，例如“第六条”“附件1”。')], verbose_name='条号')),
                ('text', models.TextField(help_text='照录原文；不便照录的不要摘抄，留原文链接即可。', verbose_name='原文')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='policies.document', verbose_name='政策文件')),
            ],
            options={
                'verbose_name': '原文条款',
                'verbose_name_plural': '原文条款',
                'ordering': ['document', 'order', 'id'],
                'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='article_once_a_document', violation_error_message='这份文件里已有同样条号的一条。')],
            },
        ),
        migrations.CreateModel(
            name='GuideEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paper', '需要的材料'), ('step', '申报步骤'), ('question', '常见问题')], max_length=8, verbose_name='种类')),
                ('order', models.PositiveSmallIntegerField(default=1, help_text='同一种类里从小到大排。', verbose_name='顺序')),
                ('text', models.CharField(help_text='材料名称、这一步做什么，或者问题。', max_length=300, verbose_name='内容')),
                ('detail', models.TextField(blank=True, help_text='例如份数、在哪里办；常见问题在这里写答复。', verbose_name='说明或答复')),
                ('source', models.CharField(help_text='条款号或通知，例如“第六条（二）”“2026年申报通知附件1”。', max_length=160, verbose_name='依据')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guide', to='policies.instrument', verbose_name='惠企事项')),
            ],
            options={
                'verbose_name': '办理指引',
                'verbose_name_plural': '办理指引',
                'ordering': ['instrument', 'kind', 'order', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'question'), _negated=True), models.Q(('detail', ''), _negated=True), _connector='OR'), name='question_has_its_answer', violation_error_message='常见问题要写答复。'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='guide_entry_has_its_source', violation_error_message='请写依据：条款号，或者哪一份通知。')],
            },
        ),
        migrations.RunPython(DESK.stamp_anew, migrations.RunPython.noop),
    ]
