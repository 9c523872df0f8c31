"""Runs the scenarios that lie beside the procedures of a pack, and says what they leave untried (rule 10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huiyin.core import scenario
from huiyin.core.packs import Library
from huiyin.core.pieces import takers_of, untried
from huiyin.core.procedure import Procedure
from huiyin.core.soundness import check_coverage
from huiyin.core.source import PackError, Problem, Source, read_yaml
from huiyin.core.values import Text

SUFFIX = ".scenario.yaml"


@dataclass(slots=True)
class Tried:
    """What the scenarios of one procedure tried.

    Attributes:
        covers: the kinds of case (ordinary, refusal, lateness ...).
        refused: conditions seen to refuse or to warn.
        dated: clocks whose date a scenario says.
    """

    covers: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    dated: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Ran:
    """What the scenarios showed.

    Attributes:
        counts: procedure -> how many of its scenarios ran.
        problems: what came out otherwise than written, what no scenario tries, what could not be read.
        tried: procedure -> what its scenarios tried.
        untried: procedure -> what its own scenarios leave out; what stands in a piece those of another procedure may try.
    """

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tried: dict[str, Tried] = field(default_factory=dict)
    untried: dict[str, list[Problem]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many scenarios ran."""
        return sum(self.counts.values())


def run_scenarios(folders: Sequence[Path], library: Library, progress: Callable[[int, int], object] | None = None) -> Ran:
    """Run every scenario of the packs in ``folders``; a procedure of theirs that has none is a problem of rule 10.

    Args:
        progress: called with how many files have run, of how many.
    """
    ran = Ran()
    tell = progress or (lambda _done, _of: None)
    files = [(folder, path) for folder in folders for path in sorted(folder.glob(f"procedures/*{SUFFIX}"))]
    for folder in folders:
        for one in library.documents:
            if one.pack == folder.name and one.kind == "procedure":
                ran.counts.setdefault(Path(one.path).stem, 0)
    for number, (folder, path) in enumerate(files):
        tell(number, len(files))
        _run_file(path, f"{folder.name}/procedures/{path.name}", library, ran)
    tell(len(files), len(files))
    ran.problems += untried(ran.untried, takers_of(library.documents))
    for one in library.documents:
        name = Path(one.path).stem
        if one.kind == "procedure" and ran.counts.get(name) == 0 and not _told(name, ran):
            ran.problems.append(_untried(one.source, name))
    return ran


def _run_file(path: Path, shown: str, library: Library, ran: Ran) -> None:
    name = path.name.removesuffix(SUFFIX)
    try:
        source = read_yaml(path, name=shown)
    except PackError as error:
        ran.problems += error.problems
        return
    procedure = library.procedures.get(name)
    if procedure is None:
        text = Text(f"没有叫“{name}”的程序。", f"There is no procedure “{name}”.")
        mend = Text("请把文件改成程序的名字。", "Name the file after its procedure.")
        ran.problems.append(Problem(shown, 1, "reference", text, mend))
        return
    if not isinstance(source.data, list) or not source.data:
        text = Text("这里没有一个情景。", "There is no scenario in here.")
        ran.problems.append(Problem(shown, 1, "10", text, Text("请写成情景的列表。", "Write a list of scenarios.")))
        return
    traces = [trace for number, case in enumerate(source.data) if (trace := _run(procedure, library, source, number, case, ran))]
    ran.counts[name] = ran.counts.get(name, 0) + len(source.data)
    _note_tried(ran.tried.setdefault(name, Tried()), source.data, traces)
    ran.untried[name] = check_coverage(procedure, traces)


def _note_tried(tried: Tried, cases: list[Any], traces: list[scenario.Trace]) -> None:
    for trace in traces:
        tried.actions |= trace.actions_taken
        tried.refused |= trace.conditions_refused
    for case in cases:
        # What is no case was told already.
        if isinstance(case, dict):
            tried.covers |= {str(case["covers"])} if "covers" in case else set()
            then = case.get("then")
            tried.dated |= set(map(str, then.get("due") or ())) if isinstance(then, dict) else set()


def _run(procedure: Procedure, library: Library, source: Source, number: int, case: Any, ran: Ran) -> scenario.Trace | None:
    line = source.line_of(number)
    try:
        trace = scenario.run(procedure, library, case)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # The case is data somebody wrote: what it lacks is told with its place, as everything else in a pack.
        text = Text(f"这个情景读不通：{error!r}", f"This scenario cannot be read: {error!r}")
        mend = Text("每个情景要有name、given、acts、then。", "A scenario has name, given, acts and then.")
        ran.problems.append(Problem(source.file, line, "scenario", text, mend))
        return None
    mend = Text("请改情景或程序，使两者一致。", "Change the scenario or the procedure so that they agree.")
    for failure in trace.failures:
        told = Text(f"情景“{trace.name}”：{failure.zh}", f"Scenario “{trace.name}”: {failure.en}")
        ran.problems.append(Problem(source.file, line, "scenario", told, mend))
    return trace


def _told(name: str, ran: Ran) -> bool:
    return any(one.file.endswith(f"/procedures/{name}{SUFFIX}") for one in ran.problems)


def _untried(source: Source, name: str) -> Problem:
    return Problem(
        source.file,
        source.line_of("procedure"),
        "10",
        Text(f"程序“{name}”没有一个情景。", f"The procedure “{name}” has no scenario."),
        Text(f"请在旁边写{name}{SUFFIX}，把每个动作都做一遍。", f"Write {name}{SUFFIX} beside it, with cases that take every action."),
    )
