from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("enterprises", "0003_register_changes")]

    operations = []
