from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("enterprises", "0005_corrections")]

    operations = []
