"""The pages of packs: for pack keepers only; nothing typed or handed in is lost."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import little
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.city.pack_contents import as_zip

Office = Any
OFFICE = "system_office.2101"
WHY = "国务院办公厅的通知加了一天假"


def signed_in(office: Office, name: str, post: str = "pack_keeper") -> Client:
    from huiyin.city.models import Account

    client = Client()
    client.force_login(Account.objects.get(id=office.people[name]))
    session = client.session
    session["post"] = f"{OFFICE}/{post}"
    session.save()
    return client


def words(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def handed_in(client: Client, *uploads: tuple[str, bytes], follow: bool = True, query: str = "", **more: str) -> Any:
    files = [SimpleUploadedFile(name, data) for name, data in uploads]
    return client.post(f"/packs/new/{query}", {"pack": little.LAND, "reason": WHY, "files": files, **more}, follow=follow)


def latest() -> Any:
    from huiyin.city.pack_models import PackProposal

    return PackProposal.objects.order_by("-proposed_at").first()


def test_one_changed_file_is_put_forward_proven_reviewed_and_takes_force(office: Office) -> None:
    from huiyin.city.queries import today
    from huiyin.jobs import running
    from huiyin.workers import packs

    proposer, reviewer = signed_in(office, "proposer"), signed_in(office, "reviewer")
    used = office.in_use()
    text = proposer.get(f"/packs/version/{used}/file/?path=calendars/2026.yaml").content
    assert text == (office.land / "calendars" / "2026.yaml").read_bytes()
    page = handed_in(proposer, ("2026.yaml", text.replace(b"to: 2026-05-05", b"to: 2026-05-06")))
    row = latest()
    assert page.redirect_chain[-1][0] == f"/packs/proposal/{row.id}/"
    assert "2026-05-06 劳动节（放假）" in words(page)
    assert row.job is not None
    running.run_now(row.job, lambda _done, _of: None)
    address = f"/packs/proposal/{row.id}/"
    assert "检查通过，等复核" in words(proposer.get(address))
    own = proposer.post(
        f"{address}decide/", {"what": "accept", "on": str(today()), "reason": "好的", "content": row.content_id}, follow=True
    )
    assert "自己提出的，要由另一位规则管理员复核" in words(own)
    assert latest().state == "sound"
    lacking = reviewer.post(f"{address}decide/", {"what": "accept", "on": str(today()), "content": row.content_id}, follow=True)
    assert "请写明理由" in words(lacking)
    reviewer.post(f"{address}decide/", {"what": "accept", "on": str(today()), "reason": "与通知一致", "content": row.content_id})
    assert latest().state == "accepted"
    assert packs.take_due() == 1
    page = reviewer.get("/packs/")
    assert "提出并复核" in words(page)
    assert "与通知一致" in words(page)
    assert office.in_use() == row.content_id


def test_a_file_that_is_not_utf_8_is_kept_with_its_line_and_mended(office: Office) -> None:
    client = signed_in(office, "proposer")
    raw = office.text("topics.yaml").replace("zh: 纠纷", "zh: 争议", 1).encode("gb18030")
    page = handed_in(client, ("topics.yaml", raw))
    row = latest()
    assert row.state == "unsound"
    assert [(one["file"], one["rule"]) for one in row.problems] == [("little/topics.yaml", "format")]
    assert row.problems[0]["line"] > 0
    assert "请另存为 UTF-8" in words(page)
    sent = client.get(f"/packs/version/{row.content_id}/file/?path=topics.yaml")
    assert sent.content == raw, "what was handed in is still there"
    handed_in(client, ("topics.yaml", raw.decode("gb18030").encode()), query=f"?mend={row.id}")
    mended = latest()
    assert (mended.id != row.id, mended.state) == (True, "proving")
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_what_was_handed_in_is_kept_when_only_the_reason_lacks(office: Office) -> None:
    client = signed_in(office, "proposer")
    changed = office.text("calendars/2026.yaml").replace("to: 2026-05-05", "to: 2026-05-06").encode()
    page = handed_in(client, ("2026.yaml", changed), reason="")
    assert "请写明理由" in words(page)
    kept = re.search(r'type="hidden" name="files" value="([0-9a-f]{64})"', page.content.decode())
    assert kept is not None
    assert latest() is None
    client.post("/packs/new/", {"pack": little.LAND, "files": kept[1], "reason": WHY})
    assert latest().content_id == kept[1]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.zip", b"PK no archive", "不是完整的 ZIP"),
        ("strange.yaml", b"a: 1\n", "没有叫“strange.yaml”的文件"),
        ("weekly_report.yaml", b"a: 1\n", "请在下面写是哪个文件夹的"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_was_typed(office: Office, name: str, data: bytes, said: str) -> None:
    page = handed_in(signed_in(office, "proposer"), (name, data))
    assert said in words(page)
    assert WHY in page.content.decode()
    assert latest() is None


def test_a_new_file_goes_into_the_folder_named(office: Office) -> None:
    handed_in(signed_in(office, "proposer"), ("strange.yaml", b"paper: strange\n"), folder="papers")
    assert "papers/strange.yaml" in [path for path, _sha, _size in latest().content.files]
    for folder in ("..", "papers/../..", "a b"):
        before = latest().id
        page = handed_in(signed_in(office, "proposer"), ("other.yaml", b"a: 1\n"), folder=folder)
        assert "不能放进规则包" in words(page)
        assert latest().id == before


def test_a_signed_package_of_another_office_comes_in_only_with_a_trusted_key(office: Office) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from huiyin.city import pack_proposals, pack_signing
    from huiyin.city.pack_contents import hash_of, named_in

    files = office.with_a_holiday
    pack, label = named_in(files)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    told = {"pack": pack, "label": label, "content": hash_of(pack, files), "key": public}
    told["signature"] = key.sign(pack_signing._signed(pack, label, told["content"])).hex()
    client = signed_in(office, "proposer")
    assert "没有认可的公钥" in words(handed_in(client, ("little.zip", as_zip(pack, files, told))))
    assert latest() is None
    pack_proposals.trust(public=public, name="邻市司法局")
    other = {**files, "topics.yaml": files["topics.yaml"] + b"# changed on the way\n"}
    assert "签名以后有人改过" in words(handed_in(client, ("little.zip", as_zip(pack, other, told))))
    assert latest() is None
    assert "邻市司法局" in words(handed_in(client, ("little.zip", as_zip(pack, files, told))))
    assert latest().origin == "邻市司法局"


def test_what_was_accepted_here_is_taken_in_elsewhere(office: Office) -> None:
    """The exported file carries the signature; our own key is one we trust."""
    from huiyin.city import pack_proposals, pack_queries
    from huiyin.city.pack_contents import read_zip
    from huiyin.city.queries import today
    from huiyin.core.values import SYSTEM
    from huiyin.workers import packs

    made = pack_proposals.propose(principal=office.keeper("proposer"), pack=little.LAND, files=office.with_a_holiday, reason=WHY)
    assert isinstance(made, UUID)
    assert packs.prove(made) == 0
    content = latest().content_id
    assert pack_proposals.accept(principal=office.keeper("reviewer"), proposal=made, content=content, reason="核对过了", on=today()) is None
    client = signed_in(office, "third")
    sent = client.get(f"/packs/version/{content}/")
    assert sent["Content-Type"] == "application/zip"
    handed = read_zip(sent.content)
    assert handed.signature is not None
    assert isinstance(pack_proposals.origin_of(handed.signature, little.LAND, handed.files), str)
    assert pack_queries.signed_well(SYSTEM, made)


def test_nobody_else_finds_the_pages(office: Office) -> None:
    from datetime import date

    from huiyin.city.models import Account, Appointment

    used = office.in_use()
    third = office.people["third"]
    Appointment.objects.using("owner").get_or_create(
        account_id=third, unit_id=OFFICE, post="audit_admin", to_date=None, defaults={"from_date": date(2020, 1, 1)}
    )
    other, nobody = signed_in(office, "third", "audit_admin"), Client()
    assert Account.objects.filter(id=third).exists()
    for address in (
        "/packs/",
        "/packs/new/",
        f"/packs/{little.LAND}/",
        f"/packs/version/{used}/",
        f"/packs/version/{used}/file/?path=pack.yaml",
    ):
        assert other.get(address).status_code == 404, address
        assert nobody.get(address).status_code == 302, address
    assert other.post("/packs/new/", {"pack": little.LAND, "reason": WHY}).status_code == 404
    assert latest() is None
    Appointment.objects.using("owner").filter(account_id=third, post="audit_admin").delete()


def test_going_back_is_put_forward_from_the_page_of_the_pack(office: Office) -> None:
    from huiyin.city import pack_proposals
    from huiyin.city.queries import today
    from huiyin.workers import packs

    first = office.in_use()
    made = pack_proposals.propose(principal=office.keeper("proposer"), pack=little.LAND, files=office.with_a_holiday, reason=WHY)
    assert isinstance(made, UUID)
    assert packs.prove(made) == 0
    content = latest().content_id
    assert pack_proposals.accept(principal=office.keeper("reviewer"), proposal=made, content=content, reason="核对过了", on=today()) is None
    assert packs.take_due() == 1
    client = signed_in(office, "reviewer")
    lacking = client.post(f"/packs/{little.LAND}/", {"content": first, "reason": ""}, follow=True)
    assert "请写明理由" in words(lacking)
    page = client.post(f"/packs/{little.LAND}/", {"content": first, "reason": "通知撤回了"}, follow=True)
    assert "退回以前的版本" in words(page)
    assert (latest().back, latest().content_id) == (True, first)
