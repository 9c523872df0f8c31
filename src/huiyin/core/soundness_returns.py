"""The proof that a pack's returns mean something: every name in them exists, and no number is drawn from people's words.

A number may be filtered and grouped only by choices of class P0 or P1 that belong to no party: statistics are about
matters, places and units. A register shows no field of class P3 or P4 and nothing sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from huiyin.core.expressions_types import near
from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.returns import Amount, Count, Rates, RegisterColumn, Return
from huiyin.core.soundness_common import actions_of
from huiyin.core.soundness_law import unknown_basis
from huiyin.core.source import Problem
from huiyin.core.values import Text

RULE = "returns"
OPEN_CLASSES = frozenset({"P0", "P1"})
SHOWN_CLASSES = frozenset({"P0", "P1", "P2"})


def check_returns(library: Library) -> list[Problem]:
    """Return everything wrong with the returns and rate tables of a library."""
    found: list[Problem] = []
    for one in library.returns.values():
        proof = _Proof(library, one.source, one.line)
        proof.of_return(one)
        found.extend(proof.problems)
    for table in library.rates.values():
        proof = _Proof(library, table.source, table.line)
        proof.of_rates(table)
        found.extend(proof.problems)
    return found


@dataclass(slots=True)
class _Proof:
    library: Library
    file: str
    top: int
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, zh: str, en: str, mend: Text) -> None:
        self.problems.append(Problem(self.file, line or self.top, RULE, Text(zh, en), mend))

    def known(self, line: int, word: str, known: Collection[str], zh: str, en: str) -> bool:
        """Note that a name is not there, with the nearest that is."""
        if word in known:
            return True
        self.wrong(line, f"没有{zh}“{word}”。", f"There is no {en} “{word}”.", near(word, known))
        return False

    def of_return(self, one: Return) -> None:
        for kind in one.kinds:
            self.known(one.line, kind, self.library.unit_kinds, "单位种类", "kind of unit")
        for post in one.posts:
            self.known(one.line, post, self.library.posts, "岗位", "post")
        for basis in one.basis:
            problem = unknown_basis(self.library, basis, RULE, self.file, one.line)
            if problem is not None:
                self.problems.append(problem)
        for count in one.counts.values():
            self.of_count(one, count)
        used: list[str] = [count.part_of for count in one.counts.values() if count.part_of is not None]
        if one.table is not None:
            shown = [name for group in one.table.groups for name in group.counts] + list(one.table.columns)
            used += shown
            for name in shown:
                self.known(one.table.line, name, one.counts, "计数", "count")
            self._dimension(one)
        if one.register is not None:
            used.append(one.register.of)
            if self.known(one.register.line, one.register.of, one.counts, "计数", "count"):
                for column in one.register.columns:
                    self._column(one, column, one.counts[one.register.of])
        if one.plan is not None:
            used.append(one.plan.count)
            self.known(one.line, one.plan.count, one.counts, "计数", "count")
        for name in set(one.counts) - set(used):
            self.wrong(
                one.counts[name].line,
                f"计数“{name}”没有用到。",
                f"The count “{name}” is not used.",
                Text("请删去它，或把它列进表里。", "Remove it, or show it in the table."),
            )

    def of_count(self, one: Return, count: Count) -> None:
        if count.part_of is not None:
            self.known(count.line, count.part_of, one.counts, "计数", "count")
        if count.when == "done" and not count.acts:
            self.wrong(
                count.line,
                f"计数“{count.name}”没有写是哪个动作。",
                f"The count “{count.name}” does not say which act.",
                Text("请写“acts:”。", "Give “acts:”."),
            )
        if count.when != "done" and count.acts:
            self.wrong(
                count.line,
                f"计数“{count.name}”数的不是动作，不写“acts”。",
                f"The count “{count.name}” counts no acts; it has no “acts”.",
                Text("请删去“acts”，或写“when: done”。", "Remove “acts”, or write “when: done”."),
            )
        for procedure in self._procedures(count):
            self._acts(procedure, count)
            self._states(procedure, count.states, count.line, ends=count.when == "ended")
            self._facts(procedure, count.facts, count.line)
            self._facts(procedure, count.said, count.line)
            if count.amount is not None:
                self._amount(procedure, count.amount, count.line)

    def of_rates(self, table: Rates) -> None:
        sheets = {name: one for name, one in self.library.returns.items() if one.kind == "sheet"}
        if not self.known(table.line, table.name, sheets, "补贴表", "sheet"):
            return
        sheet = sheets[table.name]
        count = None if sheet.register is None else sheet.counts.get(sheet.register.of)
        for row in table.rows:
            for procedure in () if count is None else self._procedures(count):
                self._states(procedure, row.states, row.line, ends=True)
                self._facts(procedure, row.facts, row.line)
                for paper in row.papers:
                    self.known(row.line, paper, self.library.papers, "文书", "paper")
            if row.to is not None and row.to < row.from_:
                self.wrong(row.line, "止日在起日之前。", "It ends before it begins.", Text("请改日期。", "Change the dates."))

    def _procedures(self, count: Count) -> Iterable[Procedure]:
        for name in count.of:
            if self.known(count.line, name, self.library.procedures, "流程", "procedure"):
                yield self.library.procedures[name]

    def _acts(self, procedure: Procedure, count: Count) -> None:
        acts = {action.name: action for _, action in actions_of(procedure)}
        for act in (*count.acts, *count.after):
            if self.known(count.line, act, acts, f"“{procedure.name}”的动作", f"act of “{procedure.name}”") and acts[act].sealed:
                self.wrong(
                    count.line,
                    f"“{act}”是密封的动作，不能计数。",
                    f"“{act}” is sealed and is not counted.",
                    Text("请从“acts”里删去它。", "Remove it from “acts”."),
                )

    def _states(self, procedure: Procedure, states: Iterable[str], line: int, *, ends: bool) -> None:
        known = {name for name, state in procedure.states.items() if not ends or state.end is not None}
        for state in states:
            self.known(
                line,
                state,
                known,
                f"“{procedure.name}”的{'终点' if ends else '状态'}",
                f"{'end' if ends else 'state'} of “{procedure.name}”",
            )

    def _facts(self, procedure: Procedure, facts: Mapping[str, tuple[str, ...]], line: int) -> None:
        for name, values in facts.items():
            if not self.known(line, name, procedure.fields, f"“{procedure.name}”的栏目", f"field of “{procedure.name}”"):
                continue
            one = procedure.fields[name]
            if self._countable(one, line) and one.type == "choice":
                for value in values:
                    self.known(line, value, {choice.value for choice in one.values}, f"“{name}”的选项", f"choice of “{name}”")

    def _countable(self, one: Field, line: int) -> bool:
        if one.type in ("choice", "flag") and one.cls in OPEN_CLASSES and one.of is None and not one.seen_by:
            return True
        self.wrong(
            line,
            f"“{one.name}”不能用来计数：只能用一件事的、P0 或 P1 类的选择项。",
            f"Nothing is counted by “{one.name}”: only by a choice of the matter itself, of class P0 or P1.",
            Text("请改用别的栏目，或不按它分。", "Use another field, or do not divide by it."),
        )
        return False

    def _amount(self, procedure: Procedure, amount: Amount, line: int) -> None:
        if not self.known(line, amount.list, procedure.fields, f"“{procedure.name}”的栏目", f"field of “{procedure.name}”"):
            return
        one = procedure.fields[amount.list]
        parts = {part.name: part for part in one.record}
        if one.type != "list" or not parts or one.seen_by or one.cls not in SHOWN_CLASSES:
            self.wrong(
                line,
                f"“{amount.list}”不是可以合计的清单。",
                f"“{amount.list}” is no list that may be added up.",
                Text("请写一个清单栏目。", "Name a list field."),
            )
            return
        summed = amount.part is not None and self.known(line, amount.part, parts, "清单里的项目", "part of the list")
        if summed and parts[amount.part or ""].type not in ("money", "number"):
            self.wrong(
                line,
                f"“{amount.part}”不是金额或者数。",
                f"“{amount.part}” is no amount or number.",
                Text("请写金额或者数的一项。", "Name an amount or a number."),
            )
        for part, values in amount.where.items():
            if self.known(line, part, parts, "清单里的项目", "part of the list"):
                for value in values:
                    self.known(line, value, {choice.value for choice in parts[part].values}, f"“{part}”的选项", f"choice of “{part}”")

    def _dimension(self, one: Return) -> None:
        table = one.table
        if table is None:
            return
        if table.by == "topic":
            self.known(table.line, table.line_of_work or "", self.library.topics, "事项类别", "line of topics")
        for name in table.columns:
            count = one.counts.get(name)
            for procedure in () if count is None or table.by != "field" else self._procedures(count):
                self._facts(procedure, {table.field or "": ()}, table.line)
            if count is not None and table.by == "state" and count.when != "ended":
                self.wrong(
                    table.line,
                    f"按结果分的表里，“{name}”要数结束的事项。",
                    f"In a table by result “{name}” has to count matters that ended.",
                    Text("请写“when: ended”。", "Write “when: ended”."),
                )

    def _column(self, one: Return, column: RegisterColumn, count: Count) -> None:
        if column.show in ("grade", "rate") and one.kind != "sheet":
            self.wrong(
                column.line,
                "登记簿里没有补贴标准。",
                "A register has no rates.",
                Text("请写“kind: sheet”，或删去这一列。", "Write “kind: sheet”, or remove the column."),
            )
        for procedure in self._procedures(count):
            known: Mapping[str, Collection[str]] = {
                "unit": procedure.units,
                "field": procedure.fields,
                "parties": procedure.roles,
                "clock": procedure.clocks,
                "act": {action.name for _, action in actions_of(procedure) if not action.sealed},
                "paper": self.library.papers,
                "person": {name for name, post in procedure.posts.items() if post.named},
            }
            for what in column.what:
                there = column.show not in known or self.known(
                    column.line, what, known[column.show], f"“{procedure.name}”里可列的项目", f"thing to show of “{procedure.name}”"
                )
                if there and column.show == "field":
                    self._shown(procedure.fields[what], column.line)
            if column.amount is not None:
                self._amount(procedure, column.amount, column.line)

    def _shown(self, one: Field, line: int) -> None:
        if one.cls not in SHOWN_CLASSES or one.of is not None or one.type in ("list", "file", "item"):
            self.wrong(
                line,
                f"“{one.name}”不列入登记簿：只列一件事本身的、P0 到 P2 类的单项内容。",
                f"“{one.name}” does not stand in a register: only single facts of the matter itself, of class P0 to P2.",
                Text("请删去这一列。", "Remove the column."),
            )
