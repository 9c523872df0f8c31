"""The papers both sides take to the court together: until when, to which court and why, and the whole as data."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from django.urls import reverse

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.filing import Filing
from huiyin.core.procedure import Choice
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import ClockView, MatterView, PaperView
from huiyin.papers import services as stored
from huiyin.web.pages import seats
from huiyin.web.pages.mediation import parts
from huiyin.web.pages.seats import Standpoint

PACKET: Final = "court_packet"
WINDOW: Final = ("confirmation_window", "oral_confirmation_window", "window")
COURT, GROUND = "court", "court_ground"
FORMAT: Final = "huiyin-court-packet/1"


@dataclass(frozen=True, slots=True)
class Packet:
    """What the page of the court's papers says besides the parts.

    Attributes:
        window: the clock within which both may apply, None where none runs.
        court: the court named, None while it is to be chosen.
        grounds: the rules by which a court is competent; the chosen one is marked.
        basis: where those rules stand.
        acts: what may be done now: preparing, and entering what the court's papers say.
        asks: the parties who have still to ask the court: (label, address where staff record it for them).
        kin: the mediation it came from, or the confirmation it led to.
    """

    filing: Filing
    window: ClockView | None
    days: int | None
    court: Text | None
    grounds: tuple[tuple[Text, bool], ...]
    basis: Text | None
    acts: tuple[tuple[Text, str, Text | None], ...]
    asks: tuple[tuple[Text, str], ...]
    kin: tuple[Text, str] | None
    data: str | None
    at_court: bool


def has_packet(view: MatterView) -> bool:
    """Tell whether matters of this procedure may go to a court for confirmation."""
    return any(file.name == PACKET for file in city.library().files_of(view.procedure.name))


def of(view: MatterView, standpoint: Standpoint) -> Packet | None:
    """Return the packet of a mediation, or the court's part of a confirmation; None for other matters and other readers."""
    library = city.library()
    mediation = has_packet(view)
    confirms = GROUND not in view.procedure.fields and COURT in view.procedure.units
    if not mediation and not confirms:
        return None
    filing = parts.of_matter(standpoint, PACKET if mediation else "")
    if filing is None:
        return None
    window = next((one for one in view.clocks if one.name in WINDOW), None)
    definition = view.procedure.clocks.get(window.name) if window is not None else None
    basis = None if definition is None or not definition.basis else library.cited(definition.basis[0])
    court = view.unit_names.get(COURT) or _named_court(view)
    return Packet(
        filing=filing,
        window=window,
        days=_days(window),
        court=None if not court else Text(court, court),
        grounds=tuple((choice.label, view.facts.get(GROUND) == choice.value) for choice in _grounds(view)),
        basis=basis,
        acts=_acts(view, standpoint, filing),
        asks=_asks(view, standpoint) if mediation else (),
        kin=_kin(view, standpoint),
        data=reverse("court-packet-data", args=[view.home, view.matter]) if mediation else None,
        at_court=confirms,
    )


def _grounds(view: MatterView) -> tuple[Choice, ...]:
    field = view.procedure.fields.get(GROUND)
    return () if field is None else field.values


def _named_court(view: MatterView) -> str:
    unit = city.unit(str(view.facts.get(COURT) or "-"))
    return "" if unit is None else unit.title.zh


def _days(window: ClockView | None) -> int | None:
    """Return how many days are left, negative once it is over; None when nothing runs."""
    if window is None or window.due is None or window.status != "running":
        return None
    calendar = city.library().calendar
    return (calendar.local_date(window.due) - calendar.local_date(clock.now())).days


def _acts(view: MatterView, standpoint: Standpoint, filing: Filing) -> tuple[tuple[Text, str, Text | None], ...]:
    """Return the acts of the present step: (label, address, why not yet)."""
    here = {action.name for action in view.procedure.states[view.state].actions}
    wanted = {name for state in filing.parts for name in state.part.acts} if filing.file.name == PACKET else here
    return tuple(
        (offer.action.label, standpoint.act(offer.action.name), None if offer.blocked is None else offer.blocked.text)
        for offer in view.offers
        if offer.action.name in wanted & here
    )


def _asks(view: MatterView, standpoint: Standpoint) -> tuple[tuple[Text, str], ...]:
    """Return who has still to ask the court: the act is the parties' own, and at the window staff record it for them."""
    if not view.facts.get(COURT):
        return ()
    asks = []
    for party in view.present:
        theirs = seats.of_staff(standpoint.principal, view.home, view.matter, party.id)
        open_ = queries.get(theirs.principal, view.home, view.matter)
        for offer in () if open_ is None else open_.offers:
            if (
                offer.blocked is None
                and offer.action.jointly
                and offer.action.opens is not None
                and _to_court(offer.action.opens.procedure)
            ):
                label = Text(f"代{party.name}登记：{offer.action.label.zh}", f"Record for {party.name}: {offer.action.label.en}")
                asks.append((label, theirs.act(offer.action.name)))
    return tuple(asks)


def _to_court(name: str) -> bool:
    procedure = city.library().procedures.get(name)
    return procedure is not None and COURT in procedure.units


def _kin(view: MatterView, standpoint: Standpoint) -> tuple[Text, str] | None:
    """Return the page of the other half: the confirmation of a mediation, the mediation of a confirmation."""
    library = city.library()
    other = view.parent
    label = Text("看调解卷宗和申请材料", "The mediation's file and papers")
    for child in view.children:
        procedure = library.procedures.get(child.procedure)
        if procedure is not None and COURT in procedure.units and child.matter:
            other, label = child.matter, Text(f"看{procedure.title.zh}办到哪一步", f"See how {procedure.title.en.lower()} stands")
    home, _, matter = (other or "").partition("/")
    return (label, reverse("court-packet", args=[home, matter])) if matter else None


# The packet as data


def archive(view: MatterView, standpoint: Standpoint, filing: Filing, printed: bytes | None = None) -> bytes:
    """Return a ZIP: ``packet.json`` says what is in it, papers as text, files as they came, ``SHA256SUMS`` the hash of each.

    Args:
        printed: the whole packet as it is printed, for whoever opens the archive and wants to read it.
    """
    made: dict[str, bytes] = {} if printed is None else {"packet.pdf": printed}
    listed = []
    for number, (_, state, rows) in enumerate(parts.contents(filing, view, standpoint), 1):
        folder = f"{number:02d}-{state.part.name}"
        entry: dict[str, Any] = {"part": state.part.name, "title": state.part.title.to_plain(), "papers": [], "files": []}
        for name, issue in state.papers:
            paper = queries.paper(standpoint.principal, view.home, view.matter, name, issue)
            if paper is None or paper.blocks is None:
                continue
            path = f"{folder}/{name}-{issue}.json"
            made[path] = _json({"title": (paper.title or paper.line.title).to_plain(), "blocks": list(paper.blocks)})
            entry["papers"].append(_about(paper, path))
        for row in rows:
            # A file's own name never decides where it is unpacked to.
            path = f"{folder}/{row.id}-{PurePath(row.name.replace(chr(92), '/')).name}"
            made[path] = stored.path_of(view.home, row.id).read_bytes()
            entry["files"].append({"path": path, "name": row.name, "sha256": row.sha256})
        listed.append(entry)
    made["packet.json"] = _json(
        {
            "format": FORMAT,
            "made_at": clock.now().astimezone(city.library().zone).isoformat(timespec="seconds"),
            "reference": view.reference,
            "procedure": {"name": view.procedure.name, "title": view.procedure.title.to_plain()},
            "committee": view.unit_names.get("host", ""),
            "court": _named_court(view),
            "court_ground": view.facts.get(GROUND),
            "parties": [{"role": party.role, "name": party.name} for party in view.present],
            "head": view.head,
            "parts": listed,
        }
    )
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(made.items()))
    made["SHA256SUMS"] = sums.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(made):
            bundle.writestr(path, made[path])
    return out.getvalue()


def _about(paper: PaperView, path: str) -> dict[str, Any]:
    line = paper.line
    marks = [{"role": mark.role, "at": _iso(mark.at), "method": mark.method} for mark in line.signatures]
    return {
        "path": path,
        "name": line.name,
        "issue": line.number,
        "fingerprint": line.hash,
        "printed_at": _iso(line.printed_at),
        "effective_at": None if line.effective_at is None else _iso(line.effective_at),
        "signatures": marks,
        "sealed_at": None if line.sealed is None else _iso(line.sealed.at),
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(city.library().zone).isoformat(timespec="seconds")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode()
