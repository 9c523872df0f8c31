"""Look at some screens of a demonstration that runs already, and say what is wrong: for work on one area.

LOOKS=board PYTHONPATH=src python tests/looks/round.py --root http://127.0.0.1:8000 --home HOME [--only part]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

if not __package__:
    import runpy

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    runpy.run_module("looks.round", run_name="__main__")
    sys.exit()

import django

from .looking_round import faults_of
from .screens import collected
from .stage import Stage, running_browser


def main() -> int:
    """Look, and return how many states have something wrong, 100 at most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True, help="address of the demonstration")
    parser.add_argument("--home", type=Path, required=True, help="its HUIYIN_HOME")
    parser.add_argument("--only", action="append", default=[], help="part of a screen's name; may be given several times")
    words = parser.parse_args()
    # Which page stands at an address is asked of the city's own resolver.
    os.environ |= {"HUIYIN_HOME": str(words.home), "DJANGO_SETTINGS_MODULE": "huiyin.web.settings"}
    django.setup()
    bad = 0
    with running_browser() as browser:
        stage = Stage(browser, words.root.rstrip("/"), words.home)
        for screen in collected():
            if words.only and not any(part in screen.name for part in words.only):
                continue
            for state in screen.ways:
                began = time.monotonic()
                try:
                    wrong = faults_of(stage, screen, state)
                except Exception as error:  # a screen that is not reached is one more thing wrong
                    wrong = [f"not reached: {str(error)[:500]}"]
                bad += bool(wrong)
                sys.stdout.write(f"{'!!' if wrong else 'ok'} {screen.name} {state} ({time.monotonic() - began:.1f} s)\n")
                sys.stdout.writelines(f"     {one[:400]}\n" for one in dict.fromkeys(wrong))
                sys.stdout.flush()
    return min(bad, 100)


if __name__ == "__main__":
    sys.exit(main())
