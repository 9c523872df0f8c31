"""The pages of an order, in the demonstration city: two people, from the count to the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from looking import PASSWORD, Page, Visitor, in_post, staff

import dates
from huiyin import clock
from huiyin.core.calendar import Calendar
from huiyin.core.values import SYSTEM
from huiyin.jobs import running
from huiyin.matters import directory, ordered
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Event

OFFICE, POST = "system_office.2101", "pack_keeper"


@pytest.fixture
def declared(served: Any) -> Iterator[Calendar]:
    """A week declared off after a request came in; every clock counted in working days moves."""
    Visitor().report()
    library = directory.library()
    plain = library.calendar.to_plain()
    first = library.calendar.local_date(clock.now())
    coming = {(first + timedelta(days=ahead)).isoformat() for ahead in range(1, 8)}
    for year in plain["years"]:
        days = {day for day in coming if day.startswith(str(year["year"]))}
        kind = "off" if year["official"] else "fixed"
        rows = [row for row in year["days"] if row["date"] not in days]
        year["days"] = rows + [{"date": day, "kind": kind, "name": {"zh": "临时放假", "en": "added"}} for day in sorted(days)]
    changed = Calendar.from_plain(plain["years"], plain["zone"])
    directory._library = (float("inf"), replace(library, calendar=changed))
    yield changed
    directory.forget()


@pytest.fixture
def keepers(served: Any) -> tuple[Visitor, Visitor]:
    """Two pack keepers, signed in."""
    from huiyin.city.models import Account, Appointment

    held = Appointment.objects.filter(unit_id=OFFICE, post=POST, to_date=None).order_by("id").values_list("account_id", flat=True)[:2]
    people = []
    for account in held:
        person = Account.objects.get(pk=account)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        people.append(in_post(person, OFFICE, POST))
    return people[0], people[1]


def counted(first: Visitor) -> str:
    """Ask for a count and have it done; return the order's address."""
    first.post("/orders/prepare/")
    assert re.fullmatch(r"/orders/[0-9a-f-]{36}/", first.address), first.address
    running.drain()
    return first.address


@pytest.mark.usefixtures("declared")
def test_one_counts_another_decides_and_the_report_stands_there(keepers: tuple[Visitor, Visitor]) -> None:
    first, second = keepers
    page = first.get("/orders/")
    assert page.status == 200
    assert "算一遍会变动哪些" in page.words
    address = counted(first)
    mine = first.get(address)
    assert "要由另一位规则管理员看过再决定" in mine.words
    assert "决定，开始重新计算" not in mine.words
    theirs = second.get(address)
    assert "决定，开始重新计算" in theirs.words
    assert "推后" in theirs.words
    wrong = second.post(f"{address}decide/", basis=dates.BASIS, reason="")
    assert "请写理由" in wrong.words
    assert wrong.value("basis") == dates.BASIS, "what was typed is still there"
    done = second.post(f"{address}decide/", basis=dates.BASIS, reason="临时放假一周")
    assert "已决定" in done.words
    assert second.client.get(f"{address}state/").json()["open"]
    running.drain()
    report = first.get(address)
    assert "执行完了" in report.words
    assert dates.BASIS in report.words
    assert "已重新计算" in report.words
    with reading_as(SYSTEM):
        assert Event.objects.exclude(order=None).count() == 1
    assert audit().passed
    assert "没有要重新计算的" not in first.get("/orders/").words or ordered.stale(SYSTEM) == 0


@pytest.mark.usefixtures("declared")
def test_a_preview_may_be_thrown_away_and_narrowed_to_a_unit(keepers: tuple[Visitor, Visitor]) -> None:
    first, _ = keepers
    address = counted(first)
    page = first.get(address)
    unit = next(match for match in re.findall(r'href="\?unit=([^"#]*)#clocks"', page.html))
    assert "看全部" in first.get(address, unit=unit).words
    assert "没有。" in first.get(address, unit="no such unit").words
    assert first.get(address, page="99999").status == 200
    gone = first.post(f"{address}drop/")
    assert "已经去掉" in gone.words
    assert first.client.get(address).status_code == 404


@pytest.mark.usefixtures("declared")
def test_work_that_broke_off_says_so_and_goes_on(keepers: tuple[Visitor, Visitor]) -> None:
    from huiyin.jobs.models import FAILED, Job

    first, _ = keepers
    first.post("/orders/prepare/")
    address = first.address
    Job.objects.update(state=FAILED, message={"zh": "断了。", "en": "Broke."})
    page = first.get(address)
    assert "停下了，没有做完" in page.words
    first.post(f"{address}go-on/")
    running.drain()
    assert "怎么变" in first.get(address).words


def test_nothing_to_count_says_so(keepers: tuple[Visitor, Visitor]) -> None:
    page: Page = keepers[0].get("/orders/")
    assert "没有要重新计算的" in page.words
    assert "还没有过" in page.words
    address = counted(keepers[0])
    assert "没有日期要变，不用决定" in keepers[1].get(address).words
    assert "决定，开始重新计算" not in keepers[1].get(address).words


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("post", ["system_admin", "audit_admin"])
def test_for_every_other_post_it_is_not_there(keepers: tuple[Visitor, Visitor], post: str) -> None:
    address = counted(keepers[0])
    other = staff(OFFICE, post)
    assert other.client.get("/orders/").status_code == 404
    assert other.client.get(address).status_code == 404
    assert other.client.get(f"{address}state/").status_code == 404
    assert other.client.post("/orders/prepare/").status_code == 404
    for deed in ("decide", "go-on", "drop"):
        assert other.client.post(f"{address}{deed}/", {"basis": "x", "reason": "x"}).status_code == 404
    assert "重新计算日期" not in other.get("/desk/").words
