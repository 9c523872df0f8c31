"""Files are tried in the small city of the record's tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("record_fixtures", Path(__file__).parents[1] / "matters" / "conftest.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
record = _MODULE.record
city_built = _MODULE.city_built
