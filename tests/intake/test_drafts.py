"""A draft is kept for seven days, opens for its browser or its code, and is nobody else's to read."""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from looking import CENTRE, COMMUNITY, Visitor, receipt, staff

SAID = "楼前三盏路灯不亮，老人夜里出门看不见。"


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> Iterator[None]:
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


def code_of(html: str) -> str:
    found = re.search(r'class="digits">([\d ]+)<', html)
    assert found is not None
    return found[1]


def begun(said: str = SAID) -> tuple[Visitor, str]:
    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said=said)
    visitor.answer(draft, "kind", topic="other", topic_other="request.lighting")
    return visitor, draft


def photograph(kind: str = "JPEG") -> bytes:
    """A picture that says where it was taken."""
    from PIL import Image

    picture = Image.new("RGB", (40, 30), "red")
    exif = Image.Exif()
    exif[0x010F] = "Camera of Zhang San"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    assert b"Zhang San" in out.getvalue()
    return out.getvalue()


def sent(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def test_looking_at_the_first_page_leaves_no_draft(served: object) -> None:
    from huiyin.intake.models import StoredDraft

    Visitor().begin()
    assert StoredDraft.objects.count() == 0


def test_what_was_typed_is_nowhere_in_the_database_in_the_clear(served: object) -> None:
    from django.contrib.sessions.models import Session

    from huiyin.intake.models import StoredDraft, WrappedKey

    visitor, draft = begun()
    visitor.answer(draft, "where", do="save", f__place__detail="2号楼")
    stored = StoredDraft.objects.get()
    rows = [bytes(stored.sealed), *(bytes(key.wrapped) for key in WrappedKey.objects.all())]
    rows += [session.session_data.encode() for session in Session.objects.all()]
    rows += [str(session.get_decoded()).encode() for session in Session.objects.all()]
    secret = bytes.fromhex(visitor.client.cookies["huiyin_draft"].value)
    for row in rows:
        assert "路灯".encode() not in row
        assert secret not in row
        assert secret.hex().encode() not in row


def test_the_address_of_a_draft_opens_nothing_without_its_browser(served: object) -> None:
    visitor, draft = begun()
    other = Visitor()
    other.begin()
    assert other.get(f"{draft}/what/").status == 404
    assert other.answer(draft, "what", f__said="别人写的").status == 404
    assert visitor.get(f"{draft}/what/").value("f.said") == SAID


def test_a_changed_byte_opens_nothing(served: object) -> None:
    from huiyin.intake.models import StoredDraft

    visitor, draft = begun()
    stored = StoredDraft.objects.get()
    sealed = bytearray(stored.sealed)
    sealed[20] ^= 1
    StoredDraft.objects.update(sealed=bytes(sealed))
    assert visitor.get(f"{draft}/what/").status == 404


def test_a_code_opens_the_same_draft_on_another_device(served: object) -> None:
    visitor, draft = begun()
    page = visitor.answer(draft, "where", do="save", f__place__detail="2号楼门前")
    assert page.headings == ["已经存好，还没有提交"]
    code = code_of(page.html)
    assert re.fullmatch(r"9\d\d( \d{3}){3}", code)
    assert code_of(visitor.answer(draft, "where", do="save", f__place__detail="2号楼门前").html) == code  # it stays the same
    other = Visitor()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    page = other.post("/report/resume/", code=code.translate(wide))
    assert page.headings == ["在哪里？"] or page.value("f.place.detail") == "2号楼门前"
    assert other.get(f"{draft}/what/").value("f.said") == SAID


def test_a_clerk_goes_on_with_the_draft_of_somebody_who_calls(served: object) -> None:
    visitor, draft = begun()
    code = code_of(visitor.answer(draft, "where", do="save", f__place__detail="2号楼门前").html)
    clerk = staff(CENTRE, "intake_clerk")
    page = clerk.get("/desk/take-in/")
    assert ("输入续填码，接着填", "/report/resume/") in page.links
    clerk.post("/report/resume/", code=code)
    clerk.answer(draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1")
    clerk.answer(draft, "you", f__phone="13800000001")
    page = clerk.answer(draft, "check", channel="telephone")
    reference, look_up = receipt(page)
    assert "已经收到" in page.headings
    page = Visitor().track(reference, look_up)
    assert "路灯不亮" in page.words
    # Whoever began it comes back to the same receipt.
    assert receipt(visitor.get(f"{draft}/what/")) == (reference, look_up)


def test_a_slip_in_a_code_and_a_code_of_nobody_get_the_same_answer(served: object) -> None:
    visitor, draft = begun()
    code = code_of(visitor.answer(draft, "where", do="save").html)
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    told = {Visitor().post("/report/resume/", code=typed).words for typed in (slip, "123", "", "900 000 000 000")}
    assert len(told) == 1
    assert "没有找到这份草稿" in told.pop()


def test_wrong_codes_have_to_wait_and_at_last_open_nothing(served: object) -> None:
    from huiyin import clock
    from huiyin.intake import codes

    visitor, draft = begun()
    code = (codes.normalise(code_of(visitor.answer(draft, "where", do="save").html))) or ""
    wrong = next(
        found
        for number in range(100_000)
        for last in range(10)
        if (found := codes.normalise(f"{code[:6]}{number:05d}{last}")) is not None and found != code
    )
    stranger = Visitor()
    # The first wait is of seconds: time stands still, so that a busy machine does not sit it out.
    with clock.set_to(clock.now()):
        for _ in range(5):
            assert "没有找到这份草稿" in stranger.post("/report/resume/", code=wrong).words
        stranger.post("/report/resume/", code=wrong)
        assert re.search(r"请\d+秒后再试", stranger.post("/report/resume/", code=code).words)
    for minutes in range(1, 10):
        with clock.set_to(clock.now() + timedelta(hours=minutes)):
            stranger.post("/report/resume/", code=wrong)
    with clock.set_to(clock.now() + timedelta(hours=20)):
        assert "没有找到这份草稿" in stranger.post("/report/resume/", code=code).words
    # Its own browser still has it, and gets a new code.
    assert code_of(visitor.answer(draft, "where", do="save").html).replace(" ", "") != code


def wrong_code(number: int) -> str:
    from huiyin.intake import codes

    return next(found for last in range(10) if (found := codes.normalise(f"9{number:010d}{last}")) is not None)


def test_one_client_guesses_only_so_often_whatever_the_drafts(served: object) -> None:
    visitor, draft = begun()
    code = code_of(visitor.answer(draft, "where", do="save").html)
    guesser, slip = Visitor(), code[:-1] + str((int(code[-1]) + 1) % 10)
    for number in range(20):
        assert "没有找到这份草稿" in guesser.post("/report/resume/", code=wrong_code(number)).words
        guesser.post("/report/resume/", code=slip)  # a slip is no guess
    page = guesser.post("/report/resume/", code=code)
    assert page.status == 429
    assert "试得太多" in page.words
    assert "什么也没有丢" in page.words
    # Neighbours, and staff who share the address at a window, are not stopped by it.
    elsewhere = Visitor()
    elsewhere.client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    assert elsewhere.post("/report/resume/", code=code).status == 200
    assert staff(CENTRE, "intake_clerk").post("/report/resume/", code=code).status == 200


def test_every_code_costs_the_slow_derivation_once(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the time an answer takes does not tell whether there is such a draft."""
    from huiyin.intake import codes, sealing, services

    visitor, draft = begun()
    code = code_of(visitor.answer(draft, "where", do="save").html).replace(" ", "")
    derived: list[str] = []
    slow = sealing.code_key

    def counted(typed: str, of: Any) -> bytes:
        derived.append(typed)
        return slow(typed, of)

    monkeypatch.setattr(sealing, "code_key", counted)
    near = next(found for last in range(100) if (found := f"{code[:-2]}{last:02d}") != code and codes.normalise(found))
    for typed in (wrong_code(7), near, code):
        services.open_with_code(typed, b"s" * 32)
    assert derived == [wrong_code(7), near, code]


def test_once_sent_the_code_opens_nothing_and_its_place_is_free(served: object) -> None:
    from huiyin.intake.models import StoredDraft, WrappedKey

    visitor, draft = begun()
    code = code_of(visitor.answer(draft, "where", do="save").html)
    visitor.answer(draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1")
    visitor.answer(draft, "you")
    sent_off = receipt(visitor.answer(draft, "check"))
    page = Visitor().post("/report/resume/", code=code)
    assert "没有找到这份草稿" in page.words
    assert "用编号和查询码查进度" in page.words
    assert list(StoredDraft.objects.values_list("locator", flat=True)) == [""]
    assert not WrappedKey.objects.filter(holder="code").exists()
    assert receipt(visitor.get(f"{draft}/what/")) == sent_off  # its own browser still has the receipt


def test_seven_days_and_then_it_is_gone_with_its_pictures(served: object) -> None:
    from huiyin import clock
    from huiyin.intake import services
    from huiyin.intake.models import StoredDraft
    from huiyin.intake.store import folder

    visitor = Visitor()
    draft = visitor.begin()
    visitor.answer(draft, "what", f__said=SAID, pictures=[sent("a.jpg", photograph())])
    files = set(folder().iterdir())
    assert files
    with clock.set_to(clock.now() + timedelta(days=6, hours=23)):
        assert services.sweep() == 0
    with clock.set_to(clock.now() + timedelta(days=7, seconds=1)):
        assert visitor.get(f"{draft}/what/").status == 404
        assert services.sweep() == 1
    assert StoredDraft.objects.count() == 0
    assert not files & set(folder().iterdir())


def test_what_a_crash_left_of_a_picture_goes_and_waiting_ones_stay(served: object) -> None:
    from huiyin import clock
    from huiyin.intake import services
    from huiyin.intake.store import folder

    visitor = Visitor()
    before = set(folder().iterdir())
    visitor.answer(visitor.begin(), "what", f__said=SAID, pictures=[sent("a.jpg", photograph())])
    (waiting,) = set(folder().iterdir()) - before
    left = folder() / "in-left"
    left.write_bytes(photograph())
    services.sweep()
    assert left.exists()
    with clock.set_to(clock.now() + timedelta(hours=2)):
        services.sweep()
    assert not left.exists()
    assert waiting.exists()


def test_a_draft_can_be_deleted_by_who_holds_it(served: object) -> None:
    visitor, draft = begun()
    code = code_of(visitor.answer(draft, "where", do="save").html)
    assert visitor.post(f"{draft}/saved/").headings == ["草稿已经删掉"]
    assert visitor.get(f"{draft}/what/").status == 404
    assert "没有找到这份草稿" in Visitor().post("/report/resume/", code=code).words


def test_two_tabs_keep_each_others_pages_and_the_later_page_wins_and_says_so(served: object) -> None:
    visitor, draft = begun()
    seen = visitor.get(f"{draft}/what/").value("seen") or ""
    visitor.answer(draft, "what", f__said="第一个窗口写的", seen=seen)
    visitor.answer(draft, "where", f__place__detail="2号楼", f__place__division=COMMUNITY, f__place__searched="1")
    page = visitor.answer(draft, "what", f__said="第二个窗口写的", seen=seen)
    assert "刚才在别的窗口或者设备上也填过" in page.words
    page = visitor.get(f"{draft}/what/")
    assert page.value("f.said") == "第二个窗口写的"
    assert "第一个窗口写的" in page.words
    assert visitor.get(f"{draft}/where/").value("f.place.detail") == "2号楼"


def test_two_tabs_saving_different_pages_at_once_lose_nothing(served: object) -> None:
    """Each saves only its own answers into what is there under a lock of the row."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    visitor, draft = begun()

    def save(step: str, typed: dict[str, str]) -> None:
        try:
            visitor.client.post(f"{draft}/{step}/", typed)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as two:
        one = two.submit(save, "what", {"f.said": "一起写的"})
        other = two.submit(save, "where", {"f.place.detail": "3号楼"})
        one.result()
        other.result()
    assert visitor.get(f"{draft}/what/").value("f.said") == "一起写的"
    assert visitor.get(f"{draft}/where/").value("f.place.detail") == "3号楼"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_goes_with_the_matter_without_what_its_camera_wrote(served: object, kind: str) -> None:
    from huiyin.core.values import SYSTEM
    from huiyin.matters.access import reading_as
    from huiyin.papers.models import StoredFile
    from huiyin.papers.services import path_of

    visitor = Visitor()
    draft = visitor.begin()
    name = "楼前.jpg" if kind == "JPEG" else "楼前.png"
    visitor.answer(draft, "what", f__said=SAID, pictures=[sent(name, photograph(kind))])
    assert name in visitor.get(f"{draft}/what/").words
    visitor.answer(draft, "kind", topic="other", topic_other="request.lighting")
    visitor.answer(draft, "where", f__place__detail="2号楼", f__place__division=COMMUNITY, f__place__searched="1")
    visitor.answer(draft, "you")
    assert name in visitor.get(f"{draft}/check/").words
    page = visitor.answer(draft, "check")
    assert "没有附上" not in page.words
    reference, _ = receipt(page)
    assert name in visitor.get(f"/mine/{reference}/").words
    with reading_as(SYSTEM):
        # Files outlive the record that tests empty; the newest is this one.
        row = StoredFile.objects.filter(name=name).order_by("-stored_at").first()
    assert row is not None
    assert b"Zhang San" not in path_of(row.home, row.id).read_bytes()


def test_an_upload_that_fails_keeps_the_words(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    page = visitor.answer(draft, "what", f__said=SAID, pictures=[sent("a.jpg", b"not a picture")])
    assert "照片没有传上去，文字已保存" in page.words
    assert page.value("f.said") == SAID
    assert any(target == "#pictures" for _, target in page.links)
    visitor.answer(draft, "what", f__said=SAID, pictures=[sent(f"{n}.jpg", photograph()) for n in range(6)])
    page = visitor.get(f"{draft}/what/")
    assert "最多5个" in page.words
    assert "4.jpg" in page.words
    taken = re.findall(r'value="(drop:[^"]+)"', page.html)
    assert len(taken) == 5
    page = visitor.answer(draft, "what", f__said=SAID, do=taken[0])
    assert len(re.findall(r'value="(drop:[^"]+)"', page.html)) == 4


def test_one_bad_photograph_costs_no_other_and_saving_for_later_says_so_too(served: object) -> None:
    visitor = Visitor()
    draft = visitor.begin()
    three = [sent("a.jpg", b"not a picture"), sent("b.jpg", photograph()), sent("c.jpg", b"nor this")]
    page = visitor.answer(draft, "what", f__said=SAID, do="save", pictures=three)
    assert page.headings == ["请说说是什么事"]
    assert "“a.jpg”" in page.words
    assert "“c.jpg”" in page.words
    assert len(re.findall(r'value="drop:[^"]+"', page.html)) == 1
    assert visitor.answer(draft, "what", f__said=SAID, do="save").headings == ["已经存好，还没有提交"]


@pytest.mark.parametrize(("called", "kept"), [("截图.jpg", "截图.png"), ("1000012345", "1000012345.png"), ("a.PNG", "a.PNG")])
def test_a_picture_called_by_a_wrong_name_or_none_is_taken_for_what_it_is(served: object, called: str, kept: str) -> None:
    visitor = Visitor()
    draft = visitor.up_to_check()
    page = visitor.answer(draft, "what", f__said=SAID, pictures=[sent(called, photograph("PNG"))])
    assert kept in visitor.get(f"{draft}/check/").words
    page = visitor.answer(draft, "check")
    assert "没有附上" not in page.words
    assert kept in visitor.get(f"/mine/{receipt(page)[0]}/").words


def test_a_full_disk_costs_the_photograph_and_neither_the_words_nor_the_report(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.intake import pictures
    from huiyin.papers import services as papers

    def full(*_: object) -> Any:
        raise OSError(errno.ENOSPC, "full")

    visitor = Visitor()
    draft = visitor.up_to_check()
    visitor.answer(draft, "what", f__said=SAID, pictures=[sent("a.jpg", photograph())])
    with monkeypatch.context() as patched:
        patched.setattr(pictures, "path_of", full)
        page = visitor.answer(draft, "what", f__said=SAID + "还在。", pictures=[sent("b.jpg", photograph())])
        assert "现在存不下文件" in page.words
        assert page.value("f.said") == SAID + "还在。"
    with monkeypatch.context() as patched:
        patched.setattr(papers, "folder_of", full)
        reference, code = receipt(visitor.answer(draft, "check"))
    assert visitor.track(reference, code).status == 200


def test_a_waiting_photograph_lies_sealed_in_the_file_store(served: object) -> None:
    from huiyin.intake.models import DraftPicture
    from huiyin.intake.store import path_of

    visitor = Visitor()
    visitor.answer(visitor.begin(), "what", f__said=SAID, pictures=[sent("楼前.jpg", photograph())])
    row = DraftPicture.objects.get()
    assert not path_of(row.id).read_bytes().startswith(b"\xff\xd8")
    assert "楼前".encode() not in bytes(row.name)


def test_codes_are_digits_with_a_check_digit() -> None:
    from huiyin.intake import codes

    for _ in range(200):
        code = codes.new()
        assert codes.normalise(codes.grouped(code)) == code
        for at in range(1, 12):
            changed = code[:at] + str((int(code[at]) + 3) % 10) + code[at + 1 :]
            assert codes.normalise(changed) is None
