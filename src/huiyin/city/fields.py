"""A column for JSON whose keys keep their order."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import models


class OrderedJson(models.TextField):  # type: ignore[type-arg]
    """JSON kept as text.

    ``jsonb`` orders the keys of an object by their length. In a procedure the order of actions is law: automatic ones
    are tried in file order, and people are offered the first one first.
    """

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        """Return the value as it was stored, keys in their order."""
        return None if value is None else orjson.loads(value)

    def to_python(self, value: Any) -> Any:
        """Return what a form or fixture gave, read if it is text."""
        return orjson.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Return the text to store."""
        return None if value is None else orjson.dumps(value).decode()
