"""Papers as people get them: copies under the rights of the page, the public check of a sheet, wet signatures with scans, whole files."""

from __future__ import annotations

import io
import re
import zipfile
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from looking import COMMITTEE, OTHER_COMMITTEE, Page, Visitor, account, desk_of, staff
from PIL import Image
from pypdf import PdfReader

from huiyin.core.values import Principal, Refusal
from huiyin.matters import services
from huiyin.papers import queries
from huiyin.papers import services as files

COPIES = {
    "paper.pdf": ("application/pdf", b"%PDF-"),
    "large.pdf": ("application/pdf", b"%PDF-"),
    "english.pdf": ("application/pdf", b"%PDF-"),
    "paper.docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
}


def squeezed(words: str) -> str:
    return "".join(words.split()).replace("\u200b", "")


def text_of(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def papers_on(visitor: Visitor, address: str) -> list[str]:
    return list(dict.fromkeys(link for _, link in visitor.get(address).links if re.search(r"/papers/\w+/\d+/$", link)))


@pytest.fixture
def asked(served: object) -> tuple[Visitor, str, Visitor, str]:
    """Somebody whose mediation was accepted, the page of it, and its desk at the committee."""
    party = Visitor()
    reference, code = party.ask_for_mediation()
    party.post("/track/", reference=reference, code=code)
    mediator = str(account(COMMITTEE, "mediator").id)
    person = str(account(COMMITTEE, "clerk").id)
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    _, _, home, matter, _ = desk.split("/")
    answer = services.act(
        home=home,
        matter=UUID(matter),
        seen_version=None,
        action="accept",
        data={"mediator_person": mediator, "impartial": True, "case_source": "application"},
        principal=Principal("staff", person, unit=COMMITTEE, post="clerk"),
        at=None,
        evidence=[],
        key=f"test:{reference}",
    )
    assert not isinstance(answer, Refusal), answer
    return party, f"/mine/{re.sub(r'[^0-9]', '', reference)}/", clerk, desk


def code_on(page: Page) -> str:
    found = re.search(r"核对码\s*([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", page.words)
    assert found is not None
    return found.group(1)


def test_every_copy_of_a_paper_can_be_taken_along_by_party_and_staff(asked: Any) -> None:
    party, mine, clerk, desk = asked
    for visitor, address in ((party, mine), (clerk, desk)):
        (paper, *_) = papers_on(visitor, address)
        page = visitor.get(paper)
        offered = [link for _, link in page.links]
        for kind, (media_type, start) in COPIES.items():
            assert paper + kind in offered
            answer = visitor.client.get(paper + kind)
            assert answer.status_code == 200
            assert answer["Content-Type"] == media_type
            assert answer.content.startswith(start)
            assert answer["Cache-Control"] == "no-store"
        title = page.headings[0]
        made = visitor.client.get(paper + "paper.pdf").content
        assert squeezed(title) in text_of(made)
        assert code_on(page) in text_of(made)
        with zipfile.ZipFile(io.BytesIO(visitor.client.get(paper + "paper.docx").content)) as parts:
            assert squeezed(title) in squeezed(re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode()))


def test_the_same_paper_is_the_same_file_each_time(asked: Any) -> None:
    party, mine, _, _ = asked
    (paper, *_) = papers_on(party, mine)
    one, other = (party.client.get(paper + "paper.pdf").content for _ in range(2))
    assert one == other


def test_nobody_else_gets_a_copy(asked: Any) -> None:
    party, mine, clerk, desk = asked
    own, theirs = papers_on(party, mine)[0], papers_on(clerk, desk)[0]
    stranger, neighbour = Visitor(), staff(OTHER_COMMITTEE, "clerk")
    for kind in (*COPIES, "file.pdf"):
        mine_address = (own if kind != "file.pdf" else mine) + kind
        desk_address = (theirs if kind != "file.pdf" else desk) + kind
        assert stranger.client.get(mine_address).status_code == 302
        assert stranger.client.get(desk_address).status_code in (302, 403, 404)
        assert neighbour.client.get(desk_address).status_code == 404
    assert clerk.client.get(theirs + "secret.pdf").status_code == 404
    assert clerk.client.get(theirs.replace("/1/", "/7/") + "paper.pdf").status_code == 404


def test_a_paper_kept_by_the_body_is_no_party_s(asked: Any) -> None:
    party, mine, _, _ = asked
    assert party.client.get(f"{mine}papers/acceptance_form/1/paper.pdf").status_code == 404


def test_anybody_can_check_a_sheet_and_learns_nothing_of_what_it_says(asked: Any) -> None:
    party, mine, _, _ = asked
    (paper, *_) = papers_on(party, mine)
    shown = party.get(paper)
    code, anybody = code_on(shown), Visitor()
    page = anybody.get(f"/verify/{code}/")
    assert page.status == 200
    assert "这份文书是真的" in page.headings[0]
    assert squeezed(shown.headings[0]) in squeezed(page.words)
    reference = mine.strip("/").partition("/")[2]
    assert reference not in squeezed(page.words)
    for secret in ("楼上漏水", "李四", "张三", "13800000000"):
        assert secret not in page.words
    assert "楼上漏水" in party.get(mine).words
    assert anybody.get(f"/verify/{code.lower().replace('-', '')}/").headings == page.headings
    assert anybody.client.get("/verify/", {"code": code}).status_code == 302


def test_an_unknown_code_says_what_to_do_and_a_wrong_one_what_a_code_is(served: object) -> None:
    anybody = Visitor()
    page = anybody.get("/verify/7K3Q-8M2N-4P6R-9TXW/")
    assert page.status == 404
    assert "这里没有印过这份文书" in page.headings[0]
    assert "先不要付钱" in page.words
    wrong = anybody.get("/verify/", code="abc")
    assert "核对码是16位" in wrong.words
    assert wrong.value("code") == "abc"


def test_guessing_is_slowed_down_and_a_genuine_sheet_is_always_answered(asked: Any) -> None:
    party, mine, _, _ = asked
    code = code_on(party.get(papers_on(party, mine)[0]))
    guesser = Visitor()
    for number in range(10):
        assert guesser.client.get(f"/verify/0000-0000-0000-{number:04d}/", REMOTE_ADDR="203.0.113.9").status_code == 404
    answer = guesser.client.get("/verify/0000-0000-0000-0010/", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    # Behind one gateway a guesser and a reader of a real sheet are the same asker.
    assert Visitor().client.get(f"/verify/{code}/", REMOTE_ADDR="203.0.113.9").status_code == 200
    assert Visitor().client.get(f"/verify/{code}/", REMOTE_ADDR="203.0.113.10").status_code == 200


def test_the_whole_file_holds_every_paper_its_reader_may_open(asked: Any) -> None:
    party, mine, clerk, desk = asked
    for visitor, address in ((party, mine), (clerk, desk)):
        answer = visitor.client.get(address + "file.pdf")
        assert answer.status_code == 200
        found = text_of(answer.content)
        assert "卷内目录" in found
        assert papers_on(visitor, address)
        for paper in papers_on(visitor, address):
            assert squeezed(visitor.get(paper).headings[0]) in found
    assert clerk.client.get(desk + "file.pdf?of=nothing_of_that_name").status_code == 404


def test_a_large_file_is_bound_on_a_press_and_not_by_looking(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.jobs.models import Job
    from huiyin.web.pages.documents import whole

    monkeypatch.setattr(whole, "AT_ONCE", 1)
    _, _, clerk, desk = asked
    for _ in range(2):
        page = clerk.get(desk + "file.pdf")
        assert "约" in page.words
        assert "开始做" in page.words
    assert clerk.client.head(desk + "file.pdf").status_code == 200
    assert not Job.objects.exists()
    answer = clerk.client.post(desk + "file.pdf")
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"], job.kind) == (302, f"/jobs/{job.id}/", "bind_file")


def test_a_party_whose_file_is_too_large_is_told_to_take_the_papers_one_by_one(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.web.pages.documents import whole

    monkeypatch.setattr(whole, "MOST_OF_MINE", 1)
    monkeypatch.setattr(whole, "bind", lambda _: pytest.fail("it was bound"))
    party, mine, _, _ = asked
    answer = party.client.get(mine + "file.pdf")
    assert (answer.status_code, answer["Location"]) == (302, mine)
    assert whole.TOO_LONG.zh in party.get(mine).words
    assert papers_on(party, mine)


def test_a_file_bound_as_long_work_is_for_whoever_may_still_read_the_matter(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.jobs import files as made_files
    from huiyin.jobs import queries as jobs
    from huiyin.jobs import running
    from huiyin.jobs import services as asking

    _, _, home, matter, _ = asked[3].split("/")
    clerk = Principal("staff", str(account(COMMITTEE, "clerk").id), unit=COMMITTEE, post="clerk")
    params = {"home": home, "matter": matter, "of": "", "base": "https://huiyin.example"}
    job = asking.ask("bind_file", params, principal=clerk)
    assert isinstance(job, UUID)
    running.drain()
    found = jobs.file_of(clerk, job, made_files.RESULT)
    assert found is not None
    assert found[0].read_bytes().startswith(b"%PDF-")
    monkeypatch.setattr("huiyin.web.pages.documents.work.queries.get", lambda *_: None)
    assert jobs.file_of(clerk, job, made_files.RESULT) is None


def _given_as(home: str, matter: UUID, field: str, file: str) -> None:
    """Have a party give a file in a fact of its own."""
    from huiyin.core.values import SYSTEM
    from huiyin.matters import doors

    seen = doors.snapshot(home, matter, SYSTEM)
    assert seen is not None
    (party, *_) = seen["body"]["parties"]
    answer = services.act(
        home=home,
        matter=matter,
        action="update_details",
        data={field: [file]},
        principal=Principal("party", party["id"], purpose="own", matter=f"{home}/{matter}"),
        key=f"test:{file}",
    )
    assert not isinstance(answer, Refusal), answer


def test_a_scan_is_bound_by_its_bytes_and_only_to_its_own_matter(asked: Any) -> None:
    _, _, _, desk = asked
    _, _, home, matter, _ = desk.split("/")
    clerk = Principal("staff", "x", unit=COMMITTEE, post="clerk")
    stream = io.BytesIO()
    Image.new("RGB", (6, 4), "white").save(stream, "PNG")
    made = files.attach(home=home, matter=UUID(matter), name="签名页.png", chunks=[stream.getvalue()], principal=clerk)
    (bound,) = queries.scans(clerk, home=home, matter=UUID(matter), files=[str(made)])
    assert bound == {"file": str(made), "sha256": sha256(stream.getvalue()).hexdigest()}
    (foreign,) = queries.scans(clerk, home=home, matter=UUID(matter), files=["01a200dd-009e-7d59-8b55-ee160cd434be"])
    assert foreign["sha256"] == ""
    # What a party handed in for the committee alone would be read by whoever reads the paper.
    identity = files.attach(home=home, matter=UUID(matter), name="证件.png", chunks=[stream.getvalue()], principal=clerk)
    _given_as(home, UUID(matter), "identity_copy", str(identity))
    assert queries.scans(clerk, home=home, matter=UUID(matter), files=[str(identity)]) == [{"file": str(identity), "sha256": ""}]
    stranger = Principal("staff", "y", unit=OTHER_COMMITTEE, post="clerk")
    assert queries.scans(stranger, home=home, matter=UUID(matter), files=[str(made)])[0]["sha256"] == ""
