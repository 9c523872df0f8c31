"""The procedure a matter runs, at the version it is pinned to, and the library around it."""

from __future__ import annotations

from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import Refusal, Text
from huiyin.matters import directory


def present(name: str) -> tuple[Procedure, Library] | Refusal:
    """Return the procedure new matters run, or the refusal for an unknown name."""
    library = directory.library()
    procedure = library.procedures.get(name)
    if procedure is None:
        names = "、".join(sorted(library.procedures)) or "—"
        return Refusal(
            "procedure",
            Text(f"没有名为“{name}”的流程。现有：{names}。", f"There is no procedure “{name}”. There are: {names}."),
            field="procedure",
        )
    return procedure, library


def pinned(name: str, version: str) -> tuple[Procedure, Library]:
    """Return the procedure as it was when a matter was opened under it.

    Papers, topics, laws, counting rules and calendars are the present ones: they are dated themselves.

    Raises:
        LookupError: that version was never loaded here.
    """
    library = directory.library()
    procedure = library.procedures.get(name)
    if procedure is None or procedure.version != version:
        procedure = directory.procedure(name, version)
    return procedure, library
