"""The web server's own process, and the live one with ``--live``, started by the supervisor.

The application is loaded once, before the server forks its workers: they start at once, share its memory, and are never
asked to stop in the middle of loading.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Sequence

APPLICATION = "huiyin.web.wsgi:application"
LIVE = "huiyin.live.asgi:application"


def main(words: Sequence[str]) -> int:
    """Serve until asked to stop."""
    reader = argparse.ArgumentParser(prog="webserver")
    reader.add_argument("--host", required=True)
    reader.add_argument("--port", type=int, required=True)
    reader.add_argument("--workers", type=int, required=True)
    reader.add_argument("--threads", type=int, required=True)
    reader.add_argument("--live", action="store_true")
    args = reader.parse_args(words)

    multiprocessing.set_start_method("fork")
    # A worker asked to stop before it has its own handler must end, not run the handler it inherited.
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
    application = LIVE if args.live else APPLICATION
    __import__(application.partition(":")[0])
    from django.urls import get_resolver

    # Loads every page's code, which Django would otherwise do in each worker at its first request.
    get_resolver().url_patterns  # noqa: B018

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        application,
        address=args.host,
        port=args.port,
        interface=Interfaces.ASGI if args.live else Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=args.threads,
        websockets=False,
        respawn_failed_workers=True,
        # A stream never ends by itself, and loses nothing when it is cut off.
        workers_kill_timeout=1 if args.live else 8,
        log_level=LogLevels.error,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
