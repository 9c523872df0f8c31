"""A list several write together: who wrote what, what changed, and what stays when one writer's words go."""

from __future__ import annotations

from dataclasses import replace

from huiyin.core.drafting import Draft, Version, after_each, change

NAMES = ("who", "what", "amount", "due")
A, B = "party:a", "party:b"


class Together:
    """Two people writing one list in turns."""

    def __init__(self) -> None:
        self.versions: list[Version] = []

    @property
    def now(self) -> Draft:
        return (Draft(), *after_each(self.versions))[-1]

    def write(self, by: str, *lines: dict[str, str], note: str = "") -> Version:
        made = Version(len(self.versions) + 1, by, change(self.now, lines, note, NAMES))
        self.versions.append(made)
        return made

    def erase(self, by: str) -> None:
        self.versions = [replace(one, change=None) if one.by == by else one for one in self.versions]


PAY = {"who": "li", "what": "赔天花板", "amount": "3000", "due": "2026-12-01"}
MEND = {"who": "li", "what": "修水管"}


def test_each_part_has_its_own_writer() -> None:
    both = Together()
    both.write(A, PAY, MEND)
    second = both.write(B, {**PAY, "amount": "2000"}, MEND)
    assert second.change is not None
    assert list(second.change.lines.values()) == [{"amount": "2000"}]
    (pay, mend) = both.now.lines
    assert (pay.words["amount"], pay.parts["amount"].by, pay.parts["what"].by) == ("2000", B, A)
    assert (pay.last.by, mend.last.by) == (B, A)


def test_lines_keep_who_wrote_them_when_the_order_changes_and_others_go() -> None:
    both = Together()
    both.write(A, PAY, MEND)
    both.write(B, MEND, {"who": "zhang", "what": "不再追究"})
    assert [(line.words["what"], line.last.by) for line in both.now.lines] == [("修水管", A), ("不再追究", B)]
    both.write(A, PAY, MEND)
    assert [line.words["what"] for line in both.now.lines] == ["赔天花板", "修水管"]


def test_a_part_can_be_taken_out_again() -> None:
    both = Together()
    both.write(A, PAY)
    both.write(B, {**PAY, "due": " "})
    assert "due" not in both.now.lines[0].words
    assert both.now.lines[0].parts["due"].by == B


def test_nothing_changed_is_told() -> None:
    both = Together()
    both.write(A, PAY, MEND, note="先这样")
    assert change(both.now, (PAY, {}, MEND), " 先这样 ", NAMES).nothing(both.now)
    assert not change(both.now, (MEND, PAY), "先这样", NAMES).nothing(both.now)
    assert not change(both.now, (PAY,), "先这样", NAMES).nothing(both.now)
    assert not change(both.now, (PAY, MEND), "再想想", NAMES).nothing(both.now)


def test_one_writer_s_words_go_and_the_other_s_stay() -> None:
    both = Together()
    both.write(A, PAY, note="甲的话")
    both.write(B, {**PAY, "amount": "2000"}, MEND)
    both.write(A, {**PAY, "amount": "2500"}, MEND, note="甲又说")
    both.erase(A)
    words = [line.words for line in both.now.lines]
    assert words == [{"amount": "2000"}, MEND]
    assert both.now.note.words == ""
    both.erase(B)
    assert both.now.lines == ()


def test_every_version_can_be_looked_at_as_it_stood() -> None:
    both = Together()
    both.write(A, PAY)
    both.write(B, PAY, MEND)
    assert [len(one.lines) for one in after_each(both.versions)] == [1, 2]
