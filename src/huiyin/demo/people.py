"""One sign-in for each role of the demonstration. The people come with the city pack; here they get a password."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account, Division
from huiyin.core.values import Text
from huiyin.host.home import Home


@dataclass(frozen=True, slots=True)
class Role:
    """A role to be shown: who plays it is whoever holds that post of that unit of the demonstration's community."""

    role: str
    kind: str
    level: str | None
    post: str
    title: Text


ROLES = (
    Role(
        "intake_clerk",
        "workroom",
        "community",
        "intake_clerk",
        Text("社区工作室受理员", "intake clerk of the community's workroom"),
    ),
    Role("grid_worker", "workroom", "community", "grid_worker", Text("网格员", "grid worker")),
    Role("mediation_clerk", "mediation_committee", "community", "clerk", Text("调委会经办人", "clerk of the mediation committee")),
    Role("mediator", "mediation_committee", "community", "mediator", Text("人民调解员", "people's mediator")),
    Role(
        "seal_keeper", "mediation_committee", "community", "seal_keeper", Text("调委会印章保管人", "seal keeper of the committee")
    ),
    Role(
        "dispatcher",
        "governance_centre",
        "street",
        "dispatcher",
        Text("街道综治中心派单员", "dispatcher of the street's governance centre"),
    ),
    Role(
        "supervisor",
        "governance_centre",
        "street",
        "supervision_officer",
        Text("街道综治中心督办员", "supervision officer of the street"),
    ),
    Role("handler", "street_office", "street", "handler", Text("街道办事处承办人", "handler of the street office")),
    Role("road_handler", "road_maintenance", "district", "handler", Text("市政养护承办人", "handler of the road maintenance unit")),
    Role("inspector", "urban_management", "district", "inspector", Text("城管检查员", "inspector of urban management")),
    Role("system_admin", "system_office", "city", "system_admin", Text("系统管理员", "system administrator")),
    Role("audit_admin", "system_office", "city", "audit_admin", Text("审计管理员", "audit administrator")),
)


def home_community() -> str:
    """Return the community the demonstration happens in: the first of the city's list."""
    code: str = Division.objects.filter(level="community", ended=None).order_by("code").values_list("code", flat=True)[0]
    return code


def sign_ins() -> list[dict[str, str]]:
    """Give one person of each role the demonstration's password and return how each signs in."""
    password = Home.find().secret("demo_password")[:12]
    place = home_community()
    today = clock.now().date()
    listed = []
    taken: set[str] = set()
    for role in ROLES:
        unit = city.unit_for(role.kind, place, level=role.level)
        acting = [] if unit is None else city.holders(unit.id, role.post, today)
        person = next((one for one in acting if one.username not in taken), acting[0] if acting else None)
        if unit is None or person is None:
            continue
        taken.add(person.username)
        Account.objects.using("owner").filter(id=person.account).update(password=make_password(password))
        listed.append(
            {
                "role": role.role,
                "title": role.title.zh,
                "title_en": role.title.en,
                "unit": unit.name_zh,
                "name": person.name,
                "username": person.username,
                "password": password,
            }
        )
    return listed
