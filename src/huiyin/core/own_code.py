"""The code by which a party follows a matter by itself: every party of every procedure may have one, and a new one at any time."""

from __future__ import annotations

from dataclasses import replace

from huiyin.core.procedure import Action, Procedure
from huiyin.core.values import Text

NAME = "own_code"


def with_own_code(procedure: Procedure) -> Procedure:
    """Return the procedure with the act that hands a party its code; the same where nobody is a party."""
    if not procedure.roles:
        return procedure
    label = Text("领查询码，或者换一个", "Get a code to follow it, or a new one")
    return replace(procedure, always=(*procedure.always, Action(NAME, label, by=tuple(procedure.roles), after_end=True)))
