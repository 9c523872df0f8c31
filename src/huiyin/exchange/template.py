"""The empty workbook that other offices fill in: header, notes, lists to choose from, identifiers as text."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from huiyin.city import queries as city
from huiyin.core.values import Text
from huiyin.exchange.intake import choices
from huiyin.exchange.records import LABELS, NOTE
from huiyin.exchange.sheets import HEAD, letter
from huiyin.exchange.sheets import NOTE as NOTE_FILL

ROWS = 2000
NOTES = {
    "message_no": (f"{NOTE}每件一个编号，同一来源里不能重复。必填。", 24),
    "time": ("写信或来电的时间，例如 2026-11-21 14:05。必填。", 22),
    "title": ("一句话说是什么事。可以不填。", 28),
    "detail": ("原话，可以很长。不要写与事情无关的个人信息。必填。", 60),
    "district": ("从列表里选；不知道就留空。", 14),
    "topic": ("从列表里选；不确定就留空，由派单员定。", 22),
}
TITLE = Text("来件表", "Messages")


def workbook() -> bytes:
    """Return the workbook; what may be chosen is read from the packs in use."""
    book = Workbook()
    sheet = book.active
    offered = book.create_sheet("可选的值")
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = TITLE.zh
    chosen = choices(city.library())
    for place, (name, (note, width)) in enumerate(NOTES.items()):
        column = letter(place)
        sheet.column_dimensions[column].width = width
        for row, text, fill, bold in ((1, LABELS[name], HEAD, True), (2, note, NOTE_FILL, False)):
            cell = sheet[f"{column}{row}"]
            cell.value, cell.fill, cell.font = text, fill, Font(bold=bold)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for row in range(3, ROWS + 3):
            sheet[f"{column}{row}"].number_format = "@"
    for place, (name, words) in enumerate((("district", list(chosen.districts)), ("topic", list(chosen.topics)))):
        source, target = letter(place), letter(list(NOTES).index(name))
        offered[f"{source}1"] = LABELS[name]
        for row, word in enumerate(words, 2):
            offered[f"{source}{row}"] = word
        rule = DataValidation(type="list", formula1=f"'{offered.title}'!${source}$2:${source}${len(words) + 1}", allow_blank=True)
        rule.errorTitle, rule.error = "列表里没有", "请从列表里选，或者留空。"
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
        rule.add(f"{target}3:{target}{ROWS + 2}")
    sheet.freeze_panes = "A3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
