"""The one exception of this floor: what is wrong with the machine, and what the operator can do."""

from __future__ import annotations

from huiyin.core.values import Text


class HostError(Exception):
    """The machine does not offer what is needed.

    Attributes:
        code: stable machine word, such as ``home_not_writable``.
        text: what is wrong, where, and what to do, in both languages.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(zh, en)
