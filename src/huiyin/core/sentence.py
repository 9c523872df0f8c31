"""The sentence of where a matter stands, as its party reads it."""

from __future__ import annotations

from datetime import datetime

from huiyin.core.expressions_show import fill
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.scope import scope_of
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Text


def sentence(procedure: Procedure, snapshot: Snapshot, library: Library, now: datetime) -> Text:
    """Return the sentence of the present state, filled in; a promised date that was missed says that it is past."""
    words = procedure.states[snapshot.state].says
    scope = scope_of(procedure, snapshot, library, now=now)
    return Text(fill(words.zh, scope, "zh", marks_missed=True), fill(words.en, scope, "en", marks_missed=True))
