"""The enumerator: a piece of work is done in a forked process that kills itself at every point it passes, one after the other.

Points are before and after each SQL statement, each commit and each write to a file. The parent then checks the record,
lets the work be done again, and checks that it had one effect.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, connections

from huiyin.ids import uuid7

MOST_POINTS = 400


class Points:
    """Counts the points a process passes and kills it at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.passed = 0

    def here(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.here()
            answer = work(*arguments, **named)
            self.here()
            return answer

        return counted

    def statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        return self.around(execute)(*arguments)


def dies_at(fatal: int, work: Callable[[], Any]) -> bool:
    """Do ``work`` in a forked process that dies at its ``fatal``-th point; False when it passed fewer."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            points = Points(fatal)
            wrapper: Any = connection
            wrapper._commit = points.around(wrapper._commit)
            os.write, os.fsync = points.around(os.write), points.around(os.fsync)
            with connection.execute_wrapper(points.statement):
                work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, f"the work failed by itself before point {fatal}"
    return False


def every_point(work: Callable[[int], Callable[[], Any]], check: Callable[[int, UUID], None]) -> int:
    """Kill ``work`` at each of its points in turn; return how many it has.

    Args:
        work: prepares what is to be done at try ``n`` and returns it.
        check: called with ``n`` and an id older than every matter of that try, after each death and after the end.
    """
    for number in range(1, MOST_POINTS):
        since = uuid7()
        died = dies_at(number, work(number))
        check(number, since)
        if not died:
            return number - 1
    raise AssertionError(f"the work passes more than {MOST_POINTS} points")
