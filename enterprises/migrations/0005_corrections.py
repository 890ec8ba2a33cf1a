"""Notices and ends of decisions, rules by which titles lapse, reminders, calendars, corrections from the public.

SQLite makes a table anew when a column is added, and forgets its triggers: they are written again. A rule
changes what holds of every firm with its title, so its own triggers note those firms.
"""

from importlib import import_module

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

noting = import_module("enterprises.migrations.0003_register_changes")
EVENTS = {"insert": "NEW.tier_id", "update": "OLD.tier_id, NEW.tier_id", "delete": "OLD.tier_id"}


def sqlite():
    for event, tiers in EVENTS.items():
        yield (
            f"CREATE TRIGGER enterprises_lapserule_{event}_noted AFTER {event} ON enterprises_lapserule BEGIN "
            f"INSERT INTO enterprises_registerchange (enterprise) SELECT DISTINCT enterprise_id "
            f"FROM enterprises_certification WHERE tier_id IN ({tiers}); END"
        )


def postgresql():
    for event, tiers in EVENTS.items():
        name = f"enterprises_lapserule_{event}_noted"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO enterprises_registerchange (enterprise, transaction) "
            f"SELECT DISTINCT enterprise_id, pg_current_xact_id()::text::bigint "
            f"FROM enterprises_certification WHERE tier_id IN ({tiers}); RETURN NULL; END $$"
        )
        yield f"CREATE TRIGGER {name} AFTER {event} ON enterprises_lapserule FOR EACH ROW EXECUTE FUNCTION {name}()"


def watch(apps, schema_editor):
    whole = schema_editor.connection.vendor == "postgresql"
    for statement in postgresql() if whole else sqlite():
        schema_editor.execute(statement)
    for table, key in ({} if whole else noting.TABLES).items():
        for statement in noting.sqlite(table, key):
            schema_editor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS"))


def unwatch(apps, schema_editor):
    for event in EVENTS:
        name = f"enterprises_lapserule_{event}_noted"
        whole = schema_editor.connection.vendor == "postgresql"
        schema_editor.execute(f"DROP FUNCTION {name}() CASCADE" if whole else f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ("enterprises", "0004_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='certification',
            name='end_source',
            field=models.CharField(blank=True, max_length=300, verbose_name='终止的依据'),
        ),
        migrations.AddField(
            model_name='certification',
            name='end_source_url',
            field=models.URLField(blank=True, max_length=600, verbose_name='终止依据的网址'),
        ),
        migrations.AddField(
            model_name='historicalcertification',
            name='end_source',
            field=models.CharField(blank=True, max_length=300, verbose_name='终止的依据'),
        ),
        migrations.AddField(
            model_name='historicalcertification',
            name='end_source_url',
            field=models.URLField(blank=True, max_length=600, verbose_name='终止依据的网址'),
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='建立时间')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL, verbose_name='工作人员')),
            ],
            options={
                'verbose_name': '到期日历',
                'verbose_name_plural': '到期日历',
            },
        ),
        migrations.CreateModel(
            name='HistoricalCalendarFeed',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='建立时间')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='工作人员')),
            ],
            options={
                'verbose_name': 'historical 到期日历',
                'verbose_name_plural': 'historical 到期日历',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCorrection',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('reference', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='受理编号')),
                ('about', models.SlugField(max_length=60, verbose_name='哪一项')),
                ('wrong', models.CharField(max_length=500, verbose_name='哪里不对')),
                ('right', models.CharField(max_length=500, verbose_name='应当是什么')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='依据')),
                ('evidence_url', models.URLField(blank=True, max_length=600, verbose_name='依据的网址')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('state', models.CharField(choices=[('open', '待处理'), ('accepted', '已采纳'), ('refused', '未采纳')], default='open', max_length=8, verbose_name='状态')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='处理说明')),
                ('remedy', models.CharField(blank=True, max_length=300, verbose_name='改了什么')),
                ('changes', models.JSONField(blank=True, default=list, verbose_name='判断结果的变化')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('enterprise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='enterprises.enterprise', verbose_name='企业')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁处理的')),
            ],
            options={
                'verbose_name': 'historical 纠错',
                'verbose_name_plural': 'historical 纠错',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalLapseRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='来源')),
                ('source_url', models.URLField(blank=True, max_length=600, verbose_name='来源网址')),
                ('grade', models.CharField(blank=True, choices=[('A', 'A 政府网站页面'), ('B', 'B 媒体报道或转载'), ('C', 'C 公开资料库转录，未核对官方页'), ('D', 'D 论文'), ('E', 'E 自有知识，未核实')], max_length=1, verbose_name='来源等级')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='校验日期')),
                ('code', models.SlugField(max_length=60, verbose_name='标识')),
                ('year', models.PositiveSmallIntegerField(verbose_name='认定年度')),
                ('lapsed_on', models.DateField(verbose_name='失效日期')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('retired_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_as', models.ForeignKey(blank=True, db_constraint=False, help_text='复核通过时换发别的称号的，填换发的称号。', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='enterprises.tier', verbose_name='复核后换发的称号')),
                ('tier', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='enterprises.tier', verbose_name='称号')),
            ],
            options={
                'verbose_name': 'historical 失效规则',
                'verbose_name_plural': 'historical 失效规则',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='LapseRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='来源')),
                ('source_url', models.URLField(blank=True, max_length=600, verbose_name='来源网址')),
                ('grade', models.CharField(blank=True, choices=[('A', 'A 政府网站页面'), ('B', 'B 媒体报道或转载'), ('C', 'C 公开资料库转录，未核对官方页'), ('D', 'D 论文'), ('E', 'E 自有知识，未核实')], max_length=1, verbose_name='来源等级')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='校验日期')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='标识')),
                ('year', models.PositiveSmallIntegerField(verbose_name='认定年度')),
                ('lapsed_on', models.DateField(verbose_name='失效日期')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('retired_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('reviewed_as', models.ForeignKey(blank=True, help_text='复核通过时换发别的称号的，填换发的称号。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.tier', verbose_name='复核后换发的称号')),
                ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lapses', to='enterprises.tier', verbose_name='称号')),
            ],
            options={
                'verbose_name': '失效规则',
                'verbose_name_plural': '失效规则',
                'ordering': ['lapsed_on', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_until', models.DateField(verbose_name='提醒的有效期止')),
                ('reminded_at', models.DateTimeField(verbose_name='提醒时间')),
                ('certification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='enterprises.certification', verbose_name='认定记录')),
                ('reminded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='谁提醒的')),
            ],
            options={
                'verbose_name': '到期提醒',
                'verbose_name_plural': '到期提醒',
                'ordering': ['-reminded_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(editable=False, max_length=16, unique=True, verbose_name='受理编号')),
                ('about', models.SlugField(max_length=60, verbose_name='哪一项')),
                ('wrong', models.CharField(max_length=500, verbose_name='哪里不对')),
                ('right', models.CharField(max_length=500, verbose_name='应当是什么')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='依据')),
                ('evidence_url', models.URLField(blank=True, max_length=600, verbose_name='依据的网址')),
                ('contact', models.CharField(blank=True, max_length=100, verbose_name='联系方式')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('state', models.CharField(choices=[('open', '待处理'), ('accepted', '已采纳'), ('refused', '未采纳')], default='open', max_length=8, verbose_name='状态')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='处理说明')),
                ('remedy', models.CharField(blank=True, max_length=300, verbose_name='改了什么')),
                ('changes', models.JSONField(blank=True, default=list, verbose_name='判断结果的变化')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='enterprises.enterprise', verbose_name='企业')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='谁处理的')),
            ],
            options={
                'verbose_name': '纠错',
                'verbose_name_plural': '纠错',
                'ordering': ['received_at', 'id'],
                'permissions': [('settle_correction', '处理纠错')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='correction_settled_by_somebody', violation_error_message='处理过的纠错要写明谁在什么时候处理的。'), models.CheckConstraint(condition=models.Q(('reason', ''), ('state', 'refused'), _negated=True), name='correction_refused_with_reason', violation_error_message='不采纳要写明原因。')],
            },
        ),
            migrations.RunPython(watch, unwatch),
    ]
