"""Our engine and its peers at the same work in the same run: `python -m tests.bench`. See README.md.

Peers come with the extra `[bench]`; one that isn't installed is skipped loudly. Never runs in the suite at
full size: `tests/test_bench.py` keeps it from rotting on a few hundred firms.
"""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
if not apps.ready:
    django.setup()
