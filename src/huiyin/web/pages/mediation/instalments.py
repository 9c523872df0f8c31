"""A sum in parts on a form: one press makes a line for each, with its day, its amount and the interest in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, cast

from huiyin.core.forms import cents_of
from huiyin.core.instalments import MOST, STEP, Every, Instalment, spread
from huiyin.core.procedure import Field
from huiyin.core.values import Refusal, Text
from huiyin.ui import forms, shown
from huiyin.ui.forms import Option, Problems, Question

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

VERB: Final = "spread"
WORDS: Final[dict[Every, Text]] = {
    "month": Text("每月一期", "monthly"),
    "quarter": Text("每三个月一期", "quarterly"),
    "year": Text("每年一期", "yearly"),
}


@dataclass(frozen=True, slots=True)
class Helper:
    """The questions that make the lines of a list; ``press`` is what the button sends, ``open`` whether it was tried and refused."""

    questions: tuple[Question, ...]
    press: str
    open: bool


def _parts(field: Field) -> dict[str, str] | None:
    """Return the names of a line's parts by what they are, None for a list that cannot hold instalments."""
    kinds: dict[str, str] = {part.type: part.name for part in reversed(field.record)}
    wanted = {"who": "party", "what": "text", "amount": "money", "due": "date"}
    return {role: kinds[kind] for role, kind in wanted.items()} if set(wanted.values()) <= set(kinds) else None


def of(act: Act, question: Question, raw: forms.Raw, problems: Problems) -> Helper | None:
    """Return the helper beside a list that can hold instalments, None for any other question."""
    field = act.view.procedure.fields.get(question.name.removeprefix("f."))
    if field is None or question.kind != "rows" or _parts(field) is None:
        return None
    who = next((part.options for row in question.rows for part in row if part.kind == "select" and part.name.endswith(".who")), ())
    asked = (
        Question(_name(field, "who"), Text("谁付", "Who pays"), "select", options=_chosen(who, raw.get(_name(field, "who"), ""))),
        Question(_name(field, "what"), Text("付什么钱", "What for"), "line"),
        Question(_name(field, "sum"), Text("一共多少", "How much in all"), "money"),
        Question(_name(field, "times"), Text("分几期", "In how many parts"), "number"),
        Question(_name(field, "first"), Text("第一期哪天付", "First part due"), "date"),
        Question(
            _name(field, "every"),
            Text("隔多久一期", "How often"),
            "select",
            options=tuple(Option(name, label, (raw.get(_name(field, "every")) or "month") == name) for name, label in WORDS.items()),
        ),
        Question(
            _name(field, "rate"),
            Text("年利率（百分之几）", "Interest, per cent a year"),
            "line",
            hint=Text(
                "不算利息的不填。按还没有付的钱、按天数算，一年365天。",
                "Leave empty for none. On what is still owed, by days of a year of 365.",
            ),
            required=False,
            mode="text",
        ),
    )
    full = tuple(_filled(one, raw, problems) for one in asked)
    return Helper(full, f"{VERB}:{field.name}", any(one.error is not None for one in full))


def pressed(act: Act, do: str, raw: dict[str, str]) -> bool | Refusal:
    """Put a line for each part after the lines that say something.

    Returns:
        False when another button was pressed; a refusal, by the helper's own questions, when no lines can be made of the answers.
    """
    verb, _, name = do.partition(":")
    field = act.view.procedure.fields.get(name)
    parts = None if field is None or verb != VERB or all(entry.field != name for entry in act.entries) else _parts(field)
    if field is None or parts is None:
        return False
    made = _made(field, raw)
    if isinstance(made, Refusal):
        return made
    if not forms.append(raw, name, [_line(field, parts, raw, one, len(made)) for one in made]):
        text = Text(f"一共最多{forms.MOST_ROWS}行，放不下。", f"There is room for {forms.MOST_ROWS} lines in all.")
        return Refusal("too_many", text, field=_name(field, "times"))
    for asked in ("what", "sum", "times", "first", "rate"):
        raw.pop(_name(field, asked), None)
    return True


def _line(field: Field, parts: dict[str, str], raw: dict[str, str], one: Instalment, count: int) -> dict[str, str]:
    what = raw.get(_name(field, "what"), "").strip()
    interest = f"，含利息{shown.money(one.interest)}" if one.interest else ""
    return {
        parts["who"]: raw.get(_name(field, "who"), ""),
        parts["what"]: f"{what}（第{one.number}/{count}期{interest}）",
        parts["amount"]: f"{one.cents // 100}.{one.cents % 100:02d}",
        parts["due"]: one.due.isoformat(),
    }


def _made(field: Field, raw: dict[str, str]) -> tuple[Instalment, ...] | Refusal:
    """Return the parts of the sum typed, or everything that is wrong with the answers."""
    found: list[Refusal] = []

    def typed(asked: str) -> str:
        return raw.get(_name(field, asked), "").strip()

    def wrong(asked: str, zh: str, en: str) -> None:
        found.append(Refusal("bad_value", Text(zh, en), field=_name(field, asked)))

    for asked, zh, en in (("who", "请选由谁付。", "Say who pays."), ("what", "请写付什么钱。", "Say what it is for.")):
        if not typed(asked):
            wrong(asked, zh, en)
    cents, times, first, rate = cents_of(typed("sum")), forms.number_of(typed("times")), _day(typed("first")), _rate(typed("rate"))
    if cents is None or cents <= 0:
        wrong("sum", "请写一共多少元，例如 12000。", "Give the sum in yuan, such as 12000.")
    if times is None or not 1 <= times <= MOST or (cents or MOST) < times:
        wrong("times", f"请写分几期，1到{MOST}。", f"Give a number of parts from 1 to {MOST}.")
    if first is None:
        wrong("first", "请写第一期哪天付。", "Give the day the first part is due.")
    if rate is None:
        wrong("rate", "请写年利率，例如 3 或者 3.45；不算利息的不填。", "Give per cent a year, such as 3 or 3.45, or leave it empty.")
    if found or cents is None or times is None or first is None or rate is None:
        return (
            found[0]
            if len(found) == 1
            else Refusal("bad_form", Text("分期还算不出来。", "The parts cannot be worked out yet."), details=tuple(found))
        )
    every = cast("Every", typed("every")) if typed("every") in STEP else "month"
    return spread(cents, times, first, every, rate)


def _name(field: Field, asked: str) -> str:
    return f"spread.{field.name}.{asked}"


def _chosen(options: tuple[Option, ...], value: str) -> tuple[Option, ...]:
    return tuple(Option(one.value, one.label, one.value == value) for one in options)


def _filled(one: Question, raw: forms.Raw, problems: Problems) -> Question:
    return replace(one, value=raw.get(one.name, ""), error=problems.by_field.get(one.name))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rate(text: str) -> Decimal | None:
    try:
        rate = Decimal(text.removesuffix("%") or "0")
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 <= rate <= 100 else None
