"""How something was signed, as questions and as data: on the screen, by hand, by fingerprint, by name seal; and its scan.

A sheet signed at the table and scanned counts like a signature on the screen, so the form asks for both in the same breath.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from huiyin.core.forms import MAX_FILES
from huiyin.core.signing import METHODS, ON_SCREEN, SEALINGS
from huiyin.core.values import Refusal, Text
from huiyin.papers import queries, services
from huiyin.papers.kinds import ACCEPTED
from huiyin.ui.forms import Option, Problems, Question, Raw
from huiyin.web.pages.seats import Standpoint

SAME_SHEET = Text(
    "签在已经登记的那张纸上，扫描件上看得到，不用再传",
    "It is on the sheet already recorded and shows on its scan; nothing to send again",
)
SCAN_HINT = Text("把签好的那张纸拍照或者扫描，一页一张。", "Photograph or scan the signed sheet, one picture a page.")


def questions(
    standpoint: Standpoint, raw: Raw, problems: Problems, *, seal: bool, shown: Sequence[str] = (), on_screen: bool = True
) -> list[Question]:
    """Return what to ask about how it was signed. A party on its own page signs on the screen and is asked nothing.

    Args:
        seal: it is the unit's seal that is set.
        shown: ids of the scans that already show this sheet: several sign one sheet, which is scanned once.
        on_screen: it may be signed on the screen.
    """
    if standpoint.principal.kind != "staff":
        return []
    recorded = standpoint.principal.acting_for is not None
    ways = SEALINGS if seal else {key: label for key, label in METHODS.items() if key != ON_SCREEN or (on_screen and not recorded)}
    chosen = raw.get("method") or next(iter(ways))
    options = tuple(Option(key, label, key == chosen) for key, label in ways.items())
    asked = [Question("method", Text("怎么签的", "How it was signed"), "radios", error=problems.by_field.get("method"), options=options)]
    if not seal:
        asked.append(
            Question(
                "witness",
                Text("见证人姓名", "Name of the witness"),
                "line",
                hint=Text("按指印的必须写：谁看着按的。", "Needed for a fingerprint: who saw it being given."),
                error=problems.by_field.get("witness"),
                value=raw.get("witness", ""),
                required=False,
            )
        )
    if shown:
        asked.append(Question("same", SAME_SHEET, "tick", error=problems.by_field.get("same"), value=raw.get("same", ""), required=False))
    asked.append(
        Question(
            "scan",
            Text("签好的纸的扫描件", "Scan of the signed sheet"),
            "file",
            hint=SCAN_HINT,
            error=problems.by_field.get("scan"),
            value=raw.get("scan", ""),
            required=False,
            mode=ACCEPTED,
        )
    )
    return asked


def take_in(request: HttpRequest, standpoint: Standpoint, raw: dict[str, str]) -> Refusal | None:
    """Store the scans sent with a form and write their ids among what was typed, so that a second try keeps them.

    Returns:
        the refusal of the first file that is not what it says.
    """
    # A browser sends the empty file input too, as an empty field of the same name after the one that holds the ids.
    typed = request.POST.getlist("scan") or [raw.get("scan", "")]
    ids = [one for value in typed for one in value.split(",") if one]
    for sent in request.FILES.getlist("scan")[: MAX_FILES - len(ids)]:
        made = services.attach(
            home=standpoint.home, matter=standpoint.matter, name=sent.name or "", chunks=sent.chunks(), principal=standpoint.principal
        )
        if isinstance(made, Refusal):
            return Refusal(made.code, Text(f"“{sent.name}”：{made.text.zh}", f"“{sent.name}”: {made.text.en}"), "scan")
        if made is None:
            return Refusal("file", Text("没有这件事，文件没有收下。", "There is no such matter; the file was not taken."), "scan")
        ids.append(str(made))
    raw["scan"] = ",".join(ids)
    return None


def data_of(standpoint: Standpoint, raw: Raw, *, shown: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a signing act's data holds of how it was signed: method, and where there are any witness and scans.

    Args:
        shown: ids of the scans that already show this sheet; they are this signature's too when that was ticked and no other was sent.
    """
    staff = standpoint.principal.kind == "staff"
    method = raw.get("method", "") if staff else "screen"
    data: dict[str, Any] = {"method": method or ("wet" if standpoint.principal.acting_for else "screen")}
    if staff and raw.get("witness", "").strip():
        data["witness"] = raw["witness"].strip()
    ids = [one for one in raw.get("scan", "").split(",") if one]
    if not ids and raw.get("same") == "yes":
        ids = list(shown)
    if staff and ids:
        data["scan"] = queries.scans(standpoint.principal, home=standpoint.home, matter=standpoint.matter, files=ids)
    return data
