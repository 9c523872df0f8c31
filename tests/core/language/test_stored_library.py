"""The library as stored in the database and read back at every start."""

from __future__ import annotations

import json

import pytest
from sound_pack import sound

from huiyin.core.pack_assembly import from_plain
from huiyin.core.source import PackError


def test_a_stored_library_says_the_same() -> None:
    library = sound()
    back = from_plain(json.loads(json.dumps(library.to_plain())))
    assert back.version == library.version
    assert back.procedures.keys() == library.procedures.keys()
    assert back.procedures["borrowed_tool"].version == library.procedures["borrowed_tool"].version
    assert back.remedies_for("tool_routes", "dispute")[0].unit.en == "court"
    assert back.counting.names() == library.counting.names()
    assert back.calendar.version == library.calendar.version
    assert back.procedures["borrowed_tool"].posts["go_between"].label.zh == "说和人"
    assert back.to_plain() == library.to_plain()


def test_a_changed_word_changes_the_version() -> None:
    plain = json.loads(json.dumps(sound().to_plain()))
    row = next(row for row in plain if row["path"] == "papers/ways_notice.yaml")
    row["plain"]["title"]["en"] = "Another title"
    back = from_plain(plain)
    assert back.version != sound().version
    assert back.procedures["borrowed_tool"].version == sound().procedures["borrowed_tool"].version


def test_spoiled_rows_are_refused_by_name() -> None:
    plain = [row for row in sound().to_plain() if row["kind"] != "laws"]
    with pytest.raises(PackError) as caught:
        from_plain(plain)
    assert caught.value.problems[0].file == "laws.yaml"
