"""How long a responsibility list takes to answer: each decision with its whole explanation, and each beside the slow evaluator.

    PYTHONPATH=src python bench/routing.py                 # 1,000 rows, most with conditions; 20,000 cases
    PYTHONPATH=src python bench/routing.py --rows 3000

Rows and cases are made by chance from a seed (``tests/core/responsibility/random_lists.py``). Every case is also decided by the slow
reference evaluator, and a case on which winner, losers or words differ ends the run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from random import Random

from huiyin.core.responsibility import NoRowError, RowList

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "core" / "responsibility"))

from random_lists import FACTS, LABELS, NAMES, case, rows
from reference import decide


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--compared", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    chance = Random(args.seed)
    listed = rows(chance, args.rows)
    cases = [case(chance) for _ in range(args.cases)]
    begun = time.perf_counter()
    quick = RowList(listed, words=FACTS, topics=LABELS, places=NAMES)
    read = time.perf_counter() - begun
    times, losers = [], []
    for topic, path, on, facts in cases:
        begun = time.perf_counter()
        try:
            found = quick.decide(topic=topic, path=path, on=on, facts=facts)
        except NoRowError:
            continue
        times.append((time.perf_counter() - begun) * 1e6)
        losers.append(len(found.losers))
    slow_times = []
    for topic, path, on, facts in cases[: args.compared]:
        begun = time.perf_counter()
        try:
            slow = decide(listed, topic=topic, path=path, on=on, facts=facts, words=FACTS, topics=LABELS, places=NAMES)
        except NoRowError:
            continue
        slow_times.append((time.perf_counter() - begun) * 1e6)
        if quick.decide(topic=topic, path=path, on=on, facts=facts) != slow:
            raise SystemExit(f"DIFFERENT: {topic} {path} {on} {facts}")
    asked = sum(bool(row.when) for row in listed)
    print(f"{len(listed)} rows, {asked} with conditions; read once in {read * 1000:.1f} ms")
    print(f"losers explained with each decision: mean {statistics.mean(losers):.1f}, most {max(losers)}")
    for name, measured in (("decision with explanation", times), ("slow reference evaluator", slow_times)):
        cuts = statistics.quantiles(measured, n=100)
        print(f"{name}: mean {statistics.mean(measured):.1f} us, median {cuts[49]:.1f}, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}")
    print(f"identical on {len(slow_times):,} cases: winner, losers, words")


if __name__ == "__main__":
    main()
