"""The answer to an act: what was written, who has the matter now, by when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.core.values import Text

GONE = Text("（内容已依法删除）", "(erased)")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a client keeps of an act; the same key gives it again, word for word.

    Attributes:
        reference: twelve digits.
        code: the six digits that open the matter together with the reference; only openings carry it, and the act that hands
            a party its own.
        version: number of the event written.
        head: hash of that event, in hex; `prove` finds the event by it.
        who: who has the matter now, by post.
        due: local date of the earliest running clock.
    """

    home: str
    matter: UUID
    reference: str
    version: int
    state: str
    head: str
    recorded_at: datetime
    who: Text
    due: date | None
    due_provisional: bool
    says: Text
    warnings: tuple[Text, ...] = ()
    code: str | None = None
    known: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return what is stored under the key: everything but the code, and whether it is a repetition."""
        return {
            "home": self.home,
            "matter": str(self.matter),
            "reference": self.reference,
            "version": self.version,
            "state": self.state,
            "head": self.head,
            "recorded_at": self.recorded_at.isoformat(),
            "who": self.who.to_plain(),
            "due": None if self.due is None else self.due.isoformat(),
            "due_provisional": self.due_provisional,
            "says": self.says.to_plain(),
            "warnings": [warning.to_plain() for warning in self.warnings],
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Receipt:
        """Read back a stored receipt; sentences erased since say so."""
        due = plain["due"]
        return cls(
            home=plain["home"],
            matter=UUID(plain["matter"]),
            reference=plain["reference"],
            version=plain["version"],
            state=plain["state"],
            head=plain["head"],
            recorded_at=datetime.fromisoformat(plain["recorded_at"]),
            who=Text(**plain["who"]),
            due=None if due is None else date.fromisoformat(due),
            due_provisional=plain["due_provisional"],
            says=Text(**plain["says"]) if "says" in plain else GONE,
            warnings=tuple(Text(**warning) for warning in plain.get("warnings", ())),
        )

    def with_code(self, code: str) -> Receipt:
        """Return the receipt with the code shown on it."""
        return replace(self, code=code)
