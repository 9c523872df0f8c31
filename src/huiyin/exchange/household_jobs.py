"""Long work of projects: a list of households tried, and brought in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import export, households, rejects
from huiyin.exchange.jobs import EXPIRED, KNOWN, NEW, READ, WRONG
from huiyin.exchange.messages import Rejected
from huiyin.host.errors import HostError
from huiyin.jobs.kinds import XLSX, Made, RefusedError, Result, Run, job
from huiyin.projects import queries, services
from huiyin.projects.queries import Project

# Posts at whose desk a project stands.
POSTS: Final = frozenset({"clerk", "head"})
TAKEN, WRONG_ONES = Text("指定了", "Named"), Text("没有指定成，要一件一件看", "Not named, to be looked at one by one")
PARAMS: Final = {"home": Text("项目在哪里", "home of the project"), "project": Text("项目的编号", "id of the project")}
NOT_YOURS = Refusal("not_yours", Text("没有这个项目，或者不在您的岗位上。", "There is no such project, or it is not with your post."))


def _of(principal: Principal, params: Mapping[str, Any]) -> Project | None:
    try:
        found = queries.project(principal, str(params.get("home") or ""), UUID(str(params.get("project") or "")))
    except ValueError:
        return None
    return found if found is not None and found.desk else None


def _still(principal: Principal, params: Mapping[str, Any]) -> bool:
    return _of(principal, params) is not None


@job("households_check", label=Text("试读各户名单", "Try a list of households"), posts=POSTS, params=PARAMS, still=_still)
def households_check(run: Run) -> Result:
    """Read a list and say what would become of each line. Nothing is opened."""
    reading = _taken(run, write=False)
    return _result(
        run,
        reading,
        Text(
            f"试读完了，什么都还没有写入。可以加进来的有{reading.new:,}户。",
            f"Read through; nothing is written yet. New households: {reading.new:,}.",
        )
        if reading.new
        else Text("试读完了，没有可以加进来的新户。", "Read through; there is no new household."),
    )


@job(
    "households_run",
    label=Text("录入各户名单", "Bring in a list of households"),
    posts=POSTS,
    params={**PARAMS, "check": Text("试读的编号", "id of the try")},
    still=_still,
)
def households_run(run: Run) -> Result:
    """Open a matter for each new household of a list that was tried before."""
    reading = _taken(run, write=True)
    return _result(
        run,
        reading,
        Text(
            f"加进来{reading.new:,}户，每户一件，各有编号和期限。", f"{reading.new:,} brought in, each a matter with its number and date."
        ),
    )


@job(
    "households_name",
    label=Text("给多户指定调解员", "Name a mediator for many households"),
    posts=POSTS,
    params={**PARAMS, "building": Text("楼栋，空的是全部", "building; empty for all"), "person": Text("调解员", "account of the mediator")},
    still=_still,
)
def households_name(run: Run) -> Result:
    """Take every household's matter that waits in a building, and name the same mediator for each."""
    project = _of(run.principal, run.params)
    if project is None or not queries.may_name(run.principal, project):
        raise RefusedError(NOT_YOURS)
    building, person = str(run.params.get("building") or ""), str(run.params.get("person") or "")
    waiting = [one for one in queries.households(run.principal, project) if one.waits and building in ("", one.building)]
    refused: list[Rejected] = []
    for done, one in enumerate(waiting):
        run.progress(done, len(waiting))
        answer = services.take(run.principal, project, one, person)
        if isinstance(answer, Refusal):
            refused.append(Rejected(done + 1, one.reference, answer.text, cell=str(done + 1)))
    if refused:
        rejects.write_sheet(run.errors, refused, run.language)
    taken = len(waiting) - len(refused)
    name = Text("没有指定成的", "Not named").in_(run.language)
    return Result(
        Text(f"受理了{taken:,}件，都指定了这位调解员。", f"{taken:,} taken, each with this mediator."),
        told=((TAKEN, taken), (WRONG_ONES, len(refused))),
        errors=Made(f"{name} {export.stamp()}.xlsx", XLSX) if refused else None,
    )


def _taken(run: Run, *, write: bool) -> households.Reading:
    project, check = _of(run.principal, run.params), run.params.get("check")
    if project is None:
        raise RefusedError(NOT_YOURS)
    path = run.given if check is None else run.given_to(str(check))
    if path is None:
        raise RefusedError(EXPIRED)
    try:
        reading = households.Reading(run.principal, project, path, write=write)
        run.progress(0, reading.total)
        for done in reading.batches():
            run.progress(done, reading.total)
    except HostError as error:
        raise RefusedError(Refusal(error.code, error.text)) from error
    return reading


def _result(run: Run, reading: households.Reading, message: Text) -> Result:
    wrong = len({one.line for one in reading.rejected})
    if wrong:
        rejects.write_sheet(run.errors, reading.rejected, run.language)
    name = Text("要改的行", "Rows to mend").in_(run.language)
    return Result(
        message,
        told=((READ, reading.read), (NEW, reading.new), (KNOWN, reading.known), (WRONG, wrong)),
        errors=Made(f"{name} {export.stamp()}.xlsx", XLSX) if wrong else None,
    )
