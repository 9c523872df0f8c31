"""The client's own list of promises. Known without the application: a process keeps it before Django is there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One promise, kept outside the system.

    Attributes:
        mark: words only this request said; they must stand in the record once.
    """

    key: str
    home: str
    matter: str
    reference: str
    version: int
    head: str
    mark: str = ""

    @classmethod
    def of(cls, key: str, receipt: Any, mark: str = "") -> Acknowledged:
        return cls(key, receipt.home, str(receipt.matter), receipt.reference, receipt.version, receipt.head, mark)

    def plain(self) -> dict[str, Any]:
        return asdict(self)
