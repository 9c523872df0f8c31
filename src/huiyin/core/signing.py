"""What a signature needs: the text that was read, a time at which it was there, and a word for how it was signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huiyin.core.snapshot import PaperIssue
from huiyin.core.values import Refusal, Text

# How a text was signed stands in the event for ever, so it is a short word and no sentence.
METHOD = re.compile(r"[a-z][a-z_]{0,19}")


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


def signed_already(issue: PaperIssue, title: Text, by: str, *, seal: bool) -> Refusal | None:
    """Return why somebody cannot sign or seal an issue again, or None."""
    if issue.sealed is None if seal else all(signature.by != by for signature in issue.signatures):
        return None
    return Refusal("already_signed", Text(f"《{title.zh}》已经签过了。", f"“{title.en}” is signed already."))


def method_of(data: Mapping[str, Any]) -> str | None:
    """Return the word for how it was signed, or None when what was given is no such word."""
    method = data.get("method") or "screen"
    return method if isinstance(method, str) and METHOD.fullmatch(method) else None


def not_this_text(issue: PaperIssue, title: Text, at: datetime, data: Mapping[str, Any]) -> Refusal | None:
    """Return why a signature does not bind this issue: another text, a time before it, no proper way of signing."""
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
    if method_of(data) is None:
        return Refusal(
            "bad_value",
            Text("签名方式只能是一个词，例如 screen、paper。", "The way of signing is one word such as screen or paper."),
            field="method",
        )
    return None
