"""The rooms of a matter: coming in, saying something, going out; for a party and for whoever is named to them.

What somebody types here is kept in no session: a message that was not taken is shown again in the answer itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.request import split_domain_port
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.rooms import Rooms
from huiyin.core.values import Principal, Refusal, Text
from huiyin.mediation import queries, services
from huiyin.mediation.queries import About, Door, RoomView, Said, Somebody
from huiyin.papers import services as files
from huiyin.papers.kinds import ACCEPTED
from huiyin.ui import shown
from huiyin.ui.forms import Question, problems_of
from huiyin.web import people, relays
from huiyin.web.headers import connecting_to
from huiyin.web.pages import attached, kept, seats
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.mediation import offers
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.show import show

LABEL = Text("要说的话", "What you want to say")
FILE = Text("照片或者文件", "Photograph or document")
FILE_HINT = Text(
    "JPEG、PNG或者PDF，最大20 MB。照片里的拍摄地点和时间会去掉。只有能看到这个房间的人打得开，和文字一起销毁。",
    "JPEG, PNG or PDF, 20 MB at most. Where and when a picture was taken is removed. Only those in this room can open it; "
    "it is destroyed with the words.",
)
APART = Text(
    "现在分开谈：大家的房间和视频先不开，各方和调解员单独说。什么时候一起谈，听调解员安排。",
    "The talks go on apart for now: the room for all and its video stay closed, and each side speaks alone with the mediator. "
    "The mediator says when all meet again.",
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the rooms somebody may go to."""

    label: Text
    address: str
    here: bool


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID, party: str = "") -> HttpResponse:
    """The joint room or a party's private one, for whoever is named to it."""
    return _page(request, seats.of_staff(principal, home, matter), party)


@require_http_methods(["GET", "HEAD", "POST"])
def of_party(request: HttpRequest, reference: str, home: str = "", matter: UUID | None = None, *, alone: bool = False) -> HttpResponse:
    """The joint room, or the party's own private one."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    return _page(request, seats.of_party(followed, home, matter), followed.principal.id if alone else "")


def address(standpoint: Standpoint, party: str = "") -> str:
    """Return the address of a room from where somebody stands."""
    if standpoint.shell == "staff":
        where: list[Any] = [standpoint.home, standpoint.matter]
        return reverse("desk-room-private", args=[*where, party]) if party else reverse("desk-room", args=where)
    name = "room-private" if party else "room"
    if standpoint.within:
        return reverse(f"mine-within-{name}", args=[standpoint.reference, standpoint.home, standpoint.matter])
    return reverse(f"mine-{name}", args=[standpoint.reference])


def draft_address(standpoint: Standpoint) -> str:
    """Return the address of what those in the joint room write together."""
    if standpoint.shell == "staff":
        return reverse("desk-draft", args=[standpoint.home, standpoint.matter])
    if standpoint.within:
        return reverse("mine-within-draft", args=[standpoint.reference, standpoint.home, standpoint.matter])
    return reverse("mine-draft", args=[standpoint.reference])


def together(talks: Rooms) -> Text:
    """Return what the room of everybody is called."""
    if talks.private:
        return Text("大家的房间", "The room for all")
    return Text("视频、文字一起谈", "Talk by video or in writing")


def audience(door: Door, reader: Principal) -> Text:
    """Return who reads what is said in a room, as it stands at every message and above the box."""
    if not door.rooms.private:
        labels = (door.procedure.roles[door.rooms.of].label, *(door.procedure.posts[host].label for host in door.rooms.hosts))
        return Text(f"只有{'、'.join(one.zh for one in labels)}看得到", f"only {', '.join(one.en for one in labels)} see it")
    if not door.party:
        return Text("各方和调解员都看得到", "every side and the mediator see it")
    if reader.kind == "party":
        return Text("只有您和调解员看得到", "only you and the mediator see it")
    who = _name(door.somebody(f"party:{door.party}"))
    return Text(f"只有{who.zh}和调解员看得到", f"only {who.en} and the mediator see it")


def plain(said: Said) -> dict[str, Any]:
    """Return a message as data, for the script and for the live stream."""
    zone = city.library().zone
    return {
        "seq": said.seq,
        "at": shown.stamp(said.at, zone),
        "who": said.by.name,
        "role": said.by.role.to_plain(),
        "mine": said.mine,
        "text": said.text,
        "draft": said.draft,
        "erased": said.erased,
        "file": None if said.file is None else _given(said.id, said.file),
    }


def _given(message: UUID, about: About) -> dict[str, Any]:
    return {"id": str(message), "name": about.name, "size": shown.size(about.size), "picture": about.small}


@require_http_methods(["GET", "HEAD"])
@staff_only
def file_of_desk(request: HttpRequest, principal: Principal, home: str, matter: UUID, file: UUID) -> HttpResponse:
    """A file that was put into a room, for the mediator."""
    return _file(request, seats.of_staff(principal, home, matter), file)


@require_http_methods(["GET", "HEAD"])
def file_of_party(request: HttpRequest, reference: str, file: UUID, home: str = "", matter: UUID | None = None) -> HttpResponse:
    """A file that was put into a room, for a party in it."""
    followed = people.party_of(request, reference)
    if followed is None:
        return HttpResponseRedirect(f"{reverse('track')}?reference={reference}")
    return _file(request, seats.of_party(followed, home, matter), file)


def _file(request: HttpRequest, standpoint: Standpoint, file: UUID) -> HttpResponse:
    small = request.GET.get("small") == "1"
    found = queries.file(standpoint.principal, standpoint.home, standpoint.matter, file, small=small)
    if found is None:
        return not_found(request)
    about, content = found
    return attached.sent(f"{about.name}.jpg" if small else about.name, "jpeg" if small else about.kind, content)


def _page(request: HttpRequest, standpoint: Standpoint, party: str) -> HttpResponse:
    if request.method == "POST":
        return _take(request, standpoint, party)
    view = _read(request, standpoint, party)
    if view is not None:
        return _show(request, standpoint, view)
    return _apart(request, standpoint, party) or not_found(request)


def _read(request: HttpRequest, standpoint: Standpoint, party: str) -> RoomView | None:
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    return queries.room(standpoint.principal, standpoint.home, standpoint.matter, party, before=number)


def _take(request: HttpRequest, standpoint: Standpoint, party: str) -> HttpResponse:
    where: dict[str, Any] = {"home": standpoint.home, "matter": standpoint.matter, "party": party}
    if queries.door(standpoint.principal, **where) is None:
        return _apart(request, standpoint, party) or not_found(request)
    here = address(standpoint, party)
    match request.POST.get("do", ""):
        case "enter":
            came = services.enter(**where, principal=standpoint.principal)
            if isinstance(came, Refusal):
                kept.tell(request, came.text, "warn")
            return HttpResponseRedirect(here)
        case "leave":
            services.leave(**where, principal=standpoint.principal)
            kept.tell(request, Text("您已经离开房间。", "You have left the room."))
            return HttpResponseRedirect(here if party else standpoint.address)
        case _:
            return _send(request, standpoint, where, here)


def _send(request: HttpRequest, standpoint: Standpoint, where: dict[str, Any], here: str) -> HttpResponse:
    text, key = request.POST.get("text", ""), request.POST.get("key", "")
    upload = request.FILES.get("file")
    file = None if upload is None else files.taken(home=standpoint.home, name=upload.name or "", chunks=upload.chunks())
    answer = file if isinstance(file, Refusal) else services.send(**where, principal=standpoint.principal, text=text, key=key, file=file)
    by_script = "application/json" in request.headers.get("Accept", "")
    if not isinstance(answer, Refusal):
        if not by_script:
            return HttpResponseRedirect(f"{here}#newest")
        return JsonResponse({"seq": answer.seq, "file": None if answer.file is None else _given(answer.id, answer.file)})
    if by_script:
        return JsonResponse({"code": answer.code, "text": answer.text.to_plain()}, status=422)
    view = _read(request, standpoint, where["party"])
    return not_found(request) if view is None else _show(request, standpoint, view, refusal=answer, typed=text)


def _show(request: HttpRequest, standpoint: Standpoint, view: RoomView, *, refusal: Refusal | None = None, typed: str = "") -> HttpResponse:
    door, reader = view.door, standpoint.principal
    hint = audience(door, reader)
    problems = problems_of(refusal).by_field
    question = Question("text", LABEL, "long", hint=hint, error=problems.get("text"), value=typed)
    file = Question("file", FILE, "one_file", hint=FILE_HINT, error=problems.get("file"), required=False, mode=ACCEPTED)
    private = reader.id if reader.kind == "party" and not door.party and door.rooms.private else ""
    context = {
        "told": kept.told(request),
        "view": view,
        "title": _title(door, reader),
        "reference": door.snapshot.reference,
        "topic": city.library().about(door.snapshot.topic, door.procedure.title),
        "back": standpoint.address,
        "tabs": _tabs(standpoint, door.rooms, door.party),
        "alone": address(standpoint, private) if private else None,
        "audience": hint,
        "kept_days": door.rooms.kept_days,
        "send_to": kept.sent_to(address(standpoint, door.party)),
        "here_address": address(standpoint, door.party),
        "key": str(uuid4()),
        "questions": (question, file),
        "files_at": _files_at(standpoint),
        "draft_at": "" if door.party or offers.list_of(door.procedure) is None else draft_address(standpoint),
        "before": view.messages[0].seq if view.messages and view.earlier else None,
        "newest": "before" not in request.GET,
        "longest": services.LONGEST,
        "here": "mediations",
    }
    status = 200 if refusal is None else 422
    open_now = view.inside and view.id is not None and not door.ended and "before" not in request.GET
    live = stream(request, standpoint, view.id) if open_now else ""
    if live:
        context |= {"live": live, "call": stream(request, standpoint, view.id, "calls")}
        context["ice"] = json.dumps(relays.for_a_call(clock.now()))
    asked = [question, file]
    response = show(request, "web/mediation/talk.html", context, frame=standpoint.shell, refusal=refusal, questions=asked, status=status)
    return connecting(response, live)


def stream(request: HttpRequest, standpoint: Standpoint, room: UUID | None, kind: str = "rooms") -> str:
    """Return where a room's news come from (or ``calls``, its calls); empty when there is no live process."""
    live = _live(request)
    of = f"?{urlencode({'of': standpoint.reference})}" if standpoint.reference else ""
    return f"{live}{kind}/{standpoint.home}/{room}{of}" if live else ""


def connecting(response: HttpResponse, live: str) -> HttpResponse:
    """Let a page hear of news from a process of another origin."""
    if live.startswith("http"):
        response.headers["Content-Security-Policy"] = connecting_to("/".join(live.split("/")[:3]))
    return response


def _files_at(standpoint: Standpoint) -> str:
    """Return the address under which the files of this matter's rooms stand, each by its id."""
    return f"{address(standpoint)}file/"


def _live(request: HttpRequest) -> str:
    """Return where the live process is reached from this reader's browser; empty when there is none."""
    if settings.HUIYIN_LIVE_ADDRESS:
        return f"{settings.HUIYIN_LIVE_ADDRESS.rstrip('/')}/"
    if not settings.HUIYIN_LIVE_PORT or request.is_secure():
        return ""
    return f"http://{split_domain_port(request.get_host())[0]}:{settings.HUIYIN_LIVE_PORT}/live/"


def _tabs(standpoint: Standpoint, talks: Rooms, here: str) -> tuple[Tab, ...]:
    """Return every room somebody may go to; that for all also while nobody is in it, where the page says so."""
    found = queries.doors(standpoint.principal, standpoint.home, standpoint.matter)
    private = (Tab(_title(one, standpoint.principal), address(standpoint, one.party), one.party == here) for one in found if one.party)
    return (Tab(together(talks), address(standpoint), not here), *private)


def _apart(request: HttpRequest, standpoint: Standpoint, party: str) -> HttpResponse | None:
    """Return what everybody with a place in the joint room finds there while the sides talk apart: the same for each of them."""
    found = None if party else queries.apart(standpoint.principal, standpoint.home, standpoint.matter)
    if found is None:
        return None
    context = {
        "title": together(found.rooms),
        "reference": found.snapshot.reference,
        "topic": city.library().about(found.snapshot.topic, found.procedure.title),
        "back": standpoint.address,
        "tabs": _tabs(standpoint, found.rooms, party),
        "typed": request.POST.get("text", ""),
        "here": "mediations",
    }
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": services.OUTSIDE.code, "text": APART.to_plain()}, status=422)
    return show(request, "web/mediation/apart.html", context | {"apart": APART}, frame=standpoint.shell)


def _title(door: Door, reader: Principal) -> Text:
    if not door.party:
        return together(door.rooms)
    if reader.kind == "party":
        return Text("和调解员单独说", "Alone with the mediator")
    who = _name(door.somebody(f"party:{door.party}"))
    return Text(f"和{who.zh}单独说", f"Alone with {who.en}")


def _name(somebody: Somebody) -> Text:
    return Text(somebody.name, somebody.name) if somebody.name else somebody.role
