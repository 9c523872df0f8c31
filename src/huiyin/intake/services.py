"""Keeping, opening and sweeping drafts.

Every change reads the draft under a lock of its row, so that two tabs or two people at one draft never undo each other's
pages: each saves only its own answers into what is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from huiyin import clock, ids
from huiyin.core.values import Refusal, Text
from huiyin.intake import codes, sealing
from huiyin.intake.models import DraftPicture, StoredDraft, WrappedKey
from huiyin.intake.store import forget_files, older_than, path_of

KEPT: Final = timedelta(days=7)
# Bytes this old that belong to no picture are what a crash left.
LEFT_AFTER: Final = timedelta(hours=1)
FREE_TRIES: Final = 5
MOST_TRIES: Final = 10
LONGEST_WAIT: Final = 3600
CODE = "code"
CONTENT = "content"
NOBODYS = UUID(int=0)
_WRONG = Text(
    "没有找到这份草稿。请核对续填码（12位数字，9开头），再输一次。草稿只保存7天；已经提交的，用编号和查询码查进度。",
    "No such draft. Check the code (12 digits, beginning with 9) and type it again. Drafts are kept for 7 days; what was sent is found "
    "by its reference and code.",
)
# The same words: a slip is seen by the digits alone, the other by looking.
MISTYPED = Refusal("bad_value", _WRONG, field="code")
NO_SUCH_CODE = Refusal("no_match", _WRONG, field="code")


@dataclass(slots=True)
class Held:
    """A draft in the hands of somebody who may have it.

    Attributes:
        plain: what was typed, JSON-ready; changed in place and written back by `write`.
    """

    row: StoredDraft
    key: bytes
    plain: dict[str, Any]

    @property
    def expires_at(self) -> datetime:
        """Until when it is kept."""
        return self.row.expires_at


def create(token: str, secret: bytes, plain: dict[str, Any]) -> None:
    """Store a draft for the browser with that secret; a token that is there already stays as it is."""
    draft, key = ids.uuid7(), sealing.new_key()
    try:
        with transaction.atomic():
            row = StoredDraft(id=draft, token=token, sealed=_sealed(key, draft, plain), expires_at=clock.now() + KEPT)
            row.save(force_insert=True)
            _wrap_for_browser(row, key, secret)
    except IntegrityError:
        if not StoredDraft.objects.filter(token=token).exists():
            raise


def load(token: str, secret: bytes) -> Held | None:
    """Return a draft, or None: not there, swept, or not this browser's."""
    row = StoredDraft.objects.filter(token=token, expires_at__gt=clock.now()).first()
    return None if row is None else _held(row, secret)


@contextmanager
def changing(token: str, secret: bytes) -> Iterator[Held | None]:
    """Hold a draft while it is changed; what `write` was given is kept when the block ends."""
    with transaction.atomic():
        row = StoredDraft.objects.select_for_update().filter(token=token, expires_at__gt=clock.now()).first()
        yield None if row is None else _held(row, secret)


def write(held: Held) -> None:
    """Write a draft back; from now on it is kept seven days more."""
    row = held.row
    row.sealed = _sealed(held.key, row.id, held.plain)
    row.version += 1
    row.expires_at = clock.now() + KEPT
    row.save(update_fields=["sealed", "version", "expires_at"])


def give_code(token: str, secret: bytes) -> str | None:
    """Return the resume code of a draft, made on the first call and again when too many guesses spoilt it.

    The code stands inside the sealed draft as well, so that its holder can be shown it again.
    """
    with changing(token, secret) as held:
        if held is None:
            return None
        known = held.plain.get(CODE)
        if isinstance(known, str) and held.row.tries < MOST_TRIES:
            return known
        WrappedKey.objects.filter(draft=held.row, holder=CODE).delete()
        while True:
            code = codes.new()
            if not StoredDraft.objects.filter(locator=codes.locator(code)).exists():
                break
        held.row.locator, held.row.tries = codes.locator(code), 0
        held.row.save(update_fields=["locator", "tries"])
        wrapped = sealing.seal(sealing.code_key(code, held.row.id), held.key, held.row.id, CODE)
        WrappedKey.objects.create(draft=held.row, holder=CODE, wrapped=wrapped)
        held.plain[CODE] = code
        write(held)
        return code


def open_with_code(typed: str, secret: bytes) -> str | Refusal:
    """Give the browser with that secret the draft of a resume code; return the draft's token.

    After five wrong codes each further try has to wait longer, and after ten the code opens nothing any more.
    """
    code = codes.normalise(typed)
    if code is None:
        return MISTYPED
    now = clock.now()
    with transaction.atomic():
        row = StoredDraft.objects.select_for_update().filter(locator=codes.locator(code), expires_at__gt=now).first()
        # The slow derivation runs for every code, so that the time it takes does not tell whether there is such a draft.
        code_key = sealing.code_key(code, NOBODYS if row is None else row.id)
        if row is None or row.tries >= MOST_TRIES:
            return NO_SUCH_CODE
        wait = _wait(row, now)
        if wait > 0:
            return Refusal(
                "slow_down",
                Text(f"续填码输错多次，请{wait}秒后再试。", f"Too many wrong codes; try again in {wait} seconds."),
                field="code",
            )
        wrapped = WrappedKey.objects.filter(draft=row, holder=CODE).first()
        key = None if wrapped is None else sealing.unseal(code_key, bytes(wrapped.wrapped), row.id, CODE)
        row.tries, row.tried_at = (0 if key is not None else row.tries + 1), now
        row.save(update_fields=["tries", "tried_at"])
        if key is None:
            return NO_SUCH_CODE
        _wrap_for_browser(row, key, secret)
        return row.token


def end_code(held: Held) -> None:
    """Let the resume code of a draft open nothing any more; `write` keeps it so."""
    WrappedKey.objects.filter(draft=held.row, holder=CODE).delete()
    held.row.locator = ""
    held.row.save(update_fields=["locator"])
    held.plain.pop(CODE, None)


def discard(token: str, secret: bytes) -> bool:
    """Delete a draft with its pictures, for whoever holds it."""
    held = load(token, secret)
    if held is None:
        return False
    _delete([held.row])
    return True


def sweep(limit: int = 500) -> int:
    """Delete the drafts whose seven days are over, with their pictures, and what a crash left of a picture; returns how many drafts."""
    gone = list(StoredDraft.objects.filter(expires_at__lte=clock.now()).order_by("expires_at")[:limit])
    _delete(gone)
    old = older_than(clock.now() - LEFT_AFTER)
    kept = {path_of(one) for one in DraftPicture.objects.values_list("id", flat=True)} if old else set()
    forget_files(path for path in old if path not in kept)
    return len(gone)


def _delete(rows: list[StoredDraft]) -> None:
    wanted = [row.pk for row in rows]
    files = [path_of(one) for one in DraftPicture.objects.filter(draft_id__in=wanted).values_list("id", flat=True)]
    StoredDraft.objects.filter(pk__in=wanted).delete()
    forget_files(files)


def _wait(row: StoredDraft, now: datetime) -> int:
    if row.tries < FREE_TRIES or row.tried_at is None:
        return 0
    until = row.tried_at + timedelta(seconds=min(LONGEST_WAIT, 2 ** (row.tries - FREE_TRIES)))
    return max(0, -int((now - until).total_seconds() // 1))


def _held(row: StoredDraft, secret: bytes) -> Held | None:
    wrapped = WrappedKey.objects.filter(draft=row, holder=sealing.holder_mark(secret, row.id)).first()
    key = None if wrapped is None else sealing.unseal(sealing.browser_key(secret, row.id), bytes(wrapped.wrapped), row.id, "browser")
    plain = None if key is None else sealing.unseal(key, bytes(row.sealed), row.id, CONTENT)
    return None if key is None or plain is None else Held(row, key, json.loads(plain))


def _sealed(key: bytes, draft: Any, plain: dict[str, Any]) -> bytes:
    return sealing.seal(key, json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass"), draft, CONTENT)


def _wrap_for_browser(row: StoredDraft, key: bytes, secret: bytes) -> None:
    wrapped = sealing.seal(sealing.browser_key(secret, row.id), key, row.id, "browser")
    WrappedKey.objects.update_or_create(draft=row, holder=sealing.holder_mark(secret, row.id), defaults={"wrapped": wrapped})
