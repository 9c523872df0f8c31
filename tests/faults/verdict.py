"""Prints, as JSON, which invariants do not hold: ``verdict.py NOTES...``; in a process that shares nothing with the faulty one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import client
import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.web.settings")
    django.setup()
    from django.conf import settings
    from invariants import violations

    acknowledged = [one for place in sys.argv[1:] for one in client.read(Path(place))[1].values()]
    print(json.dumps(violations(settings.HOME.owner_url, acknowledged)))


if __name__ == "__main__":
    main()
