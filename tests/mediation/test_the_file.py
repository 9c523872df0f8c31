"""The mediator's file and the papers for the court: parts as data, who sees them, what they hold."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from cases import Case, at_desk
from looking import OTHER_COMMITTEE, Page, Visitor, staff

from huiyin.core import filing
from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.matters import queries
from huiyin.web.pages import seats
from huiyin.web.pages.documents import volumes

PACKS = Path(__file__).resolve().parents[2] / "packs"


@pytest.fixture(scope="module")
def library() -> Library:
    read, problems = read_library([PACKS / "cn"])
    assert read is not None, problems
    return read


def _states(case: Case, file: str = "") -> dict[str, str]:
    found = queries.filing(case.principal("mediator"), case.home, case.matter, file)
    assert found is not None
    return {state.part.name: state.status for state in found.parts}


def test_the_file_of_a_mediation_has_the_thirteen_parts_in_their_order(library: Library) -> None:
    parts = library.files_of("people_mediation")[0].parts
    assert [part.name for part in parts] == [
        "application", "rights_notice", "identity", "mandate", "inquiry", "evidence", "minutes", "agreement", "performance", "follow_up",
        "confirmation", "note", "back_cover",
    ]  # fmt: skip
    assert [part.name for part in parts if part.required] == ["application", "rights_notice", "identity", "minutes", "agreement"]


def test_a_part_that_names_what_is_not_there_or_what_is_sealed_is_refused(library: Library) -> None:
    file = library.files["mediation_file"]
    wrong = [
        replace(file.parts[0], papers=("nothing_of_the_kind",)),
        replace(file.parts[0], facts=("private_statement",)),
        replace(file.parts[0], acts=("fly",)),
        replace(file.parts[0], needed="claimed == 1"),
        replace(file.parts[0], filled="claim =="),
    ]
    for part in wrong:
        broken = replace(library, files={"mediation_file": replace(file, parts=(part,))})
        assert filing.check_files(broken), part
    sealed = replace(library, files={"mediation_file": replace(file, parts=(wrong[1],))})
    assert [(one.rule, "封存" in one.text.zh) for one in filing.check_files(sealed)] == [("7", True)]
    assert filing.check_files(replace(library, files={"mediation_file": replace(file, procedure="nothing")}))
    assert filing.check_files(library) == []


def test_parts_are_expected_missing_and_there_as_the_matter_goes(served: object) -> None:
    case = Case()
    assert _states(case)["application"] == "later"
    case.mediating()
    states = _states(case)
    assert (states["application"], states["rights_notice"], states["identity"], states["minutes"]) == ("done", "done", "missing", "missing")
    assert (states["mandate"], states["agreement"], states["back_cover"]) == ("not_needed", "later", "made")
    case.act("clerk", "update_details", {"id_kind": "resident_id", "id_number": "1", "party": case.people["张三"]})
    assert _states(case)["identity"] == "missing"
    case.act("clerk", "update_details", {"id_kind": "resident_id", "id_number": "2", "party": case.people["李四"]})
    assert _states(case)["identity"] == "done"


def test_a_matter_keeps_its_procedure_while_the_parts_of_the_file_are_today_s(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case().mediating()

    def older(*words: object) -> object:
        view = queries.get(*words)  # type: ignore[arg-type]
        assert view is not None
        return replace(view, procedure=replace(view.procedure, fields={n: f for n, f in view.procedure.fields.items() if f.type != "file"}))

    monkeypatch.setattr("huiyin.web.pages.mediation.files.queries", SimpleNamespace(**{**vars(queries), "get": older}))
    assert at_desk("mediator").get(f"{case.desk}/file/").status == 200


def test_the_page_says_what_is_missing_and_leads_to_the_act_that_fills_it(served: object) -> None:
    case = Case().mediating()
    page = at_desk("mediator").get(f"{case.desk}/file/")
    assert "还缺2件" in page.words
    assert (page.links and f"{case.desk}/act/hold_session/") in [address for _, address in page.links]
    assert "谁知道什么" in page.words


def test_private_words_carry_their_label_and_are_on_no_page_of_another_post(served: object) -> None:
    case = Case().mediating()
    case.act("mediator", "talk_with_one", {"private_notes": {"with": case.people["李四"], "note": "最多出五千"}})
    page = at_desk("mediator").get(f"{case.desk}/file/")
    assert "只有人民调解员知道" in page.words
    assert "最多出五千" in page.words
    assert "最多出五千" not in at_desk("clerk").get(f"{case.desk}/file/").words
    assert "最多出五千" not in at_desk("seal_keeper").get(f"{case.desk}/file/").words


def test_strangers_find_no_file(served: object) -> None:
    case = Case().performing()
    other = staff(OTHER_COMMITTEE, "mediator")
    for address in ("file/", "court-packet/", "court-packet.zip", "meeting.ics"):
        assert other.get(f"{case.desk}/{address}").status == 404
    assert Visitor().get(f"{case.desk}/file/").headings != ["人民调解卷宗"]


def test_the_list_holds_a_matter_under_its_stage_and_only_the_mediator_s_own(served: object) -> None:
    assert "受理时指定您为调解员" in at_desk("mediator").get("/mediations/").words
    case = Case().mediating()
    shown = f"{case.reference[:4]} {case.reference[4:8]} {case.reference[8:]}"
    assert shown in at_desk("mediator").get("/mediations/").words
    assert shown in at_desk("mediator").get("/mediations/", stage="mediating").words
    assert shown not in at_desk("mediator").get("/mediations/", stage="signing").words
    assert shown not in staff(OTHER_COMMITTEE, "mediator").get("/mediations/", all="1").words


def test_the_list_says_what_an_agreement_still_lacks(served: object) -> None:
    case = Case().signing()
    keeper = at_desk("seal_keeper")
    assert "还差3个签名和盖章" in keeper.get("/mediations/").words
    case.sign("张三")
    case.sign("clerk", for_="李四")
    assert "还差1个签名和盖章" in keeper.get("/mediations/").words
    case.sign("mediator")
    assert "只差盖章" in keeper.get("/mediations/").words
    # Who has no part in handling it is told of no agreement.
    stranger = replace(case.principal("clerk"), unit=OTHER_COMMITTEE)
    assert queries.lacking(stranger, case.home, [case.matter], "mediation_agreement") == {}


def test_the_packet_counts_the_days_and_names_the_rule(served: object) -> None:
    case = Case().performing()
    page = at_desk("mediator").get(f"{case.desk}/court-packet/")
    assert re.search(r"还剩(29|30|31|32|33)天", page.words)
    assert "《民事诉讼法》第205条" in page.words
    assert "调解组织所在地" in page.words
    assert _states(case, "court_packet")["application"] == "missing"


def test_the_data_of_the_packet_holds_papers_and_a_hash_of_everything(served: object) -> None:
    case = Case().performing()
    answer = at_desk("mediator").client.get(f"{case.desk}/court-packet.zip")
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    about = json.loads(bundle.read("packet.json"))
    assert about["reference"] == case.reference
    agreement = next(part for part in about["parts"] if part["part"] == "agreement")["papers"][0]
    assert agreement["fingerprint"] == case.hash("mediation_agreement")
    assert len(agreement["signatures"]) == 3
    sums = {line[66:]: line[:64] for line in bundle.read("SHA256SUMS").decode().splitlines()}
    assert set(sums) == set(bundle.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(bundle.read(name)).hexdigest() == value for name, value in sums.items())
    assert not any(name.startswith(("/", "..")) for name in bundle.namelist())
    # A court without a program for it opens the bound copy.
    assert bundle.read("packet.pdf").startswith(b"%PDF")


def test_both_sides_ask_the_court_from_the_packet_and_the_address_is_enough_to_be_served_at(served: object) -> None:
    case = Case().performing()
    assert "代张三登记：一起申请确认" not in at_desk("clerk").get(f"{case.desk}/court-packet/").words
    for name in ("张三", "李四"):
        case.act("clerk", "update_details", {"address": f"{name}家"}, for_=name)
    assert _states(case, "court_packet")["service"] == "done"
    assert _states(case, "court_packet")["proof"] == "missing"
    case.act("mediator", "prepare_confirmation", {"court": "court.210102", "court_ground": "committee"})
    assert _states(case, "court_packet")["proof"] == "done"
    page = at_desk("clerk").get(f"{case.desk}/court-packet/")
    assert "代张三登记：一起申请确认" in page.words
    first = _recorded(case, "张三")
    assert "还等：李四" in first
    assert "由此新立了" not in first
    page = at_desk("clerk").get(f"{case.desk}/court-packet/")
    assert "代张三登记：一起申请确认" not in page.words
    assert "代李四登记：一起申请确认" in page.words
    last = _recorded(case, "李四")
    assert "还等" not in last
    assert "由此新立了：司法确认（正在登记）" in last


def _recorded(case: Case, name: str) -> str:
    """Record that a party asks the court; return what the page says first."""
    clerk = at_desk("clerk")
    party = next(one.id for one in case.view("clerk").parties if one.name == name)
    address = f"{case.desk}/act/ask_court/?for={party}"
    form = clerk.get(address)
    page = clerk.post(address, key=form.value("key"), version=form.value("version"), evidence="in_person")
    assert "已登记：一起申请确认" in page.words
    return " ".join(Page(page.html.partition("<h1>")[0]).words.split())


def test_the_list_says_who_has_it_without_the_committee_s_own_name(served: object) -> None:
    case = Case().mediating()
    row = next(one for one in at_desk("clerk").get("/mediations/").html.split("<tr>") if f"/{case.matter}/" in one)
    assert "人民调解员" in row
    assert "南京南社区人民调解委员会" not in row


def test_what_was_printed_at_the_end_stands_in_the_bound_file(served: object) -> None:
    case = Case().mediating()
    case.act("mediator", "end_without", {"reason": "谈不拢"})
    mediator = seats.of_staff(case.principal("mediator"), case.home, case.matter)
    volume = volumes.volume_of(volumes.Source(mediator, "http://127.0.0.1"))
    assert volume is not None
    bound = [str(item.title.zh) for section in volume.sections for item in section.items]
    assert "终止调解告知书" in bound
    assert "其他途径告知书" in bound
