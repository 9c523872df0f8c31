"""What kinds of long work there are. A room defines its own; the setting ``HUIYIN_JOBS`` names the modules that do.

    @job("export_list", label=Text("导出清单", "Export a list"), posts=frozenset({"dispatcher"}))
    def export_list(run: Run) -> Result:
        for n, row in enumerate(rows, 1):
            run.progress(n, len(rows))
        ...
        return Result(Text(...), file=Made("list.xlsx", XLSX))

A kind reports its progress between steps; there it also learns that it was cancelled. It must be safe to run again from
the beginning: a run that was killed is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from huiyin.core.values import Language, Principal, Refusal, Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
ZIP = "application/zip"


class CancelledError(Exception):
    """The work was cancelled, or another run has it; whatever was half made is thrown away."""


class RefusedError(Exception):
    """The work cannot be done, for a reason the asker can read."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Made:
    """A file a run made, at ``Run.result`` or ``Run.errors``: what it is called when taken home, and its media type."""

    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run.

    Attributes:
        message: one sentence.
        told: label -> count, in the order to be shown.
        file: the file written to ``Run.result``.
        errors: the file of what did not go well, written to ``Run.errors``.
    """

    message: Text
    told: tuple[tuple[Text, int], ...] = ()
    file: Made | None = None
    errors: Made | None = None


class Run(Protocol):
    """What a kind gets to work with."""

    @property
    def params(self) -> Mapping[str, Any]:
        """What was asked: plain values."""

    @property
    def principal(self) -> Principal:
        """Whose rights it works with, as they are now and not as they were when it was asked for."""

    @property
    def language(self) -> Language:
        """The asker's language, for what is written into files."""

    @property
    def result(self) -> Path:
        """Where to write the file that comes of it."""

    @property
    def errors(self) -> Path:
        """Where to write the file of what did not go well."""

    @property
    def given(self) -> Path | None:
        """The file handed in, if any."""

    def given_to(self, job: str) -> Path | None:
        """Return the file handed in with an earlier job of the same asker, or None."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far it is.

        Raises:
            CancelledError: it is to stop here.
        """


Work = Callable[[Run], Result]
# Whether a principal may still have what came of certain parameters.
Still = Callable[[Principal, Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work.

    Attributes:
        posts: who may ask for it; None is every member of staff.
        operator: whether the operator may run it at the command line without naming a person.
        params: what it takes, with a word on each.
        still: asked again whenever the result is fetched, for what may not be everybody's in that post; None is yes.
    """

    name: str
    label: Text
    work: Work
    posts: frozenset[str] | None = None
    operator: bool = False
    params: Mapping[str, Text] = field(default_factory=dict)
    still: Still | None = None


_kinds: dict[str, Kind] = {}


def job(
    name: str,
    *,
    label: Text,
    posts: frozenset[str] | None = None,
    operator: bool = False,
    params: Mapping[str, Text] | None = None,
    still: Still | None = None,
) -> Callable[[Work], Work]:
    """Make a function a kind of long work.

    Args:
        params: what it takes, with a word on each, for the command line.
        still: whether the asker may still have the result when it is fetched.
    """

    def made(work: Work) -> Work:
        _kinds[name] = Kind(name, label, work, posts, operator, params or {}, still)
        return work

    return made


def kinds() -> Mapping[str, Kind]:
    """Return every kind there is, by name."""
    for module in settings.HUIYIN_JOBS:
        import_module(module)
    return _kinds


def kind(name: str) -> Kind | None:
    """Return a kind, or None when this release has none of that name."""
    return kinds().get(name)


def may_ask(one: Kind, principal: Principal) -> bool:
    """Tell whether a principal may ask for a kind of work."""
    if principal.kind == "system":
        return one.operator
    return principal.kind == "staff" and bool(principal.unit) and (one.posts is None or principal.post in one.posts)


@contextmanager
def _with(one: Kind) -> Iterator[None]:
    before = _kinds.get(one.name)
    _kinds[one.name] = one
    try:
        yield
    finally:
        if before is None:
            del _kinds[one.name]
        else:
            _kinds[one.name] = before


def extra(one: Kind) -> AbstractContextManager[None]:
    """Have one more kind for a block; for tests."""
    return _with(one)
