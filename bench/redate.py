"""A holiday added with many clocks running: preview, re-dating, time, memory, audit; as numbers of one run.

    PYTHONPATH=src python bench/redate.py --clocks 100000

Everything is real: an embedded PostgreSQL with the settings of an installation (durable), row security, the two doors, the order as a
person decides it. Matters are opened under `tests/orders/dated.yaml` (three running clocks each: working days, days that roll, plain
days). Counting and carrying out run in processes of their own, whose peak memory is theirs alone. Times on a shared machine move; the
processor seconds (this program's and the database's) and the ratio to a normal act are what to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "orders"), str(ROOT / "tests" / "matters")]
CLOCKS_EACH = 3
ADDED = "2026-09-17"
ACTS = 400
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run it all and print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--phase", choices=("count", "carry"), help=argparse.SUPPRESS)
    parser.add_argument("--order", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.phase:
        print(json.dumps(_phase(args.phase, args.order)))
        return
    from huiyin.host.testing import temporary_server

    with temporary_server(durable=True) as running:
        os.environ["HUIYIN_HOME"] = str(running.home.path)
        _django()
        from django.core.management import call_command

        call_command("migrate", database="owner", verbosity=0, interactive=False)
        _measure(-(-args.clocks // CLOCKS_EACH), running.home.path)


def _django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.web.settings"
    import django

    django.setup()


def _measure(matters: int, home: Path) -> None:
    import small

    import dates
    from huiyin import clock
    from huiyin.core.values import Refusal
    from huiyin.matters import orders, services
    from huiyin.matters.audit import audit
    from huiyin.workers import loop

    small.build()
    numbers: dict[str, Any] = {}
    dates.use()
    with clock.set_to(dates.now):
        with _timed(numbers, "open", home):
            opened = _open(matters)
        with _timed(numbers, "acts", home):
            for receipt in opened[:ACTS]:
                answer = services.act(
                    home=receipt.home, matter=receipt.matter, action="answer", data={}, principal=small.CLERK, key=f"b:{receipt.matter}"
                )
                assert not isinstance(answer, Refusal), answer
        loop.seal()
        with _timed(numbers, "audit_before", home):
            before = audit()
        hashes = dates.hashes()
        dates.use(dates.notice(off=[ADDED]))
        order = orders.prepare(principal=dates.ADMIN)
        assert not isinstance(order, Refusal)
        numbers["count"] = _apart("count", str(order), home)
        refused = orders.decide(order, basis=dates.BASIS, reason="measured", principal=dates.SECOND)
        assert refused is None, refused
        numbers["carry"] = _apart("carry", str(order), home)
        after_first = dates.hashes()
        numbers["again"] = _apart("carry", str(order), home)
        same = {event: hash_ for event, hash_ in after_first.items() if event in hashes} == hashes
        loop.seal()
        with _timed(numbers, "audit_after", home):
            after = audit()
        again_changed = dates.hashes() != after_first
    _print(matters, numbers, before, after, same, again_changed)


def _open(matters: int) -> list[Any]:
    """Open the matters through their door, a few hundred at a time, on many days."""
    import small

    import dates
    from huiyin.matters.batch import open_many

    receipts: list[Any] = []
    for first in range(0, matters, 200):
        wanted = [
            {
                "procedure": "dated", "data": {}, "principal": small.ANYONE, "topic": "dispute.leak", "division": small.STREET,
                "opened_by": "party", "parties": [{"role": "asker", "name": "张三", "facts": {}}], "key": f"bench:{n}",
                "at": dates.MONDAY - timedelta(hours=n % 40),
            }
            for n in range(first, min(first + 200, matters))
        ]  # fmt: skip
        receipts += open_many(wanted)
        print(f"\r{len(receipts)} of {matters} matters", end="", file=sys.stderr)
    print(file=sys.stderr)
    return receipts


def _phase(phase: str, order: str) -> dict[str, Any]:
    _django()
    from uuid import UUID

    import dates
    from huiyin import clock
    from huiyin.matters import carrying, orders

    dates.use(dates.notice(off=[ADDED]))
    begun, spent = time.monotonic(), time.process_time()
    bare = _peak()
    with clock.set_to(dates.now):
        made = (orders.count if phase == "count" else carrying.carry_out)(UUID(order), dates.quiet)
    took = {"seconds": time.monotonic() - begun, "client_cpu": time.process_time() - spent, "peak_mb": _peak(), "bare_mb": bare}
    return {**took, "answer": {name: value for name, value in made.items() if name != "groups"}}


def _apart(phase: str, order: str, home: Path) -> dict[str, Any]:
    spent = _database_cpu(home)
    print(f"{phase} ...", file=sys.stderr)
    run = subprocess.run([sys.executable, __file__, "--phase", phase, "--order", order], check=True, capture_output=True, text=True)
    made = {**json.loads(run.stdout.splitlines()[-1]), "database_cpu": _database_cpu(home) - spent}
    # A long run that is stopped has said what it knew.
    print(json.dumps(made), file=sys.stderr)
    return made


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _timed(numbers: dict[str, Any], name: str, home: Path) -> Iterator[None]:
    begun, spent, database = time.monotonic(), time.process_time(), _database_cpu(home)
    yield
    took = {"seconds": time.monotonic() - begun, "client_cpu": time.process_time() - spent, "database_cpu": _database_cpu(home) - database}
    numbers[name] = took


def _database_cpu(home: Path) -> float:
    """Return the processor seconds the database server and its backends have used so far."""
    found = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = place.read_text().rpartition(")")[2].split()
            found[int(place.parent.name)] = (int(words[1]), sum(map(int, words[11:15])), int(words[11]) + int(words[12]))
        except (OSError, ValueError, IndexError):
            continue
    lines = [line.split() for file in home.rglob("postmaster.pid") for line in file.read_text().splitlines()[:1]]
    if not lines:
        return 0.0
    server = int(lines[0][0])
    # The server's own ticks hold those of the backends that have ended.
    return (found[server][1] + sum(own for parent, _, own in found.values() if parent == server)) / TICKS


def _print(matters: int, numbers: dict[str, Any], before: Any, after: Any, same: bool, again_changed: bool) -> None:
    def cpu(name: str, by: int) -> float:
        return 1000 * (numbers[name]["client_cpu"] + numbers[name]["database_cpu"]) / by

    act, moved = cpu("acts", ACTS), numbers["carry"]["answer"]["matters"]
    per = cpu("carry", moved)
    clocks = numbers["count"]["answer"]["examined"]
    print(f"running clocks looked at      {clocks:>12,}   in {matters:,} matters")
    print(f"clocks moved, matters moved   {numbers['carry']['answer']['moved']:>12,}   {moved:,}")
    for name, said in (("count", "preview"), ("carry", "re-dating"), ("again", "carried out a second time")):
        one = numbers[name]
        shown = f"{one['seconds']:8.1f} s  {one['client_cpu']:7.1f} + {one['database_cpu']:.1f} s of processor"
        print(f"{said:<28}{shown}  peak {one['peak_mb']:.0f} MB ({one['bare_mb']:.0f} before)")
    acts = numbers["acts"]["seconds"] * 1000 / ACTS
    print(f"one normal act                {acts:10.2f} ms wall  {act:6.2f} ms of processor")
    print(f"one matter re-dated           {numbers['carry']['seconds'] * 1000 / moved:10.2f} ms wall  {per:6.2f} ms of processor")
    print(f"re-dating : normal act        {per / act:10.2f}")
    print(f"preview, per clock            {cpu('count', clocks):10.3f} ms of processor   : normal act {cpu('count', clocks) / act:.3f}")
    for name, report in (("before", before), ("after", after)):
        print(f"audit {name:<8} passed {report.passed!s:<6} {report.events:>9,} events  {numbers['audit_' + name]['seconds']:8.1f} s")
    print(f"old events keep their hashes  {same}")
    print(f"second time changed anything  {again_changed}")
    if not (before.passed and after.passed and same and not again_changed):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
