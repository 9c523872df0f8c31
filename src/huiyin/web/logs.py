"""Log lines without people's words: what happened and where in the code, ids only."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime


class WithoutContent(logging.Formatter):
    """One JSON object a line.

    An exception is told by its type and its places in the code. Its message is left out: a database's message quotes
    the values of the row it refused. A request is told by its method and route, never by the address as typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for ``record``."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
        }
        request = getattr(record, "request", None)
        if request is None:
            line["event"] = record.getMessage()
        else:
            match = getattr(request, "resolver_match", None)
            line["event"] = "request"
            line["method"] = getattr(request, "method", None)
            line["route"] = getattr(match, "route", None)
            line["status"] = getattr(record, "status_code", None)
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            line["error"] = f"{kind.__module__}.{kind.__qualname__}"
            line["places"] = [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(trace)]
        return json.dumps(line, ensure_ascii=False)
