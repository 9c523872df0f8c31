"""Files put into a room: who opens them, what is taken out of them, how they lie, and when they go."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cases import at_desk
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from in_rooms import Talk
from looking import Visitor
from PIL import Image
from pypdf import PdfReader, PdfWriter
from test_pages_of_rooms import WORD, _answer, _asked, as_party, key_of
from test_walls_of_rooms import others

from huiyin import clock
from huiyin.core.values import Refusal
from huiyin.matters.access import reading_as
from huiyin.mediation import queries, services
from huiyin.mediation.models import File, Message
from huiyin.mediation.services import Sent
from huiyin.mediation.vault import SpoiltError
from huiyin.papers.services import Taken, taken


def photograph(word: str = "", size: tuple[int, int] = (1200, 900)) -> bytes:
    """A JPEG that tells where it was taken, and a word."""
    made = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x010E] = word or "described"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    made.save(out, "JPEG", exif=exif, comment=b"seen at home")
    return out.getvalue()


def document(word: str) -> bytes:
    """A PDF whose title is a word."""
    made, out = PdfWriter(), io.BytesIO()
    made.add_blank_page(200, 200)
    made.add_metadata({"/Title": word})
    made.write(out)
    return out.getvalue()


def looked_at(talk: Talk, name: str, content: bytes) -> Taken:
    found = taken(home=talk.home, name=name, chunks=[content])
    assert isinstance(found, Taken), found
    return found


def give(talk: Talk, who: str, name: str, content: bytes, *, private: str = "", text: str = "看这个", key: str = "") -> Sent:
    sent = services.send(
        **talk.where(private), principal=talk.principal(who), text=text, key=key or str(uuid4()), file=looked_at(talk, name, content)
    )
    assert isinstance(sent, Sent), sent
    return sent


def opened(talk: Talk, who: Any, file: UUID, *, small: bool = False) -> bytes | None:
    principal = talk.principal(who) if isinstance(who, str) else who
    found = queries.file(principal, talk.home, talk.matter, file, small=small)
    return None if found is None else found[1]


def test_everybody_in_the_room_opens_it_and_nothing_hidden_is_left_in_it(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四", "mediator")
    sent = give(talk, "张三", "漏水.jpg", photograph())
    for who in ("张三", "李四", "mediator"):
        content = opened(talk, who, sent.id)
        assert content is not None
        with Image.open(io.BytesIO(content)) as kept:
            assert kept.size == (1200, 900)
            assert not kept.getexif()
        assert b"seen at home" not in content
    small = opened(talk, "李四", sent.id, small=True)
    assert small is not None
    with Image.open(io.BytesIO(small)) as picture:
        assert max(picture.size) == 480
    room = talk.room("李四")
    assert room is not None
    said = room.messages[0]
    assert said.file is not None
    assert (said.text, said.file.name, said.file.kind, said.file.small) == ("看这个", "漏水.jpg", "jpeg", True)


def test_a_file_needs_no_words_and_a_document_has_no_small_picture(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    sent = give(talk, "张三", "收据.pdf", document("收据"), text="")
    assert opened(talk, "张三", sent.id, small=True) is None
    content = opened(talk, "张三", sent.id)
    assert content is not None
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("run.exe", b"MZ", "不收这种文件"),
        ("photo.jpg", b"%PDF-1.7", "内容却是"),
        ("photo.jpg", photograph()[:300], "打不开"),
        ("long.pdf", b"%PDF-" + b"x" * (20 * 2**20), "超过20 MB"),
    ],
)
def test_what_is_no_such_file_is_refused_as_with_acts(served: object, name: str, content: bytes, says: str) -> None:
    talk = Talk()
    found = taken(home=talk.home, name=name, chunks=[content])
    assert isinstance(found, Refusal)
    assert says in found.text.zh
    zhang = as_party(talk, "张三")
    here = f"/mine/{talk.reference}/room/"
    page = zhang.post(here, do="enter")
    page = _upload(zhang, here, name, content, key=key_of(page), text="说明留着")
    assert page.status == 422
    assert says in page.words
    assert "说明留着" in page.html
    assert talk.heard("张三") == []


def _upload(visitor: Visitor, address: str, name: str, content: bytes, **more: str) -> Any:
    return visitor.post(address, do="send", file=SimpleUploadedFile(name, content), **more)


def test_two_tries_with_one_key_are_one_message_and_another_file_is_refused(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    first = give(talk, "张三", "漏水.jpg", photograph("one"), key="k")
    again = give(talk, "张三", "漏水.jpg", photograph("one"), key="k")
    assert (again.seq, again.id, again.again) == (first.seq, first.id, True)
    other = services.send(
        **talk.where(),
        principal=talk.principal("张三"),
        text="看这个",
        key="k",
        file=looked_at(talk, "漏水.jpg", photograph(size=(40, 40))),
    )
    assert other == services.MISMATCH
    assert talk.heard("张三") == ["看这个"]


def test_whoever_went_out_opens_what_was_there_before_and_no_more(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    before = give(talk, "张三", "之前.jpg", photograph())
    services.leave(**talk.where(), principal=talk.principal("李四"))
    after = give(talk, "张三", "之后.jpg", photograph())
    assert opened(talk, "李四", before.id) is not None
    assert opened(talk, "李四", after.id) is None
    talk.act("李四", "leave")
    assert opened(talk, "李四", before.id) is None


def test_nobody_outside_the_room_opens_it_by_page_or_past_the_application(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "mediator", private="张三")
    sent = give(talk, "张三", f"{WORD}.pdf", document(WORD), private="张三")
    for who in ("李四", "clerk", "head", "seal_keeper"):
        assert opened(talk, who, sent.id) is None, who
    for principal in others(talk):
        with reading_as(principal):
            assert (File.objects.count(), Message.objects.count()) == (0, 0), principal
    with reading_as(talk.principal("张三")):
        assert File.objects.count() == 1
    place = f"room/file/{sent.id}/"
    for visitor, address in (
        (as_party(talk, "李四"), f"/mine/{talk.reference}/{place}"),
        (at_desk("clerk"), f"{talk.desk}/{place}"),
        (at_desk("head"), f"{talk.desk}/{place}?small=1"),
    ):
        assert visitor.client.get(address).status_code == 404, address
    another = Talk()
    assert at_desk("mediator").client.get(f"{another.desk}/{place}").status_code == 404, "of another matter"
    assert WORD in _answer(as_party(talk, "张三"), f"/mine/{talk.reference}/{place}")
    assert at_desk("mediator").client.get(f"{talk.desk}/{place}").status_code == 200


def test_no_address_there_is_shows_a_file_s_name_or_content_to_who_was_not_in_the_room(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "mediator", private="张三")
    sent = give(talk, "张三", f"{WORD} name.pdf", document(f"{WORD} content"), private="张三", text=f"{WORD} words")
    visitors = {"李四": as_party(talk, "李四"), "clerk": at_desk("clerk"), "head": at_desk("head"), "nobody": Visitor()}
    asked = list(_asked(talk, files=[sent.id]))
    assert any(str(sent.id) in address for address in asked)
    for who, visitor in visitors.items():
        for address in asked:
            text = _answer(visitor, address)
            found = [word for word in ("name", "content", "words") if f"{WORD} {word}" in text]
            assert not found, (who, address, found)
    # The hunt itself finds what is there.
    zhang = as_party(talk, "张三")
    assert f"{WORD} name.pdf" in _answer(zhang, f"/mine/{talk.reference}/room/private/")
    assert f"{WORD} content" in _answer(zhang, f"/mine/{talk.reference}/room/file/{sent.id}/")


def test_it_comes_as_a_download_no_browser_runs(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    sent = give(talk, "张三", "收据；“原件”.pdf", document("收据"))
    answer = as_party(talk, "张三").client.get(f"/mine/{talk.reference}/room/file/{sent.id}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Type"] == "application/pdf"


def test_by_a_form_without_scripts_and_as_data_with_them(served: object) -> None:
    talk = Talk()
    zhang = as_party(talk, "张三")
    here = f"/mine/{talk.reference}/room/"
    page = zhang.post(here, do="enter")
    page = _upload(zhang, here, "漏水.jpg", photograph(), key=key_of(page), text="楼上漏的")
    assert "漏水.jpg" in page.words
    assert "?small=1" in page.html
    answer = zhang.client.post(
        here,
        {"do": "send", "text": "", "key": "by script", "file": SimpleUploadedFile("二.jpg", photograph())},
        headers={"accept": "application/json"},
    )
    told = answer.json()
    assert (told["seq"], told["file"]["name"], told["file"]["picture"]) == (2, "二.jpg", True)
    assert zhang.client.get(f"{here}file/{told['file']['id']}/").status_code == 200


def test_the_bytes_are_sealed_to_their_message_and_sender(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    word = f"kanarie{uuid4().hex}"
    lay = set(settings.HOME.files.rglob("in-*"))
    one = give(talk, "张三", "一.pdf", document(word))
    two = give(talk, "张三", "二.pdf", document("other"))
    with psycopg.connect(served.owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        rows = owner.execute("SELECT body FROM mediation_file").fetchall()
        assert not any(word.encode() in bytes(row[0]) for row in rows)
        owner.execute("UPDATE mediation_file SET body = (SELECT body FROM mediation_file WHERE id = %s) WHERE id = %s", [one.id, two.id])
    with pytest.raises(SpoiltError):
        opened(talk, "张三", two.id)
    assert set(settings.HOME.files.rglob("in-*")) == lay, "nothing lies in the clear"


def test_files_go_with_the_words(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    sent = give(talk, "张三", "漏水.jpg", photograph())
    talk.act("mediator", "end_without", {"reason": "谈不拢"})
    assert opened(talk, "李四", sent.id) is not None
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.sweep() == 1
    assert opened(talk, "李四", sent.id) is None
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        assert owner.execute("SELECT count(*) FROM mediation_file WHERE id = %s", [sent.id]).fetchone() == (0,)
