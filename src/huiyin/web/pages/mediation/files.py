"""The mediator's file, the packet for the court, and the mediations of a committee by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import cards
from huiyin.core.diagram_common import state_label
from huiyin.core.packs import Library
from huiyin.core.values import Principal, Text
from huiyin.matters import published, queries
from huiyin.matters.lists import matters
from huiyin.matters.views import MatterView, Row
from huiyin.papers.integrity.kept import sealed_now
from huiyin.papers.typesetting.binding import bind
from huiyin.web.pages import kept, places, seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.documents import printing, volumes, whole
from huiyin.web.pages.documents.volumes import Source
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.mediation import audience, calendars, knowledge, naming, offers, packet, parts
from huiyin.web.pages.show import show
from huiyin.web.pages.story import Wording

CONFIRMATION: Final = "judicial_confirmation"
AGREEMENT: Final = "mediation_agreement"
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One mediation in the list; ``who`` has it, without the name of the reader's own unit; ``lacks`` what its agreement still lacks."""

    row: Row
    who: Text
    address: str
    file: str
    topic: Text
    place: Text | None
    state: Text
    lacks: Text | None
    why: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage and what stands in it; ``more`` leads to the rest."""

    name: str
    label: Text
    hint: Text
    lines: tuple[Line, ...]
    more: str | None

    @property
    def count(self) -> str:
        """How many, or that there are more than are shown."""
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


STAGES: Final[tuple[tuple[str, Text, Text, tuple[str, ...]], ...]] = (
    ("received", Text("等受理", "To be accepted"), Text("看能不能调解，答复申请人。", "Can it be mediated?"), ("received",)),
    ("inviting", Text("问各方愿不愿意", "Asking every side"), Text("没有答复不算同意。", "Silence is not consent."), ("inviting",)),
    (
        "mediating", Text("正在调解", "Mediating"), Text("约时间、谈、记录、写协议。", "Meet, talk, write minutes, draft."),
        ("mediating", "reopened", "parted", "with_authority", "under_order"),
    ),
    (
        "signing", Text("签字盖章", "Signing and sealing"), Text("各方签名、调解员签名、盖章，齐了才生效。", "It binds when all is there."),
        ("signing", "accepting_oral", "writing_down"),
    ),
    (
        "performing", Text("正在履行", "Being performed"), Text("到期回访，督促履行。", "Follow up when it falls due."),
        ("performing", "performing_oral"),
    ),
    (
        "court", Text("申请法院确认", "Before the court"), Text("收到法院的文书，在卷宗里登记。", "Enter what the court's papers say."),
        ("preparing", "at_court", "under_review", "asked_for_more"),
    ),
    (
        "ended", Text("已经结束", "Closed"), Text("卷宗要齐。", "The file is to be whole."),
        (
            "resolved", "superseded", "unperformed", "declined", "ended_without", "recalled_by_court", "ended_elsewhere", "deemed_failed",
            "at_arbitration",
        ),
    ),
)  # fmt: skip


@staff_only
def mediations(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the mediations of the committee by stage; a mediator sees those that name them, with ``?all=1`` every one."""
    library = city.library()
    named = principal.post == "mediator" and request.GET.get("all") != "1"
    only = request.GET.get("stage", "")
    after = request.GET.get("after") or None
    chosen = [stage for stage in STAGES if only in ("", stage[0])] or list(STAGES)
    if named:
        # No confirmation names a mediator: it is the clerk's to follow.
        chosen = [stage for stage in chosen if stage[0] != "court"] or chosen
    stages = [_stage(principal, library, stage, principal.id if named else None, after if len(chosen) == 1 else None) for stage in chosen]
    # Who only seals comes for what waits for the seal.
    if principal.post == "seal_keeper" and not only:
        stages.sort(key=lambda stage: stage.name != "signing")
    context = {
        "stages": stages,
        "none": not any(stage.lines for stage in stages),
        "one": len(chosen) == 1,
        "named": named,
        "may_widen": principal.post == "mediator",
        "seals": principal.post == "seal_keeper",
        "told": kept.told(request),
        "now": clock.now(),
        "here": "mediations",
    }
    return show(request, "web/mediation/mediations.html", context, frame="staff")


def mediated(library: Library) -> tuple[str, ...]:
    """Return the procedures in which somebody named mediates between the parties, also with each alone."""
    return tuple(name for name, one in library.procedures.items() if one.rooms is not None and one.rooms.private)


def _stage(
    principal: Principal, library: Library, stage: tuple[str, Text, Text, tuple[str, ...]], named: str | None, after: str | None
) -> Stage:
    name, label, hint, states = stage
    procedures = (CONFIRMATION,) if name == "court" else mediated(library)
    page = matters(principal, procedures=procedures, states=states, named=named, after=after, limit=SHOWN)
    unit = city.unit(principal.unit or "-")
    own = Text("", "") if unit is None else unit.title
    more = None
    if page.after is not None:
        asked = {"stage": name, "after": page.after} | ({} if named or principal.post != "mediator" else {"all": "1"})
        more = f"{reverse('mediations')}?{urlencode(asked)}"
    lacking = _lacking(principal, page.rows) if name == "signing" else {}
    return Stage(name, label, hint, tuple(_line(library, row, own, lacking.get(row.matter)) for row in page.rows), more)


def _lacking(principal: Principal, rows: Sequence[Row]) -> dict[UUID, Text]:
    """Return what the agreement of each mediation still lacks, in a few words."""
    found: dict[UUID, tuple[int, bool]] = {}
    for home in {row.home for row in rows}:
        found |= queries.lacking(principal, home, [row.matter for row in rows if row.home == home], AGREEMENT)
    return {matter: _lacks(*left) for matter, left in found.items() if any(left)}


def _lacks(signatures: int, seal: bool) -> Text:
    if not signatures:
        return Text("只差盖章", "only the seal is missing")
    names = Text(f"还差{signatures}个签名", f"signatures missing: {signatures}")
    return Text(f"{names.zh}和盖章", f"{names.en}, and the seal") if seal else names


def _line(library: Library, row: Row, unit: Text, lacks: Text | None) -> Line:
    procedure = library.procedures.get(row.procedure)
    state = None if procedure is None else procedure.states.get(row.state)
    return Line(
        row=row,
        who=_who(row.who, unit),
        address=reverse("desk-matter", args=[row.home, row.matter]),
        file=reverse("mediation-file", args=[row.home, row.matter]),
        topic=library.about(row.topic, row.title),
        place=places.name_of(row.division),
        state=Text(row.state, row.state) if state is None else state_label(state),
        lacks=lacks,
        why=reverse("desk-dates", args=[row.home, row.matter]),
    )


def _who(who: Text, unit: Text) -> Text:
    """Return who has a matter as it is said within a unit: by the post alone."""
    return Text(*(said.replace(own, "").strip() if own else said for said, own in ((who.zh, unit.zh), (who.en, unit.en))))


@staff_only
def file(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Show the file of a matter: its parts as a list of tasks, and its story with who knows what."""
    standpoint = seats.of_staff(principal, home, matter)
    view = queries.get(principal, home, matter)
    filing = None if view is None else parts.of_matter(standpoint)
    if view is None or filing is None:
        return not_found(request)
    words = Wording(view, standpoint)
    rows = parts.rows(filing, view, standpoint, words)
    context: dict[str, Any] = {
        **_heading(view, words),
        "told": kept.told(request),
        "file": filing.file,
        "rows": rows,
        "there": sum(1 for row in rows if row.status in ("done", "made")),
        "missing": parts.missing(filing),
        "odd": naming.of_matter(principal, view),
        "story": audience.story(words),
        "table": offers.of(view, words),
        "known": knowledge.of(view, words.library),
        "answered_before": cards.offered(published.published(), view.topic) if view.procedure.mediates else (),
        "meeting": calendars.meeting(view),
        "back": standpoint.address,
        "packet": _packet_address(view),
        "bundle": reverse("desk-whole-file", args=[home, matter]),
        "here": "mediations",
    }
    return show(request, "web/mediation/file.html", context, frame="staff")


@staff_only
def court_packet(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Show what goes to the court, until when, and afterwards what the court's papers say."""
    standpoint = seats.of_staff(principal, home, matter)
    view = queries.get(principal, home, matter)
    made = None if view is None else packet.of(view, standpoint)
    if view is None or made is None:
        return not_found(request)
    words = Wording(view, standpoint)
    context: dict[str, Any] = {
        **_heading(view, words),
        "told": kept.told(request),
        "packet": made,
        "rows": parts.rows(made.filing, view, standpoint, words),
        "back": standpoint.address,
        "bundle": f"{reverse('desk-whole-file', args=[home, matter])}?{urlencode({'of': made.filing.file.name})}",
        "here": "mediations",
    }
    return show(request, "web/mediation/packet.html", context, frame="staff")


@staff_only
def court_data(request: HttpRequest, principal: Principal, home: str, matter: UUID) -> HttpResponse:
    """Send the packet as data: what it holds, the papers as text and as printed, the files, and a hash of each."""
    standpoint = seats.of_staff(principal, home, matter)
    view = queries.get(principal, home, matter)
    made = None if view is None else packet.of(view, standpoint)
    if view is None or made is None or made.filing.file.name != packet.PACKET:
        return not_found(request)
    volume = volumes.volume_of(Source(standpoint, printing.base_of(request), packet.PACKET))
    printed = None if volume is None or volumes.size_of(volume) > whole.AT_ONCE else sealed_now(bind(volume).data)
    response = HttpResponse(packet.archive(view, standpoint, made.filing, printed), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{view.reference}-court.zip"'
    return response


def _heading(view: MatterView, words: Wording) -> dict[str, Any]:
    return {"view": view, "topic": words.topic(), "place": words.place(), "state": words.state(), "now": clock.now()}


def _packet_address(view: MatterView) -> str | None:
    """Return where the papers for the court are, once there is an agreement in force."""
    in_force = any(line.effective_at is not None for line in view.papers)
    known = packet.has_packet(view)
    return reverse("court-packet", args=[view.home, view.matter]) if known and in_force else None
