"""First paint and weight of residents' pages on a slow telephone: 3G of 1.6 Mbit/s and 150 ms, a processor four times slower.

    PYTHONPATH=src python tests/looks/paint.py --root http://127.0.0.1:8000 --home HOME [--only part]

Prints a table; nothing passes or fails by it, because a busy machine paints late.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if not __package__:
    import runpy

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    runpy.run_module("looks.paint", run_name="__main__")
    sys.exit()

from .screens import collected
from .stage import Screen, Stage, running_browser
from .weighing import weighed

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
TIMES = 5


def painted(stage: Stage, screen: Screen) -> tuple[float, int]:
    """Return the middle of five first contentful paints in milliseconds, nothing cached, and the weight in bytes."""
    times: list[float] = []
    total = 0
    with stage.opened("resident", width=360, height=740) as page:
        screen.ways["normal"](stage, page)
        devices = page.context.new_cdp_session(page)
        devices.send("Network.enable")
        devices.send("Network.setCacheDisabled", {"cacheDisabled": True})
        with weighed(page) as scale:
            page.goto(page.url)
        total = scale.total
        devices.send("Network.emulateNetworkConditions", SLOW)
        devices.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        for _ in range(TIMES):
            page.goto(page.url)
            page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
            times.append(page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    return sorted(times)[TIMES // 2], total


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True, help="address of the demonstration")
    parser.add_argument("--home", type=Path, required=True, help="its HUIYIN_HOME")
    parser.add_argument("--only", action="append", default=[], help="part of a screen's name; may be given several times")
    words = parser.parse_args()
    sys.stdout.write(f"{'screen':32}{'first paint':>14}{'compressed':>14}\n")
    with running_browser() as browser:
        stage = Stage(browser, words.root.rstrip("/"), words.home)
        for screen in collected():
            if screen.resident and "normal" in screen.ways and (not words.only or any(part in screen.name for part in words.only)):
                paint, weight = painted(stage, screen)
                sys.stdout.write(f"{screen.name:32}{paint:>11.0f} ms{weight / 1000:>11.1f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
