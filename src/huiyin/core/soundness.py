"""The proof that a library's procedures are sound before they are loaded: eleven rules, each problem with its mend."""

from __future__ import annotations

from huiyin.core.filing import check_files
from huiyin.core.packs import Library
from huiyin.core.papers import PaperDef
from huiyin.core.pieces import check_pieces
from huiyin.core.procedure import Procedure
from huiyin.core.soundness_common import Case
from huiyin.core.soundness_flow import check_hands, check_reach, check_words
from huiyin.core.soundness_handing import check_handing
from huiyin.core.soundness_law import check_clocks, check_ends, unknown_basis
from huiyin.core.soundness_names import check_names, check_references, unused_papers
from huiyin.core.soundness_opening import Trace, check_coverage, check_opening
from huiyin.core.soundness_papers import check_papers
from huiyin.core.soundness_projects import check_projects
from huiyin.core.soundness_returns import check_returns
from huiyin.core.soundness_service import check_service
from huiyin.core.soundness_sides import check_sides
from huiyin.core.soundness_talk import check_commission, check_published, check_rooms, check_talk
from huiyin.core.soundness_together import check_parts, check_together
from huiyin.core.soundness_types import check_types
from huiyin.core.source import Problem
from huiyin.core.values import Text

__all__ = ["Trace", "check_coverage", "check_library", "check_opening", "check_procedure"]


def check_procedure(procedure: Procedure, library: Library) -> list[Problem]:
    """Return every breach of rules 1 to 8 in one procedure.

    A procedure whose names do not all resolve has no graph to prove anything about: then those names alone are told,
    with what can be said of its expressions.
    """
    case = Case(procedure, library)
    check_references(case)
    if not case.problems:
        check_reach(case)
        check_hands(case)
        check_words(case)
        check_clocks(case)
        check_ends(case)
        check_papers(case)
        check_service(case)
        check_sides(case)
        check_names(case)
        check_talk(case)
        check_rooms(case)
        check_commission(case)
        check_published(case)
        check_handing(case)
        check_together(case)
        check_parts(case)
    check_types(case)
    return _sorted(case.problems)


def check_library(library: Library) -> list[Problem]:
    """Return every breach of rules 1 to 9 in a library, citations nothing stands behind, and papers and pieces nobody uses."""
    problems = [problem for procedure in library.procedures.values() for problem in check_procedure(procedure, library)]
    problems.extend(check_opening(library))
    problems.extend(_check_citations(library))
    problems.extend(check_returns(library))
    problems.extend(check_files(library))
    problems.extend(check_pieces(library))
    problems.extend(check_projects(library))
    problems.extend(_unused(library.papers[name]) for name in unused_papers(library.procedures.values(), library.papers))
    return _sorted(list(dict.fromkeys(problems)))


def _check_citations(library: Library) -> list[Problem]:
    found: list[Problem | None] = []
    for paper in library.papers.values():
        found.extend(unknown_basis(library, basis, "reference", paper.source, paper.line) for basis in paper.basis)
        for element in paper.elements:
            found.extend(unknown_basis(library, basis, "reference", paper.source, element.line) for basis in element.basis)
    knowledge = next((one.source.file for one in library.documents if one.kind == "mediating"), "")
    for offered in library.mediating.values():
        for care in offered.careful:
            found.extend(unknown_basis(library, basis, "reference", knowledge, care.line) for basis in care.basis)
    files = [one.source.file for one in library.documents if one.kind == "remedies"]
    for rows in library.remedies.values():
        for row in rows:
            found.extend(unknown_basis(library, basis, "5", files[0] if files else "", row.line) for basis in row.basis)
            found.extend(
                Problem(
                    files[0] if files else "",
                    row.line,
                    "5",
                    Text(f"“{row.name}”的事项“{topic}”不在 topics.yaml 里。", f"“{row.name}” names the unknown topic “{topic}”."),
                    Text("请核对事项的写法。", "Check how the topic is written."),
                )
                for topic in (*row.topics, *row.not_topics)
                if topic not in library.topics
            )
    return [problem for problem in found if problem is not None]


def _unused(paper: PaperDef) -> Problem:
    return Problem(
        paper.source,
        paper.line,
        "8",
        Text(f"没有流程用到文书“{paper.name}”。", f"No procedure uses the paper “{paper.name}”."),
        Text("请删去它，或在流程里印它。", "Remove it, or print it in a procedure."),
    )


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.rule))
