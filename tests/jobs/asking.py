"""Whoever asks for long work, and kinds of work made for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from huiyin.core.values import Principal, Text
from huiyin.jobs import kinds
from huiyin.jobs.kinds import Kind, Made, Result, Run

CENTRE = "governance_centre.210102001"
OTHER_CENTRE = "governance_centre.210102002"


def staff(post: str = "dispatcher", unit: str = CENTRE) -> Principal:
    """Return the first holder of a post, as they act today."""
    from huiyin.city import queries as city
    from huiyin.city.models import Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("id").first()
    assert held is not None, f"nobody holds {post} in {unit}"
    found = city.staff_principal(held.account_id, unit, post, city.today())
    assert found is not None
    return found


def counts_to(number: int, *, at: Callable[[int], Any] = lambda n: None, posts: frozenset[str] | None = None) -> Kind:
    """Return a kind that counts, writes one file and calls ``at`` before each step."""

    def work(run: Run) -> Result:
        for n in range(number):
            at(n)
            run.progress(n, number)
        run.result.write_text(f"counted to {number} for {run.principal.post}", "utf-8")
        return Result(Text("数完了。", "Counted."), told=((Text("数", "Numbers"), number),), file=Made("numbers.txt", "text/plain"))

    return Kind("count", Text("数数", "Count"), work, posts)


def ask(principal: Principal, **params: Any) -> UUID:
    """Ask for counting; the kind must be there."""
    from huiyin.jobs import services

    assert "count" in kinds.kinds()
    made = services.ask("count", params, principal=principal)
    assert isinstance(made, UUID), made
    return made


def row(job: UUID) -> Any:
    """Return the job's row as it is now."""
    from huiyin.jobs.models import Job

    return Job.objects.get(id=job)
