"""The second wall: every read names its reader, and the database compares the reader's tokens with the matter's.

Row security reads ``huiyin.tokens``. It is set for one transaction only, never for a connection: a connection that
goes back to a pool carries nobody's rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from huiyin.core.values import Principal

DATABASE = "default"
SEPARATOR = "\x1f"
AUDIT_POST = "audit_admin"

_reader: ContextVar[Principal | None] = ContextVar("huiyin_reader", default=None)
ModelT = TypeVar("ModelT", bound=models.Model)


class NoReaderError(RuntimeError):
    """A query was about to leave without saying for whom it reads."""


class Walled(models.Manager[ModelT]):
    """A manager that answers only inside ``reading_as``."""

    def get_queryset(self) -> models.QuerySet[ModelT]:
        """Return the rows the present reader may see; row security does the choosing.

        Raises:
            NoReaderError: there is no present reader.
        """
        if _reader.get() is None:
            raise NoReaderError(f"{self.model.__name__} is read inside `with reading_as(principal):` only")
        return super().get_queryset()


def effective_tokens(principal: Principal) -> tuple[str, ...]:
    """Return the principal's tokens; an auditor's reach the history of every matter, not its content."""
    tokens = principal.tokens()
    if principal.kind == "staff" and principal.post == AUDIT_POST:
        tokens = (*tokens, "auditor")
    return tuple(token for token in tokens if SEPARATOR not in token)


def tokens_text(principal: Principal) -> str:
    """Return the principal's tokens as the one text the setting holds."""
    return SEPARATOR.join(effective_tokens(principal))


@contextmanager
def reading_as(principal: Principal) -> Iterator[BaseDatabaseWrapper]:
    """Open a transaction in which the database shows only what ``principal`` may see.

    Yields:
        the connection, for statements written by hand.
    """
    connection = connections[DATABASE]
    before = _reader.set(principal)
    try:
        with transaction.atomic(using=DATABASE):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('huiyin.tokens', %s, true)", [tokens_text(principal)])
            try:
                yield connection
            finally:
                # A block inside a block must hand the outer reader's rights back before the outer one reads on.
                outer = before.old_value if before.old_value is not before.MISSING else None
                if outer is not None and not connection.needs_rollback:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT set_config('huiyin.tokens', %s, true)", [tokens_text(outer)])
    finally:
        _reader.reset(before)
