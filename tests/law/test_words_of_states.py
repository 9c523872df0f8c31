"""What a state is called is whole, and the same for whoever reads it."""

from __future__ import annotations

from pathlib import Path

from huiyin.core.diagram_common import state_label
from huiyin.core.pack_reading import read_library

PACK = Path(__file__).resolve().parents[2] / "packs" / "cn"


def test_staff_words_for_states_are_whole_and_speak_to_nobody() -> None:
    library, problems = read_library([PACK])
    assert library is not None, problems
    words = {
        (procedure.name, state.name): state_label(state) for procedure in library.procedures.values() for state in procedure.states.values()
    }
    cut_or_spoken = {name: said for name, said in words.items() if "…" in said.zh or "…" in said.en or "您" in said.zh}
    assert not cut_or_spoken, f"give each a label: {cut_or_spoken}"
