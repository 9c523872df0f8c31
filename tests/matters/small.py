"""A city of one street and two offices, and a pack of two procedures: as much as the record needs to be tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from huiyin.core.pack_assembly import assemble
from huiyin.core.packs import Document, Library
from huiyin.core.source import read_yaml
from huiyin.core.values import Principal, Refusal
from huiyin.matters import services
from huiyin.matters.receipts import Receipt

HERE = Path(__file__).parent / "pack"
LAW = Path(__file__).resolve().parents[2] / "packs" / "cn"
HOME, OTHER_HOME = "990101", "990102"
STREET, OTHER_STREET = "990101001", "990102001"
OFFICE, OTHER_OFFICE, POLICE = "office.990101001", "office.990102001", "police.990101001"
ADA, BEN, CAI, DUO = (UUID(f"00000000-0000-4000-8000-00000000000{n}") for n in range(1, 5))
PEOPLE = {ADA: ("ada", "艾达", "clerk"), BEN: ("ben", "本", "helper"), CAI: ("cai", "蔡", "helper"), DUO: ("duo", "朵", "head")}

CLERK = Principal("staff", str(ADA), OFFICE, "clerk")
HELPER = Principal("staff", str(BEN), OFFICE, "helper")
OTHER_HELPER = Principal("staff", str(CAI), OFFICE, "helper")
HEAD = Principal("staff", str(DUO), OFFICE, "head")
SEAL_KEEPER = Principal("staff", str(ADA), OFFICE, "seal_keeper")
STRANGER = Principal("staff", str(uuid4()), OTHER_OFFICE, "clerk")
POLICE_OFFICER = Principal("staff", str(uuid4()), POLICE, "officer")
ANYONE = Principal("anonymous", purpose="ask")
MORNING = datetime(2026, 9, 7, 1, 0, tzinfo=UTC)


@cache
def library(*more: Path) -> Library:
    """Return the library of the small pack over the country's laws, counting rules and calendars.

    Args:
        more: files of further procedures.
    """
    folders = {"calendars": "calendar", "procedures": "procedure", "papers": "paper"}
    documents = [
        Document("small", name, name.removesuffix(".yaml"), read_yaml(folder / name))
        for folder, name in (
            (HERE, "pack.yaml"), (HERE, "topics.yaml"), (HERE, "units.yaml"), (HERE, "remedies.yaml"),
            (LAW, "laws.yaml"), (LAW, "counting.yaml"),
        )
    ]  # fmt: skip
    for folder, kind in folders.items():
        root = LAW if kind == "calendar" else HERE
        documents.extend(
            Document("small", f"{folder}/{path.name}", kind, read_yaml(path)) for path in sorted((root / folder).glob("*.yaml"))
        )
    documents.extend(Document("small", f"procedures/{path.name}", "procedure", read_yaml(path)) for path in more)
    made, problems = assemble(documents)
    assert made is not None, problems
    return made


def build(alias: str = "owner") -> None:
    """Write the small city into the reference tables."""
    from huiyin.city import models as city

    if city.Home.objects.using(alias).filter(code=HOME).exists():
        return
    for number, (home, street, offices) in enumerate(((HOME, STREET, (OFFICE, POLICE)), (OTHER_HOME, OTHER_STREET, (OTHER_OFFICE,)))):
        city.Home.objects.using(alias).create(code=home, name=home)
        for year in range(2023, 2029):
            city.HomeNumber.objects.using(alias).create(number=9000 + number * 20 + year - 2020, year=year, home_id=home)
        city.Division.objects.using(alias).create(code=street, name="街", short="街", level="street", home_id=home, path=[street])
        for unit in offices:
            kind = unit.split(".")[0]
            name = "试验派出所" if kind == "police" else f"试验办事处{number}"
            city.Unit.objects.using(alias).create(
                id=unit, kind=kind, level="street", name_zh=name, name_en=f"Test {kind} {number}", division_id=street,
                home_id=home, seal=kind == "office", from_date=date(2024, 1, 1),
            )  # fmt: skip
    for account, (username, name, post) in PEOPLE.items():
        city.Account.objects.using(alias).create(id=account, username=username, name=name)
        city.Appointment.objects.using(alias).create(account_id=account, unit_id=OFFICE, post=post, from_date=date(2024, 1, 1))


def opened(key: str | None = None, *, parties: int = 1, claim: str = "楼上漏水，请帮忙", **more: Any) -> Receipt:
    """Open one small matter and return its receipt."""
    receipt = try_open(key, parties=parties, claim=claim, **more)
    assert isinstance(receipt, Receipt), receipt
    return receipt


def try_open(key: str | None = None, *, parties: int = 1, claim: str = "楼上漏水，请帮忙", **more: Any) -> Receipt | Refusal:
    """Ask for one small matter."""
    asked: dict[str, Any] = {
        "procedure": "small",
        "data": {"claim": claim, "amount": 12_345, "share": 0.25},
        "principal": ANYONE,
        "topic": "dispute.leak",
        "division": STREET,
        "opened_by": "party",
        "parties": [{"role": "asker", "name": f"张三{n}", "facts": {"phone": f"1380000000{n}"}} for n in range(parties)],
        "key": key or str(uuid4()),
    }
    return services.open(**{**asked, **more})


def did(receipt: Receipt, action: str, data: Mapping[str, Any] | None = None, principal: Principal = CLERK, **more: Any) -> Receipt:
    """Take an act that must succeed."""
    answer = tried(receipt, action, data, principal, **more)
    assert isinstance(answer, Receipt), answer
    return answer


def tried(
    receipt: Receipt, action: str, data: Mapping[str, Any] | None = None, principal: Principal = CLERK, **more: Any
) -> Receipt | Refusal:
    """Try an act."""
    key = more.pop("key", None) or str(uuid4())
    return services.act(home=receipt.home, matter=receipt.matter, action=action, data=data or {}, principal=principal, key=key, **more)


def working(**more: Any) -> Receipt:
    """Return a matter that a named helper has."""
    return did(opened(**more), "accept", {"who_helps": str(BEN)})


def party_of(receipt: Receipt, number: int = 0) -> Principal:
    """Return the principal of one party of a matter."""
    from huiyin.core.values import SYSTEM
    from huiyin.matters import doors

    seen = doors.snapshot(receipt.home, receipt.matter, SYSTEM)
    assert seen is not None
    return Principal("party", seen["body"]["parties"][number]["id"], purpose="own", matter=str(receipt.matter))
