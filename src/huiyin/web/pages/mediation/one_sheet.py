"""Several people sign one sheet of paper: staff record them one after another, without looking for each again and without a second scan."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import MatterView, PaperLine
from huiyin.web.pages import kept, seats
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.story import Wording


def shown(line: PaperLine) -> tuple[str, ...]:
    """Return ids of the scans that last showed this sheet."""
    return next((mark.scan for mark in reversed(line.signatures) if mark.scan), ())


def following(standpoint: Standpoint, words: Wording, view: MatterView, paper: PaperLine) -> tuple[Text, str] | None:
    """Return (name, address of the act) of the next party whose signature is missing and whom this reader may record.

    It goes on from the party just recorded and never back: somebody passed over has not signed.
    """
    line = next((one for one in view.papers if (one.name, one.number) == (paper.name, paper.number)), None)
    definition = words.library.papers.get(paper.name)
    if line is None or line.voided or definition is None or standpoint.principal.kind != "staff":
        return None
    given = {mark.by for mark in line.signatures}
    places = [party.id for party in view.present]
    passed = places.index(standpoint.principal.acting_for) + 1 if standpoint.principal.acting_for in places else 0
    for party in view.present[passed:]:
        if party.role not in definition.signed_by or party.id in given:
            continue
        theirs = seats.of_staff(standpoint.principal, view.home, view.matter, party.id)
        seen = queries.get(theirs.principal, view.home, view.matter)
        for offer in () if seen is None else seen.offers:
            if offer.action.signs == line.name and offer.blocked is None:
                return words.name(party.id) or Text(party.id, party.id), theirs.act(offer.action.name)
    return None


def go_on(request: HttpRequest, standpoint: Standpoint, words: Wording, view: MatterView, paper: PaperLine) -> str | None:
    """Return where the next signature on the same sheet is recorded, and say so; None when there is none to record."""
    seen = queries.get(replace(standpoint.principal, acting_for=None), view.home, view.matter)
    found = None if seen is None else following(standpoint, words, seen, paper)
    if found is None:
        return None
    name, address = found
    said = Text(
        f"接着登记{name.zh}在这张纸上的签名；还没有签的，点“先不做”。",
        f"Now record what {name.en} signed on the same sheet; if nothing yet, choose “Not now”.",
    )
    kept.tell(request, said, "good")
    return address
