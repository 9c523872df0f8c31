"""Plain values every floor shares: texts in two languages, refusals, principals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label, Chinese first, English beside it."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the wording in ``language``; anything but ``"en"`` reads Chinese."""
        return self.en if language == "en" else self.zh

    def to_plain(self) -> dict[str, str]:
        """Return both wordings as JSON-ready data."""
        return {"zh": self.zh, "en": self.en}

    def fill(self, **values: object) -> Text:
        """Return both wordings with ``{name}`` replaced from ``values``."""
        shown = {name: str(value) for name, value in values.items()}
        return Text(self.zh.format(**shown), self.en.format(**shown))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was not done, in words the actor can use.

    Attributes:
        code: stable machine word, such as ``not_offered`` or the name of the condition that failed.
        text: what stopped it and what to do, in both languages.
        field: the form field at fault, when there is one.
        details: further refusals (one per bad field) when several things are wrong at once.
    """

    code: str
    text: Text
    field: str | None = None
    details: tuple[Refusal, ...] = ()


PrincipalKind = Literal["staff", "party", "feeder", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts, with which post, for which purpose: one value.

    Attributes:
        kind: ``staff`` (an account in a post), ``party`` (someone in one matter, by reference and code),
            ``feeder`` (a neighbouring system or a place page through which people report), ``system``, ``anonymous``.
        id: account id, party id, feeder name; empty for ``system`` and ``anonymous``.
        unit: unit id of the post held, for staff.
        post: post kind held, for staff, such as ``clerk`` or ``mediator``.
        purpose: word from the closed list of purposes in ``core.rights``.
        matter: for a party, the one matter it may see.
        supervises: unit ids whose matters this post oversees.
        acting_for: party id whose act on paper, at the window or by telephone a member of staff records.
    """

    kind: PrincipalKind
    id: str = ""
    unit: str | None = None
    post: str | None = None
    purpose: str = "handle"
    matter: str | None = None
    supervises: tuple[str, ...] = ()
    acting_for: str | None = None

    def tokens(self) -> tuple[str, ...]:
        """Return the access tokens row security compares with ``matter_access``."""
        match self.kind:
            case "staff":
                units = () if self.unit is None else (f"unit:{self.unit}",)
                return (f"person:{self.id}", *units, *(f"unit:{unit}" for unit in self.supervises))
            case "party":
                return (f"party:{self.id}",)
            case "feeder":
                return (f"feeder:{self.id}",)
            case "system":
                return ("system",)
            case _:
                return ()


SYSTEM = Principal(kind="system", purpose="run")
ANONYMOUS = Principal(kind="anonymous", purpose="ask")
