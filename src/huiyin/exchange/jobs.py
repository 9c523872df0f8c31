"""The long work of this room: lists taken out, messages taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from huiyin.core.values import Refusal, Text
from huiyin.exchange import export, intake, rejects
from huiyin.exchange.sheets import Cell, write_csv, write_xlsx
from huiyin.exchange.watermark import watermark
from huiyin.host.errors import HostError
from huiyin.jobs.kinds import CSV, XLSX, Made, RefusedError, Result, Run, job

# Posts that take in what other systems pass on.
TAKES_FILES_IN: Final = frozenset({"intake_clerk", "dispatcher"})
TITLE = Text("事项清单", "Matters")
READ, NEW, KNOWN, WRONG = (
    Text("读到", "Read"),
    Text("新的", "New"),
    Text("重复的（来过，或者本表里写了两次）", "Double (known already, or twice in this file)"),
    Text("有问题、没有收的", "Wrong, not taken"),
)


@job(
    "export_list",
    label=Text("导出清单", "Export a list"),
    params={
        **{name: Text("清单条件", "a filter of the list") for name in export.FILTERS},
        "purpose": Text("用途", "what it is taken out for"),
    },
)
def export_list(run: Run) -> Result:
    """Write the list a member of staff sees, with the same filters and under the same rights, as a spreadsheet."""
    asked = run.params
    as_csv = asked.get("format") == "csv"
    purpose = export.PURPOSES.get(str(asked.get("purpose")))
    if purpose is None:
        raise RefusedError(export.UNSAID)
    lines, mark = export.Lines(run.language), watermark(run.principal, purpose)

    run.progress(0)
    rows: list[Sequence[Cell]] = []
    for row in export.read_rows(run.principal, asked):
        if len(rows) == export.MOST_ROWS:
            raise RefusedError(export.TOO_LONG)
        rows.append(lines.line(row))
        run.progress(len(rows))
    if as_csv:
        count = write_csv(run.result, export.COLUMNS, rows, watermark=mark, language=run.language)
    else:
        count = write_xlsx(run.result, export.COLUMNS, rows, title=TITLE, watermark=mark, language=run.language)
    name = f"{TITLE.in_(run.language)} {export.stamp()}.{'csv' if as_csv else 'xlsx'}"
    return Result(
        Text(f"导出{count:,}件事项。", f"{count:,} matters exported."),
        told=((Text("事项（件）", "Matters"), count),),
        file=Made(name, CSV if as_csv else XLSX),
    )


@job(
    "intake_check",
    label=Text("试读来件表", "Try a file of messages"),
    posts=TAKES_FILES_IN,
    params={"feeder": Text("来源的名字", "name of the source")},
)
def intake_check(run: Run) -> Result:
    """Read a file of messages and say what would become of each row. Nothing is opened."""
    tally = _taken(run, write=False)
    message = (
        Text(
            f"试读完了，什么都还没有写入。可以收的新件{tally.new:,}件。",
            f"Read through; nothing is written yet. New messages that can be taken in: {tally.new:,}.",
        )
        if tally.new
        else Text("试读完了，没有可以收的新件。", "Read through; there is nothing new to take in.")
    )
    return _result(run, tally, message)


@job(
    "intake_run",
    label=Text("收下来件表", "Take in a file of messages"),
    posts=TAKES_FILES_IN,
    params={"check": Text("试读的编号", "id of the try"), "feeder": Text("来源的名字", "name of the source")},
)
def intake_run(run: Run) -> Result:
    """Open a matter for each new message of a file that was tried before."""
    tally = _taken(run, write=True)
    return _result(
        run, tally, Text(f"收下{tally.new:,}件，已经各有编号和期限。", f"{tally.new:,} taken in; each has a reference and a date.")
    )


def _taken(run: Run, *, write: bool) -> intake.Tally:
    check = run.params.get("check")
    path = run.given if check is None else run.given_to(str(check))
    if path is None:
        raise RefusedError(Refusal("file", Text("来件表已经过期删除，请重新上传。", "The file has expired; upload it again.")))
    try:
        return intake.take_file(path, feeder=str(run.params.get("feeder") or ""), progress=run.progress, write=write)
    except HostError as error:
        raise RefusedError(Refusal(error.code, error.text)) from error


def _result(run: Run, tally: intake.Tally, message: Text) -> Result:
    wrong = len(tally.rejected)
    if wrong:
        rejects.write_sheet(run.errors, tally.rejected, run.language)
    name = Text("要改的行", "Rows to mend").in_(run.language)
    return Result(
        message,
        told=((READ, tally.read), (NEW, tally.new), (KNOWN, tally.known), (WRONG, wrong)),
        errors=Made(f"{name} {export.stamp()}.xlsx", XLSX) if wrong else None,
    )
