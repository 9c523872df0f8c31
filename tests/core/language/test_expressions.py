"""The small language of conditions and templates: what it reads, what it refuses, what it gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.expressions import (
    ExpressionError,
    Labelled,
    Money,
    Record,
    Scope,
    Type,
    TypeEnv,
    check,
    check_template,
    evaluate,
    fill,
    names_in,
    parse,
    plain_value,
    show,
    template_parts,
)
from huiyin.core.expressions_eval import DueDate
from huiyin.core.expressions_parse import LIST_WORDS
from huiyin.core.expressions_types import DATE, FLAG, INSTANT, MONEY, NUMBER, TEXT, choice_of, list_of
from huiyin.core.values import Text

ZONE = ZoneInfo("Asia/Shanghai")
PERSON = Type("record", name="party", members={"name": TEXT, "age": NUMBER, "word": choice_of(("yes", "no"))}, keyed=True)
PAPER = Type(
    "record", name="paper", members={"printed": FLAG}, methods={"signed_by": choice_of(("clerk",)), "signed_by_all": list_of(PERSON)}
)
TYPES = TypeEnv(
    {
        "n": NUMBER,
        "gone": NUMBER,
        "sum": MONEY,
        "day": DATE,
        "late": DATE,
        "moment": INSTANT,
        "title": TEXT,
        "ready": FLAG,
        "word": choice_of(("yes", "no")),
        "people": list_of(PERSON),
        "nobody": list_of(PERSON),
        "tags": list_of(TEXT),
        "paper": PAPER,
        "someone": PERSON,
    }
)
ANN = Record("party", {"name": "Ann", "age": 40, "word": "yes"}, key="1", label=Text("安", "Ann"))
BO = Record("party", {"name": None, "age": None, "word": None}, key="2")
VALUES: dict[str, Any] = {
    "n": 3,
    "gone": None,
    "sum": Money(500_000),
    "day": date(2026, 9, 7),
    "late": None,
    "moment": datetime(2026, 9, 7, 17, tzinfo=UTC),
    "title": "abc",
    "ready": True,
    "word": Labelled("yes", Text("愿意", "Yes")),
    "people": (ANN, BO),
    "nobody": None,
    "tags": ("a", "b"),
    "paper": Record("paper", {"printed": True}, methods={"signed_by": lambda who: who == "clerk", "signed_by_all": bool}),
    "someone": ANN,
}
SCOPE = Scope({name: (lambda value=value: value) for name, value in VALUES.items()}, ZONE)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 - 4", -1),
        ("-n + 5", 2),
        ("n - 1 - 1", 1),
        ("n >= 3 && n < 4", True),
        ("!(n > 3) || false", True),
        ("!ready || ready", True),
        ("ready && !ready", False),
        ("1.5 + 1.5", Decimal("3.0")),
        ("'a' == 'a'", True),
        ("word == 'yes'", True),
        ("word != 'no'", True),
        ("size(tags)", 2),
        ("size(title)", 3),
        ("size(nobody)", 0),
        ("contains(tags, 'b')", True),
        ("contains(tags, 'c')", False),
        ("names('代理人：b 先生', tags)", True),
        ("names('代理人：c 先生', tags)", False),
        ("names('', tags)", False),
        ("names(null, tags)", False),
        ("contains(people, someone)", True),
        ("people.all(p, p.word == 'yes')", False),
        ("people.any(p, p.word == 'yes')", True),
        ("people.count(p, p.word == null)", 1),
        ("people.latest(p, p.age)", 40),
        ("people.earliest(p, p.age + 2)", 42),
        ("people.rising(p, p.age)", True),  # what is missing is passed over
        ("people.rising(p, n)", True),
        ("nobody.rising(p, p.age)", True),
        ("people.any(p, people.any(q, p != q))", True),
        ("nobody.all(p, p.word == 'yes')", True),
        ("nobody.any(p, p.word == 'yes')", False),
        ("nobody.latest(p, p.age)", None),
        ("day + days(3)", date(2026, 9, 10)),
        ("day - days(7) < day", True),
        ("day + days(1) - day", 1),
        ("days(2) == days(2)", True),
        ("given(late, day)", date(2026, 9, 7)),
        ("given(late, moment) == moment", True),
        ("given(day, moment) == day", True),
        ("sum >= yuan(5000)", True),
        ("sum + yuan(0.5)", 500_050),
        ("sum > 0", True),
        ("-sum", -500_000),
        ("paper.printed", True),
        ("paper.signed_by('clerk')", True),
        ("paper.signed_by_all(nobody)", False),
        ("someone == '1'", True),
        ("someone.name", "Ann"),
        ("days(999999999) == days(1)", False),
        ("day + days(99999999) == null", True),
    ],
)
def test_expressions_give_their_value(text: str, value: object) -> None:
    expression = parse(text)
    assert check(expression, TYPES)[1] == []
    assert evaluate(expression, SCOPE) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("gone == 3", False),
        ("gone != 3", True),
        ("gone == null", True),
        ("gone != null", False),
        ("null == gone", True),
        ("n == null", False),
        ("gone == gone", False),
        ("gone < 3", False),
        ("gone >= 3", False),
        ("!(gone < 3)", True),
        ("gone + 1 == null", True),
        ("late - day == null", True),
        ("people.all(p, p.word != 'no')", True),
        ("late + days(1) == null", True),
        ("contains(tags, null)", False),
    ],
)
def test_what_is_missing_compares_with_nothing_but_null(text: str, value: object) -> None:
    assert evaluate(parse(text), SCOPE) == value


def test_an_instant_beside_a_date_is_the_citys_date() -> None:
    assert evaluate(parse("moment > day"), SCOPE) is True
    assert evaluate(parse("moment == day + days(1)"), SCOPE) is True
    assert evaluate(parse("moment - day"), SCOPE) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "n +",
        "(n",
        "n)",
        "n n",
        "n = 3",
        "n & ready",
        "'open",
        "n @ 2",
        "1 < n < 3",
        "n == 1 == ready",
        "foo(n)",
        "n.foo(1)",
        "size()",
        "size(n, n)",
        "contains(tags)",
        "people.all(p)",
        "people.all(p, )",
        "people.all(3, true)",
        "people.all(null, true)",
        ".n",
        "n.",
        "n.3",
        "paper.signed_by()",
        "N",
        "n; n",
        "__import__('os')",
        "people.__class__()",
        "{n}",
        "`n`",
        "n if ready",
        "-",
        "!",
        "n, n",
        "(" * 60 + "n" + ")" * 60,
        "!" * 60 + "ready",
        "n" + " + n" * 400,
        "n" * 3000,
    ],
)
def test_what_is_not_the_language_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.text.zh
    assert caught.value.text.en


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("nn == 1", "“n”"),
        ("someone.nam", "“name”"),
        ("n.x", "number"),
        ("ready == 1", "between"),
        ("word == 'yess'", "“yes”"),
        ("ready + 1", "between"),
        ("!n", "true or false"),
        ("n && ready", "true or false"),
        ("sum > 5", "yuan"),
        ("size(n)", "list"),
        ("contains(n, 1)", "list"),
        ("contains(tags, 1)", "between"),
        ("names(n, tags)", "list of names"),
        ("names(title, people)", "list of names"),
        ("names(title, title)", "list of names"),
        ("people.all(p, p.age)", "true or false"),
        ("people.rising(p, p.name)", "compares"),
        ("n.all(p, true)", "list"),
        ("people.latest(p, p.name)", "dates or numbers"),
        ("people.all(n, true)", "another"),
        ("days('x')", "number"),
        ("paper.signed_by('klerk')", "“clerk”"),
        ("paper.signed_by_all(tags)", "list"),
        ("someone.signed_by('clerk')", "cannot follow"),
        ("day + 3", "between"),
        ("title < 'b'", "between"),
        ("people == people", "between"),
        ("paper == paper", "between"),
        ("-title", "numbers"),
        ("null + 1", "null"),
        ("people.all(p, q.age > 1)", "“q”"),
        ("people.any(p, p.word == 'maybe')", "“maybe”"),
    ],
)
def test_what_does_not_type_check_is_told_with_a_hint(text: str, hint: str) -> None:
    complaints = check(parse(text), TYPES)[1]
    assert any(hint in complaint.en for complaint in complaints), complaints
    assert all(complaint.zh for complaint in complaints)


def test_no_way_leads_from_an_expression_to_python() -> None:
    for text in ("title.upper", "people.count", "day.year", "paper.methods", "someone.members", "someone.key"):
        with pytest.raises(ExpressionError):
            evaluate(parse(text), SCOPE)
    with pytest.raises(ExpressionError):
        evaluate(parse("nothing"), SCOPE)


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_a_refusal(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    check(expression, TYPES)


_WORDS = [
    "n",
    "gone",
    "sum",
    "day",
    "late",
    "moment",
    "title",
    "ready",
    "word",
    "people",
    "nobody",
    "tags",
    "paper",
    "someone",
    "p",
    "1",
    "0",
    "2.5",
    "'yes'",
    "'x'",
    "true",
    "null",
]
_TOKENS = [
    *_WORDS,
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "&&",
    "||",
    "!",
    "(",
    ")",
    ",",
    ".name",
    ".age",
    ".word",
    ".printed",
    "size(",
    "days(",
    "yuan(",
    "contains(",
]


@given(st.lists(st.sampled_from(_TOKENS), max_size=14))
def test_any_row_of_tokens_is_an_expression_or_a_refusal(tokens: list[str]) -> None:
    try:
        expression = parse(" ".join(tokens))
    except ExpressionError:
        return
    assert names_in(expression) <= {*_WORDS, "name", "age", "word", "printed"}
    if not check(expression, TYPES)[1]:
        evaluate(expression, SCOPE)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "+", "-", "&&", "||"])
    lists = st.sampled_from(["people", "nobody"])
    return st.one_of(
        st.builds(lambda a, sign, b: f"({a}) {sign} ({b})", inner, signs, inner),
        st.builds(lambda a: f"!({a})", inner),
        st.builds(lambda a: f"-({a})", inner),
        st.builds(lambda word, of, body: f"{of}.{word}(p, {body})", st.sampled_from(sorted(LIST_WORDS)), lists, inner),
        st.builds(lambda function, a: f"{function}({a})", st.sampled_from(["size", "days", "yuan"]), inner),
        st.builds(lambda a: f"contains(tags, {a})", inner),
    )


_LEAVES = st.sampled_from(
    [*_WORDS, "p.age", "p.word", "p.name", "paper.printed", "people.count(q, q.word == 'yes')", "days(1)", "days(99999999)", "yuan(3)"]
)


@given(st.recursive(_LEAVES, _combined, max_leaves=8))
def test_what_type_checks_always_has_a_value_of_its_type(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError:
        return
    kind, complaints = check(expression, TYPES)
    if complaints:
        return
    value = evaluate(expression, SCOPE)
    shown = {
        "text": str,
        "flag": bool,
        "number": int | Decimal,
        "money": int,
        "date": date,
        "instant": datetime,
        "span": timedelta,
        "list": tuple,
        "record": Record,
    }
    assert value is None or isinstance(value, shown[kind.kind])
    assert show(value, "zh", ZONE)
    assert show(value, "en", ZONE)


@given(st.recursive(_LEAVES, _combined, max_leaves=6))
def test_a_condition_on_nothing_known_still_answers(text: str) -> None:
    empty = Scope(dict.fromkeys(VALUES, lambda: None), ZONE)
    try:
        expression = parse(text)
    except ExpressionError:
        return
    kind, complaints = check(expression, TYPES)
    if complaints:
        return
    value = evaluate(expression, empty)
    assert kind.kind != "flag" or value in {True, False, None}


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "（未填）", "(not given)"),
        (True, "是", "yes"),
        (False, "否", "no"),
        (Money(123_456_789), "¥1,234,567.89", "¥1,234,567.89"),
        (Money(-5), "-¥0.05", "-¥0.05"),
        (3, "3", "3"),
        (Decimal("2.50"), "2.50", "2.50"),
        (date(2026, 10, 12), "2026年10月12日", "12 October 2026"),
        (datetime(2026, 9, 7, 17, 5, tzinfo=UTC), "2026年9月8日1时05分", "8 September 2026, 01:05"),
        (DueDate.of(date(2027, 1, 4), True), "2027年1月4日（暂定）", "4 January 2027 (provisional)"),
        (DueDate.of(date(2026, 1, 4), False), "2026年1月4日", "4 January 2026"),
        (Labelled("yes", Text("愿意", "Yes")), "愿意", "Yes"),
        (("a", Labelled("seal", Text("印章", "seal"))), "a、印章", "a, seal"),
        ((), "无", "none"),
        (ANN, "安", "Ann"),
        (BO, "（未填）", "(not given)"),
        (timedelta(days=2), "2天", "2 days"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, zh: str, en: str) -> None:
    assert show(value, "zh", ZONE) == zh
    assert show(value, "en", ZONE) == en


def test_templates_are_filled_in_either_language() -> None:
    assert fill("{someone}说{word}，{day}前，{{不动}}", SCOPE, "zh") == "安说愿意，2026年9月7日前，{不动}"
    assert fill("{size(people)} people; {title == '}'}", SCOPE, "en") == "2 people; no"
    # What somebody wrote may end with a full stop of its own, in either language.
    assert fill("Reason: {'路跨两个街道。'}. Keep away.", SCOPE, "en") == "Reason: 路跨两个街道。 Keep away."
    assert fill("原因：{'路跨两个街道。'}。请绕开。", SCOPE, "zh") == "原因：路跨两个街道。请绕开。"
    assert template_parts("plain") == ("plain",)


@pytest.mark.parametrize("text", ["{n", "n}", "{", "{}", "{n + }", "{{n}"])
def test_a_broken_template_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        template_parts(text)
    assert check_template(text, TYPES)


@given(st.text(alphabet="{}n '+a", max_size=20))
def test_any_template_is_filled_or_refused(text: str) -> None:
    try:
        parts = template_parts(text)
    except ExpressionError:
        return
    if all(isinstance(part, str) for part in parts):
        assert "".join(map(str, parts)) == text.replace("{{", "{").replace("}}", "}")


def test_a_template_tells_the_nearest_name() -> None:
    [complaint] = check_template("{titel}", TYPES)
    assert "title" in complaint.en


def test_names_in_an_expression_include_what_stands_after_a_dot_but_not_its_variables() -> None:
    assert names_in(parse("people.all(p, p.word == word) && size(tags) > 1 && paper.signed_by(title)")) == {
        "people",
        "word",
        "tags",
        "paper",
        "title",
    }


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (ANN, "1"),
        (Record("entry", {}, raw={"a": 1}), {"a": 1}),
        ((ANN, "x"), ["1", "x"]),
        (date(2026, 1, 2), "2026-01-02"),
        (Money(5), 5),
        (Labelled("yes", Text("是", "y")), "yes"),
        (Decimal("2.0"), 2),
        (Decimal("2.5"), 2.5),
        (None, None),
        (True, True),
        (timedelta(days=3), 3),
    ],
)
def test_the_plain_value_behind_a_value(value: object, plain: object) -> None:
    assert plain_value(value) == plain
    assert type(plain_value(value)) in {str, dict, list, int, float, bool, type(None)}
