"""The list in the office: read and tried by who works here, answered by the units it names, changed by its keepers only."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

CENTRE, DRAINS = "governance_centre.210102", "drainage.210102"
KEEPER = ("system_office.2101", "pack_keeper")
CHECKER, DISPATCHER, HEAD = (CENTRE, "arbiter"), (CENTRE, "dispatcher"), (DRAINS, "head")
KEEPERS_PAGES = ("draft/", "draft/row/", "draft/sheet/", "draft/list.xlsx", "learned/")


def signed_in(unit: str, post: str, number: int = 0) -> Client:
    from huiyin.city.models import Appointment

    account = Appointment.objects.filter(unit_id=unit, post=post, to_date=None).order_by("account__username")[number].account
    client = Client()
    client.force_login(account)
    session = client.session
    session["post"] = f"{unit}/{post}"
    session.save()
    return client


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def get(client: Client, page: str, **query: str) -> Any:
    return client.get(f"/responsibility/{page}", query)


def test_everybody_here_reads_the_list_by_unit_topic_place_and_day(city: Any) -> None:
    client = signed_in(*DISPATCHER)
    assert "责任清单" in words(get(client, ""))
    by_unit = get(client, "", unit="gas").content.decode()
    assert "/responsibility/row/hazard.gas/" in by_unit
    assert "/responsibility/row/request.heating/" not in by_unit
    by_place = get(client, "", topic="hazard.snow_ice", place="和平区").content.decode()
    assert "/responsibility/row/hazard.snow_ice.heping/" in by_place
    before = get(client, "", topic="request.pets", on="2026-06-30").content.decode()
    assert "/responsibility/row/request.pets/" in before
    assert "/responsibility/row/request.pets.2026/" not in before
    assert "没有找到" in words(get(client, "", q="绝没有这样的话"))


def test_a_matter_is_tried_and_explained_and_nothing_is_written(city: Any) -> None:
    told = words(get(signed_in(*DISPATCHER), "try/", words="砂阳南社区门口井盖丢了", **{"fact.premises": "public"}))
    assert "排水" in told
    assert "起作用的一条" in told
    assert "这一条只管小区内的" in told
    assert "不用派单员" in told
    english = get(signed_in(*DISPATCHER), "try/", topic="hazard.gas", place="砂阳南社区", lang="en")
    assert "rows that did not decide" in words(english)


def test_who_has_no_part_in_it_finds_nothing(city: Any) -> None:
    keeper, dispatcher, head = signed_in(*KEEPER), signed_in(*DISPATCHER), signed_in(*HEAD)
    for page in KEEPERS_PAGES:
        assert get(keeper, page).status_code == 200, page
        assert get(dispatcher, page).status_code == 404, page
    assert get(head, "mine/").status_code == 200
    assert get(dispatcher, "mine/").status_code == 404
    assert get(signed_in(*CHECKER), "sample/").status_code == 200
    assert get(dispatcher, "sample/").status_code == 404
    assert get(keeper, "sample/").status_code == 404
    assert get(keeper, "row/no.such.row/").status_code == 404
    assert dispatcher.post("/responsibility/draft/do/", {"do": "clear"}).status_code == 404


def test_a_unit_confirms_and_objects_with_a_reason(city: Any) -> None:
    from huiyin.routing.models import RowVoice
    from huiyin.routing.queries import decide_owner

    head = signed_in(*HEAD)
    assert "/responsibility/row/hazard.road.manhole/" in get(head, "mine/").content.decode()
    lacking = head.post("/responsibility/row/hazard.road.manhole/say/", {"said": "no", "reason": ""}, follow=True)
    assert "请写明理由" in words(lacking)
    assert not RowVoice.objects.exists()
    head.post("/responsibility/row/hazard.road.manhole/say/", {"said": "no", "reason": "通信井归通信管理单位"})
    assert not decide_owner(topic="hazard.road.manhole", division="210102001003", on=date(2026, 11, 22)).direct
    shown = words(get(signed_in(*DISPATCHER), "row/hazard.road.manhole/"))
    assert "有异议" in shown
    assert "通信井归通信管理单位" in shown
    head.post("/responsibility/row/hazard.road.manhole/say/", {"said": "yes"})
    assert [one.said for one in RowVoice.objects.order_by("id")] == ["objected", "confirmed"]
    other = head.post("/responsibility/row/hazard.gas/say/", {"said": "yes"}, follow=True)
    assert "没有这一条" in words(other), "a row that names another unit is not theirs to answer"


ROW = {
    "id": "hazard.tree.heping", "on": "2027-01-01", "topic": "hazard.tree", "place": "210102000000", "lead": "street_office",
    "helpers": "parks power", "direct": "yes", "terms": "make_safe=4 hours", "agreed_zh": "和平区第3次联席会议",
}  # fmt: skip


def test_rows_are_added_changed_from_a_day_and_ended_in_a_draft(city: Any) -> None:
    from huiyin.routing.queries import rules

    keeper = signed_in(*KEEPER)
    keeper.post("/responsibility/draft/row/", ROW)
    changed = {"what": "change", "on": "2027-01-01", "topic": "hazard.gas", "lead": "emergency", "helpers": "gas", "direct": "yes"}
    keeper.post("/responsibility/draft/row/?row=hazard.gas", changed)
    page = keeper.post("/responsibility/draft/row/?row=request.bus", {"what": "end", "on": "2026-12-31"}, follow=True)
    told = words(page)
    for name in ("hazard.tree.heping", "hazard.gas.2027", "request.bus"):
        assert name in told
    assert "没有空白、重叠、用不上的条目" in told
    assert "hazard.tree.heping" not in {row.id for row in rules()}, "a draft decides nothing"
    assert "hazard.tree.heping" not in words(get(signed_in(*KEEPER, number=1), "draft/")), "a draft is its keeper's"
    keeper.post("/responsibility/draft/do/", {"do": "drop:hazard.gas.2027"})
    assert "hazard.gas.2027" not in words(get(keeper, "draft/"))


def test_an_agreement_does_not_pass_to_another_lead(city: Any) -> None:
    from dataclasses import replace

    from huiyin.core.values import Text
    from huiyin.routing.keeping import agreed_anew
    from huiyin.routing.queries import rules

    row = next(one for one in rules() if one.id == "hazard.gas")
    assert row.agreed_by.zh
    assert agreed_anew(row, replace(row, helpers=())).agreed_by == row.agreed_by
    assert not agreed_anew(row, replace(row, lead="emergency")).agreed_by.zh
    anew = Text("第3次联席会议", "third joint meeting")
    assert agreed_anew(row, replace(row, lead="emergency", agreed_by=anew)).agreed_by == anew


def test_what_is_wrong_with_a_row_is_told_beside_what_was_typed(city: Any) -> None:
    page = signed_in(*KEEPER).post(
        "/responsibility/draft/row/", {**ROW, "id": "有空格 的", "terms": "soon", "helpers": "nobody"}, follow=True
    )
    told = words(page)
    assert "编号用英文字母" in told
    assert "期限“soon”读不懂" in told
    assert "没有这种单位：nobody" in told
    assert "和平区第3次联席会议" in page.content.decode()


def test_an_overlap_in_a_draft_is_named_and_cannot_be_put_forward(city: Any) -> None:
    keeper = signed_in(*KEEPER)
    for name in ("hazard.tree.one", "hazard.tree.two"):
        keeper.post("/responsibility/draft/row/", {**ROW, "id": name})
    page = keeper.post("/responsibility/draft/do/", {"do": "put", "reason": "联席会议定的"}, follow=True)
    assert "重叠" in words(page)
    assert "问题没有改好" in words(page)


def test_the_workbook_goes_out_and_comes_back_without_loss(city: Any) -> None:
    from openpyxl import load_workbook

    keeper = signed_in(*KEEPER)
    data = get(keeper, "draft/list.xlsx").content
    same = keeper.post("/responsibility/draft/sheet/", {"file": SimpleUploadedFile("list.xlsx", data)})
    assert "和现在的清单一样" in words(same)
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    column = {name: place for place, name in enumerate(heads, 1)}
    line = {sheet.cell(number, column["编号"]).value: number for number in range(3, sheet.max_row + 1)}
    assert sheet.cell(line["hazard.snow_ice.heping"], column["地方"]).value == "210102000000"
    assert sheet.cell(line["hazard.snow_ice.heping"], column["地方"]).number_format == "@"
    sheet.cell(line["hazard.gas"], column["结束日"]).value = "2026-12-31"
    sheet.cell(line["hazard.tree"], column["协办单位"]).value = "没有的局"
    typed = sheet.cell(line["hazard.elevator"], column["群众的说法"])
    typed.value, typed.data_type = "=1+1、电梯坏", "s"
    empty = max(line[name] for name in line if name) + 1
    for name, value in (
        ("编号", "hazard.gas.2027"),
        ("事项类别", "hazard.gas"),
        ("牵头单位", "应急管理局"),
        ("直派", "是"),
        ("开始日", "2027-01-01"),
    ):
        sheet.cell(empty, column[name]).value = value
    sheet.delete_rows(line["request.bus"])
    out = io.BytesIO()
    book.save(out)
    told = words(keeper.post("/responsibility/draft/sheet/", {"file": SimpleUploadedFile("list.xlsx", out.getvalue())}))
    assert "新增1条，改动1条，结束1条" in told
    assert f"{chr(64 + column['协办单位'])}{line['hazard.tree']}" in told, "by the address of the cell"
    assert "1条表格里没有" in told
    page = keeper.post("/responsibility/draft/sheet/", {"do": "take"}, follow=True)
    assert "3条收进草稿了" in words(page)
    again = load_workbook(io.BytesIO(get(keeper, "draft/list.xlsx").content)).worksheets[0]
    values = {str(cell.value) for row in again.iter_rows() for cell in row}
    assert "'=1+1、电梯坏" in values, "nothing runs"
    assert keeper.post("/responsibility/draft/sheet/", {"do": "take"}, follow=True).status_code == 200
    broken = keeper.post("/responsibility/draft/sheet/", {"file": SimpleUploadedFile("list.xlsx", b"no workbook")})
    assert "打不开" in words(broken)


def taught(number: int, reason: str) -> None:
    from huiyin.routing.services import propose_row

    propose_row(
        topic="hazard.tree", division="210102001003", lead_kind="street_office", helpers=["parks"], beat="order", reason=reason,
        decided_by=CENTRE, matter=("2101", UUID(int=number)), at=datetime(2026, 11, 20, number, tzinfo=UTC),
    )  # fmt: skip


def test_what_decisions_taught_is_taken_into_the_draft_or_declined(city: Any) -> None:
    from huiyin.routing.models import RowProposal

    keeper = signed_in(*KEEPER)
    assert "没有等着看的" in words(get(keeper, "learned/"))
    for number in (1, 2):
        taught(number, f"树在街道绿地里{number}")
    page = get(keeper, "learned/")
    assert "2次，指定" in words(page)
    assert re.search("清单现在写的是： ?园林绿化", words(page))
    (link,) = re.findall(r'href="(/responsibility/draft/row/\?from=[^"]+)"', page.content.decode())
    form = keeper.get(html.unescape(link))
    assert 'value="hazard.tree.210102"' in form.content.decode()
    keeper.post(html.unescape(link), {**ROW, "id": "hazard.tree.210102"})
    assert set(RowProposal.objects.values_list("state", "answer")) == {("taken", "hazard.tree.210102")}
    taught(3, "只此一次")
    key = RowProposal.objects.get(state="open").id
    assert "请写明理由" in words(keeper.post("/responsibility/learned/", {"keys": str(key), "reason": ""}, follow=True))
    keeper.post("/responsibility/learned/", {"keys": str(key), "reason": "那次是台风，特事特办"})
    assert "那次是台风" in words(get(keeper, "learned/"))


def sent(number: int, day: date) -> None:
    from huiyin.routing.queries import decide_owner
    from huiyin.routing.services import dispatched

    owner = decide_owner(topic="hazard.gas", division="210102001003", on=day)
    at = datetime(day.year, day.month, day.day, 2, number, tzinfo=UTC)
    dispatched(home="2101", matter=UUID(int=number), at=at, topic="hazard.gas", division="210102001003", owner=owner)


def test_a_days_sample_is_drawn_again_alike_and_what_went_wrong_teaches(city: Any) -> None:
    from huiyin.city.queries import today
    from huiyin.routing.models import DispatchCheck, RowProposal
    from huiyin.routing.sampling import SIZE, drawn_from

    yesterday = today() - timedelta(days=1)
    for number in range(SIZE + 15):
        sent(number, yesterday)
    client = signed_in(*CHECKER)
    page = get(client, f"sample/{yesterday}/")
    assert f"当天直派{SIZE + 15}件，抽出{SIZE}件" in words(page)
    assert f"huiyin-direct-{yesterday}" in words(page)
    assert get(client, f"sample/{today()}/").status_code == 404, "a day that is not over has no sample"
    chosen = re.findall(r'name="dispatch" value="(\d+)"', page.content.decode())[0]
    refused = client.post(
        f"/responsibility/sample/{yesterday}/", {"dispatch": chosen, "found": "wrong", "cause": "list_wrong"}, follow=True
    )
    assert "请写明理由" in words(refused)
    wrong = {"dispatch": chosen, "found": "wrong", "cause": "list_wrong", "should": "emergency", "reason": "是应急局的事"}
    assert "还有9件没有看" in words(client.post(f"/responsibility/sample/{yesterday}/", wrong, follow=True))
    assert "已经有人抽查过" in words(client.post(f"/responsibility/sample/{yesterday}/", wrong, follow=True))
    assert RowProposal.objects.values_list("beat", "lead_kind").get() == ("sample", "emergency")
    assert DispatchCheck.objects.get().seed == f"huiyin-direct-{yesterday}"
    keys = [f"k{number}" for number in range(100)]
    assert drawn_from("a", keys) == drawn_from("a", keys[::-1])
    assert drawn_from("a", keys) != drawn_from("b", keys)


def test_a_matter_that_was_not_drawn_is_not_checked(city: Any) -> None:
    from huiyin.city.queries import today
    from huiyin.routing.models import DirectDispatch
    from huiyin.routing.sampling import SIZE

    yesterday = today() - timedelta(days=1)
    for number in range(SIZE + 5):
        sent(number, yesterday)
    client = signed_in(*CHECKER)
    from huiyin.core.values import Principal
    from huiyin.routing.sampling import sample

    drawn = sample(Principal("staff", "x", CENTRE, "arbiter"), yesterday)
    assert drawn is not None
    left = DirectDispatch.objects.exclude(id__in=[one.dispatch.id for one in drawn.drawn])[0]
    told = client.post(f"/responsibility/sample/{yesterday}/", {"dispatch": str(left.id), "found": "right"}, follow=True)
    assert "不在抽查里" in words(told)


@pytest.mark.parametrize("page", ["", "try/?words=暖气不热", "mine/", "row/hazard.gas/"])
def test_the_pages_speak_english_too(city: Any, page: str) -> None:
    answer = signed_in(*HEAD).get(f"/responsibility/{page}{'&' if '?' in page else '?'}lang=en", follow=True)
    assert answer.status_code == 200
    assert 'lang="en"' in answer.content.decode()
