"""Returns as files: XLSX, CSV, PDF and Word from the same lines; long registers are made as long work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from huiyin.city import queries as city
from huiyin.core.values import Language, Principal, Refusal, Text
from huiyin.exchange import sheets
from huiyin.exchange.export import MOST_ROWS, TOO_LONG, purpose_of
from huiyin.exchange.sheets import Cell, Column
from huiyin.exchange.watermark import watermark
from huiyin.jobs.kinds import CSV, PDF, XLSX, Made, RefusedError, Result, Run, job
from huiyin.papers.typesetting import Document, docx, pdf
from huiyin.returns import periods, queries, registers
from huiyin.returns.shapes import Asked, Number, RegisterCell, Scope
from huiyin.ui import shown

Form = Literal["xlsx", "csv", "pdf", "docx"]
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA: Final[Mapping[Form, str]] = {"xlsx": XLSX, "csv": CSV, "pdf": PDF, "docx": DOCX}
# Registers up to here are made while the reader waits.
AT_ONCE = 300
CHUNK = 200
Progress = Callable[[int, int | None], None]
_NOT_YOURS = Refusal("not_yours", Text("您的岗位不能做这张表。", "This return is not for your post."))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A return ready to be written.

    Attributes:
        notes: what is counted and what not, period and instant: lines above or below the table.
    """

    title: Text
    columns: tuple[Column, ...]
    rows: Iterator[Sequence[Cell]]
    notes: tuple[Text, ...]
    watermark: Text
    wide: bool


def lines_of(asked: Asked) -> int:
    """Return how many lines a return has as a file."""
    register = asked.one.register
    return 0 if register is None else queries.behind(asked, register.of, limit=1).total


def names_matters(asked: Asked) -> bool:
    """Tell whether its lines are matters and not numbers: such a file says what it was taken out for."""
    return asked.one.register is not None


def write(
    asked: Asked, form: Form, path: Path, language: Language, progress: Progress | None = None, *, purpose: Text | None = None
) -> int:
    """Write a return as a file; returns how many lines of content it has."""
    sheet = _sheet(asked, language, progress, purpose)
    # The notes below the table are rows of the file and no content.
    below = len(sheet.notes) + 1
    noted = _with_notes(sheet, language)
    if form == "xlsx":
        return sheets.write_xlsx(path, sheet.columns, noted, title=sheet.title, watermark=sheet.watermark, language=language) - below
    if form == "csv":
        return sheets.write_csv(path, sheet.columns, noted, watermark=sheet.watermark, language=language) - below
    rows = [[_words(cell) for cell in row] for row in sheet.rows]
    blocks: list[Mapping[str, Any]] = [{"kind": "text", **note.to_plain()} for note in sheet.notes]
    if rows:
        blocks.append(
            {
                "kind": "table",
                "columns": [column.label.to_plain() for column in sheet.columns],
                "rows": [[{"zh": cell, "en": cell} for cell in row] for row in rows],
            }
        )
    blocks.append({"kind": "text", **sheet.watermark.to_plain()})
    document = Document(title=sheet.title, blocks=tuple(blocks), layout="form", landscape=sheet.wide, at=asked.as_of)
    path.write_bytes(pdf(document, language=language).data if form == "pdf" else docx(document, language=language))
    return len(rows)


def file_name(asked: Asked, form: Form, language: Language) -> str:
    """Return what the file is called when taken home."""
    return f"{asked.one.title.in_(language)} {asked.period.slug}.{form}"


def _sheet(asked: Asked, language: Language, progress: Progress | None, purpose: Text | None) -> Sheet:
    one = asked.one
    notes = (
        Text(f"{asked.scope.label.zh}　{asked.period.label.zh}", f"{asked.scope.label.en}, {asked.period.label.en}"),
        Text(f"{one.notes.zh}{_as_of(asked).zh}", f"{one.notes.en} {_as_of(asked).en}"),
    )
    if one.table is not None:
        columns, rows = _table(asked, language)
    else:
        columns, rows = _register(asked, language, progress)
    return Sheet(one.title, columns, rows, notes, watermark(asked.principal, purpose), one.wide)


def _table(asked: Asked, language: Language) -> tuple[tuple[Column, ...], Iterator[Sequence[Cell]]]:
    table = queries.figures(asked)
    counted = asked.one.table is not None and asked.one.table.by == "counts"
    columns = [Column(table.corner, Text("", ""), 24)]
    columns += [Column(head.label, head.means or Text("", ""), 14) for head in table.heads]
    if counted:
        columns += [
            Column(Text("其中晚登记", "Recorded late"), Text("", ""), 12),
            Column(Text("怎么数的", "What is counted"), Text("", ""), 40),
        ]
    lines = [*table.lines, *([] if table.total is None else [table.total])]

    def rows() -> Iterator[Sequence[Cell]]:
        for line in lines:
            row: list[Cell] = [line.label.in_(language), *(_number(number) for number in line.numbers)]
            if counted:
                row += [line.numbers[0].late, "" if line.means is None else line.means.in_(language)]
            yield row

    return tuple(columns), rows()


def _number(number: Number) -> Cell:
    if number.value is None:
        return "—"
    return _yuan(number.value) if number.money else number.value


def _yuan(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _register(asked: Asked, language: Language, progress: Progress | None) -> tuple[tuple[Column, ...], Iterator[Sequence[Cell]]]:
    register = asked.one.register
    columns = tuple(Column(column.label, Text("", ""), 16) for column in (() if register is None else register.columns))

    def rows() -> Iterator[Sequence[Cell]]:
        start, total = 0, 1
        while start < total:
            page = registers.page(asked, start=start, limit=CHUNK)
            for line in page.lines:
                yield [_cell(cell, language) for cell in line.cells]
            total, start = page.total, start + CHUNK
            if progress is not None:
                progress(min(start, total), total)

    return columns, rows()


def _cell(cell: RegisterCell, language: Language) -> Cell:
    value = cell.value
    if isinstance(value, Text):
        return value.in_(language)
    if cell.kind == "money" and isinstance(value, int):
        return _yuan(value)
    return value


def _words(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _with_notes(sheet: Sheet, language: Language) -> Iterator[Sequence[Cell]]:
    yield from sheet.rows
    yield []
    for note in sheet.notes:
        yield [note.in_(language)]


def _as_of(asked: Asked) -> Text:
    moment = shown.stamp(asked.as_of, city.library().zone)
    return Text(f"按{moment}的记录。", f"As the record stood at {moment}.")


def plain(asked: Asked, form: Form, purpose: str) -> dict[str, str]:
    """Return a question as the parameters of a piece of long work."""
    return {
        "return": asked.one.name,
        "period": asked.period.slug,
        "scope": asked.scope.kind,
        "place": asked.scope.division,
        "as_of": asked.as_of.isoformat(),
        "form": form,
        "purpose": purpose,
    }


def question(principal: Principal, params: Mapping[str, Any]) -> Asked | Refusal:
    """Return the question ``plain`` wrote down, for the principal as they may ask today."""
    one = queries.of_name(principal, str(params.get("return", "")))
    period = periods.parse(str(params.get("period", "")))
    scope = next((scope for scope in queries.scopes(principal) if scope.kind == params.get("scope")), None)
    try:
        as_of = datetime.fromisoformat(str(params.get("as_of", "")))
    except ValueError:
        return _NOT_YOURS
    if one is None or period is None or scope is None:
        return _NOT_YOURS
    return Asked(one, principal, _placed(scope, str(params.get("place", ""))), period, as_of)


def _placed(scope: Scope, place: str) -> Scope:
    return replace(scope, division=place) if place else scope


@job("return", label=Text("导出报表", "Export a return"))
def export_return(run: Run) -> Result:
    """Write a long return as a file."""
    asked = question(run.principal, run.params)
    if isinstance(asked, Refusal):
        raise RefusedError(asked)
    purpose = purpose_of(run.params)
    if lines_of(asked) > MOST_ROWS:
        raise RefusedError(TOO_LONG)
    form: Form = next((form for form in MEDIA if form == run.params.get("form")), "xlsx")
    lines = write(asked, form, run.result, run.language, run.progress, purpose=purpose)
    made = Made(file_name(asked, form, run.language), MEDIA[form])
    return Result(Text(f"{asked.one.title.zh}导出好了。", f"{asked.one.title.en} is ready."), ((Text("行数", "lines"), lines),), made)
