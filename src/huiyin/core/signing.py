"""What a signature needs: the text that was read, a time at which it was there, and how it was given.

A signature by hand, a fingerprint and a name seal on paper count like one on the screen (People's Mediation Law, art. 31):
the paper is signed, recorded, and the scan of the signed sheet is bound to the signature it shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from huiyin.core.snapshot import PaperIssue
from huiyin.core.values import Refusal, Text

# How a text was signed stands in the event for ever, so it is one of a few words and no sentence.
METHODS: Final[Mapping[str, Text]] = {
    "screen": Text("在屏幕上签名", "signed on the screen"),
    "wet": Text("手写签名", "signed by hand"),
    "fingerprint": Text("按指印", "by fingerprint"),
    "stamp": Text("盖个人名章", "by name seal"),
}
ON_SCREEN: Final = "screen"
# Nobody says this of themselves: only what a configured service sent back, and what was checked, is recorded so.
BY_SERVICE: Final = "service"
# The kind of evidence such an act carries; no form and no API can give it.
SERVICE_PROOF: Final = "signature_service"
EVERY_METHOD: Final[Mapping[str, Text]] = {**METHODS, BY_SERVICE: Text("经电子签名服务签名", "signed through a signature service")}
SEALINGS: Final[Mapping[str, Text]] = {
    "screen": Text("在系统里用印", "sealed in the system"),
    "wet": Text("在纸上盖章", "sealed on paper"),
}
MAX_WITNESS: Final = 50
MAX_SCANS: Final = 20
_FILE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a signature was given.

    Attributes:
        scan: ids of the files that show the signed sheets, in order.
        scan_sha256: hashes of those files' bytes, in the same order.
        witness: name of who saw a fingerprint being given (class P2).
    """

    method: str
    scan: tuple[str, ...] = ()
    scan_sha256: tuple[str, ...] = ()
    witness: str = ""


def effective_instant(issue: PaperIssue) -> datetime | None:
    """Return the latest of all signatures, the seal and the words that made an issue effective, or None without any."""
    marks = [*issue.signatures, *(() if issue.sealed is None else (issue.sealed,)), *issue.assents]
    return max((mark.at for mark in marks), default=None)


def not_printed(title: Text) -> Refusal:
    """Return the refusal to sign what does not exist yet."""
    return Refusal(
        "not_printed",
        Text(
            f"《{title.zh}》还没有印出，不能签。请先印出文字。",
            f"“{title.en}” is not printed yet and cannot be signed. Print the text first.",
        ),
    )


def your_turn(title: Text) -> Text:
    """Return what those are told whose turn to sign or seal has come."""
    return Text(
        f"轮到您签《{title.zh}》了，前面的人都签好了。",
        f"It is your turn to sign or seal “{title.en}”; those before you have signed.",
    )


def signed_already(issue: PaperIssue, title: Text, by: str, *, seal: bool) -> Refusal | None:
    """Return why somebody cannot sign or seal an issue again, or None."""
    if issue.sealed is None if seal else all(signature.by != by for signature in issue.signatures):
        return None
    return Refusal("already_signed", Text(f"《{title.zh}》已经签过了。", f"“{title.en}” is signed already."))


WITNESS_OF_THE_MATTER: Final = Refusal(
    "bad_value",
    Text("见证人不能是这件事的当事人，请写另一个人。", "A party of the matter cannot witness it; name somebody else."),
    "witness",
)


def manner_of(data: Mapping[str, Any], *, seal: bool = False) -> Manner | Refusal:
    """Return how it was signed, or why what was given does not say it.

    Args:
        data: ``method``, and where there are any ``scan`` (a list of ``{"file": id, "sha256": hash}``, looked up by the door
            that took the act) and ``witness``.
        seal: a unit's seal, not somebody's signature.
    """
    method, known = data.get("method") or ON_SCREEN, SEALINGS if seal else EVERY_METHOD
    if not isinstance(method, str) or method not in known:
        choices = SEALINGS if seal else METHODS
        zh, en = "、".join(one.zh for one in choices.values()), ", ".join(choices)
        return Refusal("bad_value", Text(f"请写明怎么签的：{zh}。", f"Say how it was signed: {en}."), field="method")
    witness, scan = data.get("witness") or "", data.get("scan") or []
    if not isinstance(witness, str) or len(witness.strip()) > MAX_WITNESS:
        return Refusal(
            "bad_value", Text(f"见证人姓名最多{MAX_WITNESS}个字。", f"A witness’ name has at most {MAX_WITNESS} characters."), "witness"
        )
    if method == "fingerprint" and not witness.strip():
        return Refusal(
            "needs_witness",
            Text("按指印的，请写见证人姓名：谁看着按的。", "For a fingerprint name the witness: who saw it being given."),
            field="witness",
        )
    if method == BY_SERVICE and not scan:
        return Refusal("no_scan", Text("没有签名服务送回的文件。", "The file the signature service sent back is missing."), field="scan")
    if not scan:
        return Manner(method, witness=witness.strip())
    if not isinstance(scan, list) or len(scan) > MAX_SCANS or not all(_is_scan(one) for one in scan):
        text = Text("没有找到这份扫描件，请重新上传后再登记。", "That scan is not there; upload it again, then record the signature.")
        return Refusal("no_scan", text, field="scan")
    if method == ON_SCREEN:
        text = Text(
            "在屏幕上签的没有扫描件。请改选手写签名、按指印或者盖章。",
            "What is signed on the screen has no scan; say that it was signed on paper.",
        )
        return Refusal("bad_value", text, field="method")
    return Manner(method, tuple(one["file"] for one in scan), tuple(one["sha256"] for one in scan), witness.strip())


def _is_scan(one: Any) -> bool:
    if not isinstance(one, Mapping):
        return False
    file, sha256 = one.get("file"), one.get("sha256")
    return isinstance(file, str) and isinstance(sha256, str) and bool(_FILE.fullmatch(file) and _SHA256.fullmatch(sha256))


def not_this_text(issue: PaperIssue, title: Text, at: datetime, data: Mapping[str, Any]) -> Refusal | None:
    """Return why a signature does not bind this issue: another text, or a time before it."""
    if data.get("hash") != issue.hash:
        return Refusal(
            "text_changed",
            Text(
                f"《{title.zh}》的文字已经不是您读过的那一份，请重新阅读后再签。",
                f"The text of “{title.en}” is no longer the one you read; read it again, then sign.",
            ),
            field="hash",
        )
    if at < issue.printed_at:
        return Refusal(
            "before_text",
            Text(
                f"《{title.zh}》在这个时间还没有印出，不能签。请核对时间。",
                f"“{title.en}” was not printed yet at that time and could not be signed. Check the time.",
            ),
            field="at",
        )
    return None
