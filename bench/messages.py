"""Whose are 200 messages written by somebody who saw neither code nor list? The real suggestion, place finding and list answer.

    PYTHONPATH=src python bench/messages.py                        # counts for rows 1-100 and 101-200
    PYTHONPATH=src python bench/messages.py --show                 # and each of the first 100 that is not exactly the lead's
    PYTHONPATH=src python bench/messages.py --packs OTHER/FOLDER   # by the list of an earlier commit

A throw-away database is filled with the Shenyang pack. The second hundred are never shown, so that nobody mends the list by them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "tests" / "routing"))


class NoBlocker:
    """Nothing keeps a benchmark from its database."""

    def unblock(self) -> AbstractContextManager[None]:
        """Let it through."""
        return nullcontext()


def main() -> None:
    """Load the city, send, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--packs", type=Path, default=ROOT / "packs", help="folder of other packs")
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.web.settings")
    os.environ["HUIYIN_HOME"] = tempfile.mkdtemp(prefix="huiyin-bench-")
    import blind
    import django

    from throwaway import own_server, served_by

    django.setup()
    with own_server() as data, served_by(data, NoBlocker()):
        from huiyin.city.loading import load_packs
        from huiyin.learning.services import begin
        from huiyin.routing.services import load_rules

        load_packs([args.packs / "cn", args.packs / "cn-2101-shenyang"], staff=False)
        load_rules()
        begin()
        for name, first, last in (("first 100 (the list was mended by these)", 1, 100), ("second 100 (never looked at)", 101, 200)):
            told(name, blind.measure(blind.read(first, last)), show=args.show and first == 1)


def told(name: str, counts: Any, *, show: bool) -> None:
    """Print the counts of some messages."""
    of = counts.messages
    print(f"{name}: {of} messages")
    sent = f"{counts.keyless} ({counts.keyless / of:.0%})"
    print(f"  sent without a key: {sent}; to the lead {counts.keyless_lead}, wrong {counts.keyless_wrong}")
    print(f"  wrong sends by unit: {dict(counts.wrong.most_common()) or 'none'}")
    print(f"  left to a person: {counts.unsure} ({counts.unsure / of:.0%}), of these without any topic proposed: {counts.no_topic}")
    print(f"  first proposal: lead {counts.top1 / of:.0%}, lead or also right {counts.top1_or_also / of:.0%}")
    print(f"  first three:    lead {counts.top3 / of:.0%}, lead or also right {counts.top3_or_also / of:.0%}")
    print(f"  place surely named: {counts.place_found}, right {counts.place_right}")
    if show:
        print("\n".join(f"    {line}" for line in counts.told))


if __name__ == "__main__":
    main()
