"""That a draft is checked and published by another than entered it is kept by the database too."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0007_names_searched'),
        ('policies', '0014_policy_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_by', models.F('entered_by')), _negated=True), models.Q(('published_by', models.F('entered_by')), _negated=True), models.Q(('signed_by', models.F('entered_by')), _negated=True)), name='draft_decided_by_another', violation_error_message='谁录入谁不能复核。'),
        ),
    ]
