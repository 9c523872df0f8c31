"""The long work of this room: lists taken out, messages taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from huiyin.core.rights import EXCHANGES, may_exchange
from huiyin.core.values import Refusal, Text
from huiyin.exchange import export, intake, neighbours, news, news_file, records, rejects
from huiyin.exchange.mapping import Mapped
from huiyin.exchange.models import Neighbour
from huiyin.exchange.sheets import Cell, write_csv, write_xlsx
from huiyin.exchange.watermark import watermark
from huiyin.host.errors import HostError
from huiyin.jobs.kinds import CSV, XLSX, Made, RefusedError, Result, Run, job

# Posts that take in what other systems pass on.
TAKES_FILES_IN: Final = EXCHANGES
TITLE = Text("事项清单", "Matters")
COLUMNS, NEWS = Text("列", "Columns"), Text("条", "Pieces of news")
EXPIRED = Refusal("file", Text("来件表已经过期删除，请重新上传。", "The file has expired; upload it again."))
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
    lines, mark = export.Lines(run.language), watermark(run.principal, export.purpose_of(asked))

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


@job(
    "neighbour_sample",
    label=Text("对应表的样本", "A sample for a mapping"),
    posts=EXCHANGES,
    params={"feeder": Text("来源的名字", "name of the source")},
)
def neighbour_sample(run: Run) -> Result:
    """Keep a sample of a neighbour's file for choosing which column is which; count its rows."""
    feeder = str(run.params.get("feeder") or "")
    _exchanger(run, neighbours.in_force(feeder))
    if run.given is None:
        raise RefusedError(EXPIRED)
    try:
        found = records.headings(run.given)
    except HostError as error:
        raise RefusedError(Refusal(error.code, error.text)) from error
    return Result(Text(f"样本有{len(found)}列。", f"The sample has {len(found)} columns."), told=((COLUMNS, len(found)),))


@job(
    "neighbour_try",
    label=Text("试读全表", "Try the whole file"),
    posts=EXCHANGES,
    params={"feeder": Text("来源的名字", "name of the source"), "check": Text("样本的编号", "id of the sample")},
)
def neighbour_try(run: Run) -> Result:
    """Read a whole file with a mapping that is not on record yet and say what would become of each row."""
    draft = run.params.get("draft") or {}
    tally = _taken(run, write=False, draft=Mapped(draft.get("columns", {}), draft.get("values", {})))
    return _result(
        run, tally, Text("试读完了，什么都没有写入，对应表也还没有保存。", "Read through; nothing is written, the mapping is not kept yet.")
    )


@job(
    "neighbour_news",
    label=Text("送回办理情况", "Hand back what became of them"),
    posts=EXCHANGES,
    params={
        "feeder": Text("来源的名字", "name of the source"),
        "after": Text("从哪个标记之后", "behind which mark"),
        "upto": Text("到哪个标记", "up to which mark"),
    },
    still=lambda principal, params: (
        (found := neighbours.in_force(str(params.get("feeder")))) is not None and may_exchange(principal, found.unit)
    ),
)
def neighbour_news(run: Run) -> Result:
    """Write what became of a neighbour's messages under its own numbers, and note that it was handed over."""
    neighbour = neighbours.in_force(str(run.params.get("feeder") or ""))
    _exchanger(run, neighbour)
    if neighbour is None:
        raise RefusedError(neighbours.NOT_YOURS)
    after, upto = int(run.params.get("after") or 0), int(run.params.get("upto") or 0)
    as_csv = run.params.get("format") == "csv"
    rows = list(news_file.rows(neighbour, after, upto, run.language, run.progress))
    mark = watermark(run.principal)
    title = Text(f"{neighbour.said.zh}办理情况", f"News for {neighbour.said.en}")
    if as_csv:
        count = write_csv(run.result, news_file.COLUMNS, rows, watermark=mark, language=run.language)
    else:
        count = write_xlsx(run.result, news_file.COLUMNS, rows, title=news_file.TITLE, watermark=mark, language=run.language)
    # A run that was killed is run again: what it handed over is noted once.
    if upto > news.mark(neighbour):
        made = news.deliver(principal=run.principal, neighbour=neighbour, way=neighbours.FILE, after=after, upto=upto)
        if isinstance(made, Refusal):
            raise RefusedError(made)
    name = f"{title.in_(run.language)} {after + 1}-{upto}.{'csv' if as_csv else 'xlsx'}"
    return Result(
        Text(f"写好{count:,}条，按对方的编号。", f"{count:,} pieces of news, under their own numbers."),
        told=((NEWS, count),),
        file=Made(name, CSV if as_csv else XLSX),
    )


def _exchanger(run: Run, neighbour: Neighbour | None) -> None:
    if neighbour is not None and not may_exchange(run.principal, neighbour.unit):
        text = Text("这个来源由别的单位收件。", "Another unit takes in what this source sends.")
        raise RefusedError(Refusal("not_yours", text))


def _taken(run: Run, *, write: bool, draft: Mapped | None = None) -> intake.Tally:
    check = run.params.get("check")
    path = run.given if check is None else run.given_to(str(check))
    if path is None:
        raise RefusedError(EXPIRED)
    feeder = str(run.params.get("feeder") or "")
    _exchanger(run, neighbours.in_force(feeder))
    try:
        return intake.take_file(path, feeder=feeder, progress=run.progress, write=write, draft=draft)
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
