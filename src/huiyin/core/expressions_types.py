"""Types of the expression language and the check every expression passes before a pack loads."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal as OneOf

from huiyin.core.expressions_parse import (
    Binary,
    Call,
    Constant,
    Each,
    Expr,
    ExpressionError,
    Member,
    Method,
    Name,
    Negative,
    Not,
    template_parts,
)
from huiyin.core.values import Text

Kind = OneOf["text", "flag", "number", "money", "date", "instant", "span", "list", "record", "null", "phrase", "unknown"]
Complaints = list[Text]


@dataclass(frozen=True, slots=True)
class Type:
    """What kind of value an expression gives.

    Attributes:
        values: the words a text may be, when it is one of a closed set.
        item: what a list holds; for the children of one procedure, each of them.
        name: what kind of record: ``party``, ``clock``, ``paper``...
        members: what may stand after the dot of a record.
        methods: which calls a record knows, each with the type of its argument.
        keyed: whether ``==`` may compare the record with a text (its id).
    """

    kind: Kind
    values: tuple[str, ...] = ()
    item: Type | None = None
    name: str = ""
    members: Mapping[str, Type] = field(default_factory=dict)
    methods: Mapping[str, Type] = field(default_factory=dict)
    keyed: bool = False

    def says(self) -> Text:
        """Return the type in words."""
        if self.kind == "record":
            return Text(f"{self.name}（有各项）", f"a {self.name} record")
        return _WORDS[self.kind]


_WORDS: dict[str, Text] = {
    "text": Text("文字", "a text"),
    "flag": Text("是或否", "true or false"),
    "number": Text("数字", "a number"),
    "money": Text("金额", "an amount of money"),
    "date": Text("日期", "a date"),
    "instant": Text("时刻", "an instant"),
    "span": Text("天数", "a span of days"),
    "list": Text("列表", "a list"),
    "null": Text("空", "null"),
    "phrase": Text("只用来显示的话", "words to be shown"),
    "unknown": Text("未知", "unknown"),
}

TEXT = Type("text")
FLAG = Type("flag")
# Made to be shown and nothing else: it compares with nothing.
PHRASE = Type("phrase")
NUMBER = Type("number")
MONEY = Type("money")
DATE = Type("date")
INSTANT = Type("instant")
SPAN = Type("span")
NULL = Type("null")
UNKNOWN = Type("unknown")


def list_of(item: Type) -> Type:
    """Return the type of a list of ``item``."""
    return Type("list", item=item)


def choice_of(words: Iterable[str]) -> Type:
    """Return the type of a text that is one of ``words``."""
    return Type("text", values=tuple(words))


@dataclass(frozen=True, slots=True)
class TypeEnv:
    """The names an expression may use and what each is."""

    names: Mapping[str, Type]

    def with_(self, **types: Type) -> TypeEnv:
        """Return an environment that also knows ``types``."""
        return replace(self, names={**self.names, **types})


def check(expression: Expr, types: TypeEnv) -> tuple[Type, list[Text]]:
    """Return the type of an expression and all complaints about it; no complaints mean it can be evaluated."""
    complaints: Complaints = []
    return _Checker(complaints).type_of(expression, types.names), complaints


def check_template(text: str, types: TypeEnv) -> list[Text]:
    """Return all complaints about the expressions between the braces of a template."""
    try:
        parts = template_parts(text)
    except ExpressionError as error:
        return [error.text]
    return [complaint for part in parts if not isinstance(part, str) for complaint in check(part, types)[1]]


def near(word: str, known: Iterable[str]) -> Text:
    """Return a mend naming the known word nearest to ``word``, or what is known."""
    listed = sorted(known)
    close = difflib.get_close_matches(word, listed, n=1, cutoff=0.6)
    if close:
        return Text(f"是不是“{close[0]}”？", f"Did you mean “{close[0]}”?")
    if not listed:
        return Text("这里没有可用的名称。", "There are no names to use here.")
    shown = listed[:20]
    return Text(f"可用的有：{'、'.join(shown)}。", f"There are: {', '.join(shown)}.")


class _Checker:
    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints

    def _complain(self, zh: str, en: str) -> Type:
        self._complaints.append(Text(zh, en))
        return UNKNOWN

    def type_of(self, node: Expr, names: Mapping[str, Type]) -> Type:
        match node:
            case Constant(value):
                return _constant(value)
            case Name(name):
                return self._name(name, names)
            case Member(target, name):
                return self._member(self.type_of(target, names), name)
            case Not(operand):
                self._flag(self.type_of(operand, names), "!")
                return FLAG
            case Negative(operand):
                return self._negative(self.type_of(operand, names))
            case Binary():
                return self._binary(node, names)
            case Call(function, arguments):
                return self._call(function, arguments, [self.type_of(one, names) for one in arguments])
            case Method(target, name, arguments):
                return self._method(self.type_of(target, names), name, arguments[0], names)
            case Each():
                return self._each(node, names)

    def _name(self, name: str, names: Mapping[str, Type]) -> Type:
        if name in names:
            return names[name]
        mend = near(name, names)
        return self._complain(f"这里没有名称“{name}”。{mend.zh}", f"There is no name “{name}” here. {mend.en}")

    def _member(self, target: Type, name: str) -> Type:
        if target.kind == "unknown":
            return UNKNOWN
        if target.kind != "record":
            what = target.says()
            return self._complain(f"{what.zh}没有“.{name}”。", f"“.{name}” cannot follow {what.en}.")
        if name in target.members:
            return target.members[name]
        mend = near(name, target.members)
        return self._complain(f"{target.name}没有“.{name}”。{mend.zh}", f"A {target.name} has no “.{name}”. {mend.en}")

    def _flag(self, given: Type, sign: str) -> None:
        if given.kind not in {"flag", "unknown"}:
            what = given.says()
            self._complain(f"“{sign}”要的是“是或否”，这里是{what.zh}。", f"“{sign}” needs true or false, but this is {what.en}.")

    def _negative(self, given: Type) -> Type:
        if given.kind in {"number", "money", "span", "unknown"}:
            return given
        return self._complain("“-”只能用于数字。", "“-” applies to numbers only.")

    def _binary(self, node: Binary, names: Mapping[str, Type]) -> Type:
        left, right = self.type_of(node.left, names), self.type_of(node.right, names)
        if node.sign in {"&&", "||"}:
            self._flag(left, node.sign)
            self._flag(right, node.sign)
            return FLAG
        if "unknown" in {left.kind, right.kind}:
            return UNKNOWN if node.sign in {"+", "-"} else FLAG
        if node.sign in {"==", "!="}:
            self._alike(node, left, right)
            return FLAG
        if node.sign in {"+", "-"}:
            return self._sum(node.sign, left, right)
        if not _orderable(node, left, right):
            self._misfit(node.sign, left, right)
        return FLAG

    def _misfit(self, sign: str, left: Type, right: Type) -> Type:
        one, other = left.says(), right.says()
        if {left.kind, right.kind} == {"money", "number"}:
            return self._complain(
                f"“{sign}”两边一边是金额一边是数字，金额请写成 yuan(5000)。",
                f"“{sign}” joins money and a plain number; write the amount as yuan(5000).",
            )
        return self._complain(f"“{sign}”不能用在{one.zh}和{other.zh}之间。", f"“{sign}” cannot stand between {one.en} and {other.en}.")

    def _alike(self, node: Binary, left: Type, right: Type) -> None:
        if "null" in {left.kind, right.kind}:
            return
        fits = left.kind == right.kind or _orderable(node, left, right)
        if left.kind == right.kind == "record":
            fits = left.name == right.name and left.keyed
        elif "list" in {left.kind, right.kind}:
            fits = False
        elif {left.kind, right.kind} == {"record", "text"}:
            fits = left.keyed or right.keyed
        if not fits:
            self._misfit(node.sign, left, right)
            return
        for literal, other in ((node.left, right), (node.right, left)):
            if isinstance(literal, Constant) and isinstance(literal.value, str):
                self._one_of(literal.value, other)

    def _one_of(self, word: str, allowed: Type) -> None:
        if allowed.values and word not in allowed.values:
            mend = near(word, allowed.values)
            self._complain(f"“{word}”不是它可能的值。{mend.zh}", f"“{word}” is not one of its values. {mend.en}")

    def _sum(self, sign: str, left: Type, right: Type) -> Type:
        moments = {"date", "instant"}
        if left.kind == right.kind and left.kind in {"number", "money", "span"}:
            return left
        if left.kind in moments and right.kind == "span":
            return left
        if sign == "-" and left.kind in moments and right.kind in moments:
            return NUMBER
        if "null" in {left.kind, right.kind}:
            return self._complain(f"“{sign}”不能用于空值。", f"“{sign}” cannot be used with null.")
        return self._misfit(sign, left, right)

    def _call(self, function: str, nodes: tuple[Expr, ...], given: list[Type]) -> Type:
        first = given[0]
        if function == "size":
            if first.kind not in {"list", "text", "unknown"}:
                self._complain("size(…)要的是列表或文字。", "size(…) takes a list or a text.")
            return NUMBER
        if function == "contains":
            self._contains(nodes[1], first, given[1])
            return FLAG
        if function == "names":
            people = given[1]
            listed = people.kind == "list" and people.item is not None and people.item.kind in {"text", "unknown"}
            if first.kind not in {"text", "null", "unknown"} or not (listed or people.kind == "unknown"):
                self._complain("names(…)要的是文字和姓名的列表。", "names(…) takes a text and a list of names.")
            return FLAG
        if function in ("middle", "share"):
            return self._of_money(function, given)
        if function == "mentions":
            if first.kind not in {"text", "null", "unknown"} or not isinstance(nodes[1], Constant) or given[1].kind != "text":
                self._complain("mentions(…)要的是文字和写好的词。", "mentions(…) takes a text and words written out.")
            return FLAG
        if function == "when":
            self._flag(first, "when(…)")
            return given[1]
        if function == "given" and {first.kind, given[1].kind} <= {INSTANT.kind, DATE.kind}:
            return INSTANT if first.kind == given[1].kind == INSTANT.kind else DATE
        if function in ("given", "lead"):
            words = given[1] if function == "given" else first
            if words.kind not in {"text", "unknown"}:
                self._complain(f"{function}(…)里的话要写成 '文字'。", f"the words of {function}(…) are a 'text'.")
            return PHRASE
        if first.kind not in {"number", "unknown"}:
            self._complain(f"{function}(…)要的是数字。", f"{function}(…) takes a number.")
        return MONEY if function == "yuan" else SPAN

    def _of_money(self, function: str, given: list[Type]) -> Type:
        wanted = "money" if function == "middle" else "number"
        if given[0].kind not in {"money", "unknown"} or given[1].kind not in {wanted, "unknown"}:
            if function == "middle":
                self._complain("middle(…)要的是两个金额。", "middle(…) takes two amounts of money.")
            else:
                self._complain("share(…)要的是金额和百分数。", "share(…) takes an amount of money and a number of hundredths.")
        return MONEY

    def _contains(self, node: Expr, held: Type, sought: Type) -> None:
        if held.kind == "unknown" or sought.kind == "unknown":
            return
        if held.kind != "list" or held.item is None:
            self._complain("contains(…)的第一个参数要是列表。", "contains(…) takes a list first.")
            return
        same_record = held.item.kind == "record" and held.item.name == sought.name and held.item.keyed
        keyed = held.item.keyed and sought.kind == "text"
        if not (held.item.kind == sought.kind != "record" or same_record or keyed):
            self._misfit("contains", held.item, sought)
        if isinstance(node, Constant) and isinstance(node.value, str):
            self._one_of(node.value, held.item)

    def _method(self, target: Type, name: str, node: Expr, names: Mapping[str, Type]) -> Type:
        given = self.type_of(node, names)
        if target.kind == "unknown":
            return FLAG
        if name not in target.methods:
            what = target.says()
            self._complain(f"{what.zh}没有“.{name}(…)”。", f"“.{name}(…)” cannot follow {what.en}.")
            return FLAG
        wanted = target.methods[name]
        if given.kind == "unknown":
            return FLAG
        listed = wanted.kind == "list" and given.kind == "list"
        if listed and wanted.item is not None and given.item is not None and wanted.item.name != given.item.name:
            listed = False
        if not listed and (given.kind != wanted.kind or wanted.kind == "list"):
            one, other = wanted.says(), given.says()
            self._complain(f"“.{name}(…)”要的是{one.zh}，这里是{other.zh}。", f"“.{name}(…)” takes {one.en}.")
        elif wanted.values and isinstance(node, Constant) and isinstance(node.value, str):
            self._one_of(node.value, wanted)
        return FLAG

    def _each(self, node: Each, names: Mapping[str, Type]) -> Type:
        target = self.type_of(node.target, names)
        if target.kind == "record" and target.item is not None:
            target = list_of(target.item)
        if target.kind not in {"list", "unknown"}:
            what = target.says()
            self._complain(f"“.{node.word}”要接在列表后面，这里是{what.zh}。", f"“.{node.word}” must follow a list.")
        if node.variable in names:
            self._complain(
                f"变量“{node.variable}”与已有名称重复，请换一个。",
                f"The variable “{node.variable}” hides a name; choose another.",
            )
        body = self.type_of(node.body, {**names, node.variable: target.item or UNKNOWN})
        if node.word in {"latest", "earliest", "rising"}:
            if body.kind not in {"date", "instant", "number", "money", "unknown"}:
                self._complain(f"“.{node.word}”要比较日期或数字。", f"“.{node.word}” compares dates or numbers.")
            return FLAG if node.word == "rising" else body
        if node.word == "sum":
            if body.kind not in {"number", "money", "unknown"}:
                self._complain("“.sum”要加的是数字或者金额。", "“.sum” adds numbers or amounts of money.")
            return body
        self._flag(body, f".{node.word}")
        if node.word == "those":
            return target
        return NUMBER if node.word == "count" else FLAG


def _constant(value: str | int | Decimal | bool | None) -> Type:
    match value:
        case None:
            return NULL
        case bool():
            return FLAG
        case str():
            return TEXT
        case _:
            return NUMBER


def _orderable(node: Binary, left: Type, right: Type) -> bool:
    moments = {"date", "instant"}
    if left.kind in moments and right.kind in moments:
        return True
    if left.kind == right.kind and left.kind in {"number", "money", "span"}:
        return True
    zero = any(isinstance(one, Constant) and one.value == 0 and one.value is not False for one in (node.left, node.right))
    return zero and {left.kind, right.kind} == {"money", "number"}
