"""From where somebody looks at a matter and acts on it: a party on its own page, staff at their desk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from huiyin.core.values import Principal
from huiyin.web.people import Followed


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Who looks at which matter, and the addresses of its pages from there.

    Attributes:
        reference: for a party, of the matter it followed here; a matter that one opened has the same reference here.
        within: the matter shown is one that the followed matter opened.
    """

    principal: Principal
    home: str
    matter: UUID
    shell: str
    reference: str = ""
    within: bool = False

    @property
    def kept_at(self) -> str:
        """Name under which forms of this matter are kept."""
        return f"{self.home}/{self.matter}/{self.principal.acting_for or ''}"

    @property
    def address(self) -> str:
        """The page of the matter."""
        if self.shell == "staff":
            acting = f"?for={self.principal.acting_for}" if self.principal.acting_for else ""
            return reverse("desk-matter", args=[self.home, self.matter]) + acting
        if self.within:
            return reverse("mine-within", args=[self.reference, self.home, self.matter])
        return reverse("mine", args=[self.reference])

    def act(self, action: str) -> str:
        """The page of one act."""
        if self.shell == "staff":
            acting = f"?for={self.principal.acting_for}" if self.principal.acting_for else ""
            return reverse("desk-act", args=[self.home, self.matter, action]) + acting
        if self.within:
            return reverse("mine-within-act", args=[self.reference, self.home, self.matter, action])
        return reverse("mine-act", args=[self.reference, action])

    def paper(self, name: str, number: int) -> str:
        """The page of one paper."""
        if self.shell == "staff":
            return reverse("desk-paper", args=[self.home, self.matter, name, number])
        if self.within:
            return reverse("mine-within-paper", args=[self.reference, self.home, self.matter, name, number])
        return reverse("mine-paper", args=[self.reference, name, number])

    def dates(self, clock: str = "") -> str:
        """The page that tells why a clock ends when it does; without a name, of the date the lists show."""
        asked = f"?clock={clock}" if clock else ""
        if self.shell == "staff":
            return reverse("desk-dates", args=[self.home, self.matter]) + asked
        if self.within:
            return reverse("mine-within-dates", args=[self.reference, self.home, self.matter]) + asked
        return reverse("mine-dates", args=[self.reference]) + asked

    def other(self, home: str, matter: UUID) -> str:
        """The page of a matter this one opened or came from."""
        if self.shell == "staff":
            return reverse("desk-matter", args=[home, matter])
        return reverse("mine-within", args=[self.reference, home, matter])


def of_party(followed: Followed, home: str = "", matter: UUID | None = None) -> Standpoint:
    """Return the standpoint of a party on the matter it followed, or on one that matter opened."""
    within = matter is not None and (home, matter) != (followed.home, followed.matter)
    return Standpoint(
        followed.principal, home or followed.home, matter or followed.matter, "resident", reference=followed.reference, within=within
    )


def of_staff(principal: Principal, home: str, matter: UUID, acting_for: str = "") -> Standpoint:
    """Return the standpoint of a member of staff, recording a party's act when ``acting_for`` names one."""
    return Standpoint(replace(principal, acting_for=acting_for or None), home, matter, "staff")
