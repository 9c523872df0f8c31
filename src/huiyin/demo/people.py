"""One sign-in for each role of the demonstration: people who join the invented staff of one community, street and district.

They are made before the history is written, so that they have a past in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huiyin.city import queries as city
from huiyin.city import services
from huiyin.city.models import Account, Division
from huiyin.core.values import SYSTEM, Refusal, Text
from huiyin.host.home import Home

FROM = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Role:
    """A person to sign in as: the user name is the role's own word."""

    username: str
    name: str
    kind: str
    level: str
    posts: tuple[str, ...]
    title: Text


ROLES = (
    Role("workroom", "沈甲午", "workroom", "community", ("intake_clerk", "clerk"), Text("社区工作室受理员", "intake clerk, workroom")),
    Role("grid", "韩乙未", "workroom", "community", ("grid_worker",), Text("网格员", "grid worker")),
    Role(
        "committee",
        "杨丙申",
        "mediation_committee",
        "community",
        ("clerk", "head"),
        Text("调委会经办人", "clerk, mediation committee"),
    ),
    Role("mediator", "朱丁酉", "mediation_committee", "community", ("mediator",), Text("人民调解员", "people's mediator")),
    Role(
        "seal",
        "秦戊戌",
        "mediation_committee",
        "community",
        ("seal_keeper",),
        Text("印章保管人", "seal keeper, mediation committee"),
    ),
    Role(
        "dispatcher",
        "尤己亥",
        "governance_centre",
        "street",
        ("dispatcher",),
        Text("街道综治中心派单员", "dispatcher, street centre"),
    ),
    Role("arbiter", "许庚子", "governance_centre", "street", ("arbiter",), Text("指定派办人", "arbiter of ownership, street centre")),
    Role("supervisor", "何辛丑", "governance_centre", "street", ("supervision_officer",), Text("督办员", "supervision officer")),
    Role("head", "严丁未", "governance_centre", "street", ("head",), Text("综治中心负责人", "head of the street centre")),
    Role("office", "吕壬寅", "street_office", "street", ("handler", "inspector"), Text("街道办事处承办人", "handler, street office")),
    Role("roads", "施癸卯", "road_maintenance", "district", ("handler",), Text("市政养护承办人", "handler, road maintenance")),
    Role("roads_head", "姜戊申", "road_maintenance", "district", ("head",), Text("市政养护单位负责人", "head of road maintenance")),
    Role(
        "inspector",
        "张甲辰",
        "urban_management",
        "district",
        ("inspector", "handler"),
        Text("城管检查员", "inspector, urban management"),
    ),
    Role("petitions", "华己酉", "petition_office", "district", ("clerk", "handler"), Text("信访登记员", "registrar of petitions")),
    Role("housing", "金庚戌", "housing", "district", ("handler", "clerk"), Text("住建局承办人", "handler, housing bureau")),
    Role("housing_head", "魏辛亥", "housing", "district", ("head",), Text("住建局负责人", "head of the housing bureau")),
    Role("review", "陶壬子", "judicial_bureau", "district", ("handler", "clerk"), Text("行政复议人员", "reviewer, justice bureau")),
    Role("justice_head", "戚癸丑", "judicial_bureau", "district", ("head",), Text("司法局负责人", "head of the justice bureau")),
    Role("legal_aid", "谢甲寅", "judicial_bureau", "district", ("legal_adviser",), Text("法律援助工作人员", "legal aid officer")),
    Role(
        "commission",
        "邹乙卯",
        "labour_arbitration",
        "district",
        ("intake_clerk", "clerk"),
        Text("劳动仲裁委经办人", "clerk, arbitration commission"),
    ),
    Role("arbitrator", "喻丙辰", "labour_arbitration", "district", ("handler", "head"), Text("仲裁员", "arbitrator")),
    Role("court", "窦戊午", "court", "district", ("judge", "clerk", "head"), Text("法官", "judge")),
    Role("prosecutor", "云己未", "procuratorate", "district", ("handler", "clerk", "head"), Text("检察官", "prosecutor")),
    Role(
        "market",
        "潘庚申",
        "market_regulation",
        "district",
        ("handler", "clerk", "head"),
        Text("市场监管人员", "officer, market regulation"),
    ),
    Role("traffic", "葛辛酉", "traffic_police", "district", ("handler", "head"), Text("交警", "traffic police officer")),
    Role("enforcement", "范壬戌", "urban_management", "district", ("clerk", "head"), Text("城管执法负责人", "head of urban management")),
    Role(
        "emergency", "彭癸亥", "emergency", "district", ("clerk", "head"), Text("应急管理局值班人员", "officer on duty, emergency bureau")
    ),
    Role(
        "government",
        "鲁甲申",
        "government",
        "district",
        ("clerk", "handler", "head"),
        Text("区政府办工作人员", "officer, district government"),
    ),
    Role("notary", "韦乙酉", "notary_office", "district", ("clerk", "handler"), Text("公证员", "notary")),
    Role("police", "柏丁巳", "police_station", "street", ("handler", "head"), Text("派出所办案民警", "police officer in charge")),
    Role("admin", "孔乙巳", "system_office", "city", ("system_admin",), Text("系统管理员", "system administrator")),
    Role("rules", "华丁卯", "system_office", "city", ("pack_keeper",), Text("规则管理员（提出）", "pack keeper who puts forward")),
    Role("rules_second", "金戊辰", "system_office", "city", ("pack_keeper",), Text("规则管理员（复核）", "pack keeper who reviews")),
    Role("auditor", "曹丙午", "system_office", "city", ("audit_admin",), Text("审计管理员", "audit administrator")),
)


def home_community() -> str:
    """Return the community the demonstration happens in: the first of the city's list."""
    code: str = Division.objects.filter(level="community", ended=None).order_by("code").values_list("code", flat=True)[0]
    return code


def connected_by() -> str:
    """Return the unit whose dispatcher of the demonstration exchanges with neighbouring systems.

    Raises:
        LookupError: the city pack has none.
    """
    role = next(role for role in ROLES if role.username == "dispatcher")
    unit = city.unit_for(role.kind, home_community(), level=role.level)
    if unit is None:
        raise LookupError(f"the city has no {role.kind} for its first community")
    return str(unit.id)


def sign_ins() -> list[dict[str, str]]:
    """Make the people who are missing and return how each signs in; safe to repeat.

    Raises:
        LookupError: the city pack lacks a unit or post the demonstration shows.
    """
    password = Home.find().secret("demo_password")[:12]
    place = home_community()
    listed = []
    for role in ROLES:
        unit = city.unit_for(role.kind, place, level=role.level)
        if unit is None:
            raise LookupError(f"the city has no {role.kind} for {place} at level {role.level}")
        if not Account.objects.filter(username=role.username).exists():
            _join(role, unit.id, password)
        listed.append(
            {
                "role": role.username,
                "title": role.title.zh,
                "title_en": role.title.en,
                "unit": unit.name_zh,
                "name": role.name,
                "username": role.username,
                "password": password,
            }
        )
    return listed


def _join(role: Role, unit: str, password: str) -> None:
    made = services.make_staff(principal=SYSTEM, username=role.username, name=role.name, password=password)
    if isinstance(made, Refusal):
        raise LookupError(f"{role.username}: {made.text.en}")
    for post in role.posts:
        appointed = services.appoint(principal=SYSTEM, account=made.id, unit=unit, post=post, from_date=FROM)
        if isinstance(appointed, Refusal):
            raise LookupError(f"{role.username} as {post}: {appointed.text.en}")
