"""Run a command that ends when the process that started it ends, even when that one is killed.

Called as a script with the parent's process id and the command. Standard library only; it costs one bare interpreter
start, before the command replaces it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Tie this process to its parent and become the command."""
    parent, command = int(arguments[0]), arguments[1:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return 1
    os.execv(command[0], command)  # noqa: S606 - no shell is meant
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
