"""Joint work of the demonstration, played through the doors: a whistle, two reports of one lamp, helpers, a parted message, a project.

These need two matters or several units at once, which an invented life walked alone cannot have.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core.following import LEADER
from huiyin.core.values import ANONYMOUS, Principal, Refusal
from huiyin.demo.people import home_community
from huiyin.matters import services
from huiyin.matters.receipts import Receipt
from huiyin.projects import queries
from huiyin.projects import services as households
from huiyin.projects.services import Line

SIX = 18
CALLED = ("traffic_police", "road_maintenance", "drainage")


def play() -> int:
    """Open and act on the matters that are shown together; safe to repeat within a day. Returns how many were opened."""
    return _whistle() + _same_lamp() + _helped() + _parted() + _project()


def _whistle() -> int:
    caller = _staff("workroom", "workroom", "community", "clerk")
    place = home_community()
    called = [unit.id for kind in CALLED if (unit := city.unit_for(kind, place)) is not None]
    data = {
        "what_for": "晨光三街2号楼门前路面塌了一个坑，长两米、宽一米、深一米，要封路、查管线。",
        "place": {"division": place, "detail": "晨光三街2号楼门前"},
        "danger": "yes",
        "called": called,
        "come_by": _at_six().isoformat(),
    }
    whistle = _open(
        "whistle", "whistle", caller, data, topic="hazard.road.collapse", opened_by="own_initiative", parties=(), unit=caller.unit
    )
    _act(whistle, "make_safe", caller, {"made_safe": "社区先拉警戒线、摆锥桶，请人绕行。"}, "whistle:safe")
    return 1


def _same_lamp() -> int:
    dispatcher = _staff("dispatcher", "governance_centre", "street", "dispatcher")
    first = _ask(
        "lamp:first",
        "晨光二街路口的路灯连着三晚不亮，灯杆底下电线露在外面，怕漏电。请尽快派人来修。路口能不能加一盏？",
        "request.lighting",
        "赵甲子",
    )
    second = _ask("lamp:second", "二街口路灯坏了，晚上看不见路。", "request.lighting", "钱乙丑")
    leader = {LEADER: f"{first.home}/{first.matter}", "reason": "同一个路口的同一盏路灯"}
    _act(second, "merge", dispatcher, leader, "lamp:merge")
    return 2


def _helped() -> int:
    dispatcher = _staff("dispatcher", "governance_centre", "street", "dispatcher")
    lead = _staff("inspector", "urban_management", "district", "handler")
    helpers = [unit.id for kind in ("sanitation", "housing") if (unit := city.unit_for(kind, home_community())) is not None]
    asked = _ask("helped", "楼后空地堆了建筑垃圾，旁边的墙也歪了，怕倒。", "request.rubbish", "孙丙寅")
    reason = "占道和乱倒垃圾由城管牵头，清运和围墙请环卫、住建一起办"
    _act(asked, "dispatch", dispatcher, {"lead": lead.unit, "dispatch_reason": reason}, "helped:dispatch")
    by = (_at_six() + timedelta(days=3)).date().isoformat()
    _act(asked, "ask_help", lead, {"helpers": helpers, "help_asked": "清运垃圾，看围墙要不要拆。", "help_by": by}, "helped:ask")
    minutes = {"who": "城管、环卫、住建", "what": "周内清完，围墙先围挡，鉴定后再定拆不拆。"}
    _act(asked, "keep_minutes", lead, {"joint_minutes": minutes}, "helped:minutes")
    return 1


def _parted() -> int:
    dispatcher = _staff("dispatcher", "governance_centre", "street", "dispatcher")
    asked = _ask("parted", "楼道灯坏了；西门的垃圾两天没清；还想问老人助餐怎么办。", "request", "李丁卯")
    parts = [{"ask": "楼道灯坏了"}, {"ask": "西门的垃圾两天没有清"}, {"ask": "老人助餐怎么办"}]
    _act(asked, "split", dispatcher, {"parts": parts, "reason": "三件事归三个单位"}, "parted:split")
    return 1


def _project() -> int:
    desk = _staff("workroom", "workroom", "community", "clerk")
    committee = _staff("committee", "mediation_committee", "community", "clerk")
    mediator = _staff("mediator", "mediation_committee", "community", "mediator")
    data = {
        "name": "晨光小区供热不达标",
        "claim": "按标准供热，退还不达标天数的热费。",
        "facts": "11月1日供热以来，多户室温低于18度，测温记录在社区。",
        "place": {"division": home_community(), "detail": "晨光小区"},
        "other_side": [{"name": "虚构晨光热力有限公司", "phone": "024-00000000", "address": "虚构晨光路1号"}],
    }
    heating = _open(
        "heating",
        "household_project",
        desk,
        data,
        topic="dispute.property_service",
        opened_by="own_initiative",
        opener=None,
        unit=desk.unit,
    )
    _act(heating, "give_to", desk, {"committee": committee.unit}, "heating:give")
    project = queries.project(committee, heating.home, heating.matter)
    if project is None:
        raise LookupError("the committee does not see the project it was given")
    lines = [
        Line(f"{building}号楼", f"{stairs}单元{floor}01", (f"虚构住户{building}{stairs}{floor}",), (), "86.5平方米", 128_050 + floor)
        for building in (1, 2, 10)
        for stairs in (1, 2)
        for floor in (1, 2)
    ]
    households.bring(committee, project, lines)
    for one in queries.households(committee, project):
        if one.waits and one.building == "1号楼":
            households.take(committee, project, one, mediator.id)
    return 1 + len(lines)


def _ask(name: str, detail: str, topic: str, who: str) -> Receipt:
    parties = ({"role": "reporter", "name": who, "facts": {}},)
    return _open(name, "plain_request", ANONYMOUS, {"detail": detail}, topic=topic, opened_by="party", parties=parties)


def _open(name: str, procedure: str, principal: Principal, data: Mapping[str, Any], **more: Any) -> Receipt:
    made = services.open(
        procedure=procedure,
        data=data,
        principal=principal,
        division=home_community(),
        key=f"life:together:{_day()}:{name}",
        **{"opener": 0, **more},
    )
    if isinstance(made, Refusal):
        raise LookupError(f"{name} is refused: {made.text.en} {[one.text.en for one in made.details]}")
    return made


def _act(matter: Receipt, action: str, principal: Principal, data: Mapping[str, Any], name: str) -> None:
    made = services.act(
        home=matter.home, matter=matter.matter, action=action, data=data, principal=principal, key=f"life:together:{_day()}:{name}"
    )
    if isinstance(made, Refusal):
        raise LookupError(f"{action} of {name} is refused: {made.text.en}")


def _at_six() -> datetime:
    """Return six this evening, or tomorrow's when that is past: the same all day, so that doing it twice asks the same."""
    local = clock.now().astimezone(city.library().zone)
    return (local + timedelta(days=local.hour >= SIX)).replace(hour=SIX, minute=0, second=0, microsecond=0)


def _day() -> str:
    return _at_six().date().isoformat()


def _staff(username: str, kind: str, level: str, post: str) -> Principal:
    unit = city.unit_for(kind, home_community(), level=level)
    if unit is None:
        raise LookupError(f"the city has no {kind} at level {level}")
    return Principal("staff", str(Account.objects.get(username=username).pk), unit.id, post)
