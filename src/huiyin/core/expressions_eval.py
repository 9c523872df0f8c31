"""The values an expression may touch, and its evaluation.

An expression reaches only what a `Scope` offers: plain values and `Record` members. There is no way from here to an
attribute of a Python object. Evaluation of a well-typed expression always ends with a value; what is missing is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, Self

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
)
from huiyin.core.values import Text


class Labelled(str):  # noqa: SLOT000
    """A word with its label: compares as the word, shows as the label."""

    label: Text

    def __new__(cls, word: str, label: Text) -> Self:
        made = super().__new__(cls, word)
        made.label = label
        return made


class Money(int):
    """Whole cents (fen) of CNY."""


class Led(NamedTuple):
    """Words that stand before a value, and are there only when the value is."""

    words: str
    value: Any


class DueDate(date):
    """A due date that knows whether its calendar was announced, and whether somebody is late for it."""

    provisional: bool = False
    missed: bool = False

    @classmethod
    def of(cls, day: date, provisional: bool, missed: bool = False) -> DueDate:
        """Return ``day`` as a due date."""
        made = cls(day.year, day.month, day.day)
        made.provisional = provisional
        made.missed = missed
        return made


class DueInstant(datetime):
    """A due instant that knows whether its calendar was announced, and whether somebody is late for it."""

    provisional: bool = False
    missed: bool = False

    @classmethod
    def of(cls, instant: datetime, provisional: bool, missed: bool = False) -> DueInstant:
        """Return ``instant`` as a due instant."""
        made = cls.combine(instant.date(), instant.timetz())
        made.provisional = provisional
        made.missed = missed
        return made


@dataclass(frozen=True, slots=True)
class Record:
    """A value with named members: a party, a clock, a paper, an entry of a list.

    Attributes:
        key: what ``==`` compares; a party's id, for example.
        label: how the whole record shows in a template.
        methods: the few calls the language knows for this kind.
        raw: the plain value behind it, for handing down to another matter.
        items: what ``.all``, ``.any`` and the like go through, where the record stands for several.
    """

    kind: str
    members: Mapping[str, Any]
    key: str | None = None
    label: Text | None = None
    methods: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    raw: Any = None
    items: tuple[Any, ...] | None = None


class Makers(Protocol):
    """What makes the values of a scope: a name's maker, or None."""

    def get(self, name: str, /) -> Callable[[], Any] | None:
        """Return what makes the value of ``name``, or None where there is no such name."""


class Scope:
    """The names an expression may use; values are made when first asked for.

    Args:
        makers: name -> function giving its value.
        zone: the city's time zone, for instants compared with dates and shown in texts.
        outer: the scope that knows what this one does not.
    """

    __slots__ = ("_made", "_makers", "_outer", "zone")

    def __init__(self, makers: Makers, zone: tzinfo, outer: Scope | None = None) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}
        self._outer = outer
        self.zone = zone

    def __contains__(self, name: str) -> bool:
        return self._makers.get(name) is not None or (self._outer is not None and name in self._outer)

    def value(self, name: str) -> Any:
        """Return the value of ``name``.

        Raises:
            ExpressionError: when the scope has no such name.
        """
        if name in self._made:
            return self._made[name]
        maker = self._makers.get(name)
        if maker is None:
            if self._outer is not None:
                return self._outer.value(name)
            raise ExpressionError(Text(f"这里没有“{name}”。", f"There is no “{name}” here."))
        made = self._made[name] = maker()
        return made

    def with_(self, **values: Any) -> Scope:
        """Return a scope that also knows ``values``."""
        return Scope({name: _always(value) for name, value in values.items()}, self.zone, self)


def _always(value: Any) -> Callable[[], Any]:
    return lambda: value


def evaluate(expression: Expr, scope: Scope) -> Any:
    """Return the value of a checked expression.

    Raises:
        ExpressionError: for an expression that does not type-check: an unknown name, values that do not fit a sign.
    """
    return _value(expression, scope, {})


def _value(node: Expr, scope: Scope, local: Mapping[str, Any]) -> Any:
    match node:
        case Constant(value):
            return value
        case Name(name):
            return local[name] if name in local else scope.value(name)
        case Member(target, name):
            return _member(_value(target, scope, local), name)
        case Binary("&&", left, right):
            return _truth(_value(left, scope, local)) and _truth(_value(right, scope, local))
        case Binary("||", left, right):
            return _truth(_value(left, scope, local)) or _truth(_value(right, scope, local))
        case Binary("==", left, right):
            return _same(node, scope, local, left, right)
        case Binary("!=", left, right):
            return not _same(node, scope, local, left, right)
        case Binary(sign, left, right):
            return _joined(sign, _value(left, scope, local), _value(right, scope, local), scope.zone)
        case Not(operand):
            return not _truth(_value(operand, scope, local))
        case Negative(operand):
            return _negated(_value(operand, scope, local))
        case Call(function, arguments):
            return _call(function, [_value(argument, scope, local) for argument in arguments], scope.zone)
        case Method(target, name, arguments):
            return _method(_value(target, scope, local), name, [_value(one, scope, local) for one in arguments])
        case Each(target, word, variable, body):
            items = _items(_value(target, scope, local))
            values = (_value(body, scope, {**local, variable: item}) for item in items)
            return _each(word, items, values, scope.zone)


def misfit(what: str) -> ExpressionError:
    """Return the error of values that do not fit an expression, which the check would have refused."""
    return ExpressionError(Text(f"表达式的值不合用：{what}。", f"The values do not fit the expression: {what}."))


def _truth(value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise misfit("true/false")


def _member(target: Any, name: str) -> Any:
    if target is None:
        return None
    if isinstance(target, Record) and name in target.members:
        return target.members[name]
    raise misfit(f".{name}")


def _method(target: Any, name: str, arguments: list[Any]) -> bool:
    if target is None:
        return False
    if isinstance(target, Record) and name in target.methods:
        return target.methods[name](arguments[0])
    raise misfit(f".{name}()")


def _items(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if isinstance(value, tuple | list):
        return value
    if isinstance(value, Record) and value.items is not None:
        return value.items
    raise misfit("list")


def _each(word: str, items: Sequence[Any], values: Iterable[Any], zone: tzinfo) -> Any:
    if word == "those":
        return tuple(item for item, value in zip(items, values, strict=True) if _truth(value))
    if word == "all":
        return all(_truth(value) for value in values)
    if word == "any":
        return any(_truth(value) for value in values)
    if word == "count":
        return sum(_truth(value) for value in values)
    if word == "sum":
        amounts = [value for value in values if value is not None]
        if not all(_is_number(value) for value in amounts):
            raise misfit(".sum")
        return type(amounts[0])(sum(amounts)) if amounts else None
    if word == "rising":
        given = [value for value in values if value is not None]
        return not any(_joined("<", after, before, zone) for before, after in pairwise(given))
    best: Any = None
    for value in values:
        if value is None:
            continue
        if best is None or _joined(">" if word == "latest" else "<", value, best, zone):
            best = value
    return best


def same(left: Any, right: Any, zone: tzinfo) -> bool:
    """Return whether two values are the same thing; a missing value is the same as nothing."""
    if left is None or right is None:
        return False
    left, right = _keyed(left), _keyed(right)
    if isinstance(left, date) and isinstance(right, date):
        left, right = _alike(left, right, zone)
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _same(node: Binary, scope: Scope, local: Mapping[str, Any], left: Expr, right: Expr) -> bool:
    first, second = _value(left, scope, local), _value(right, scope, local)
    if _is_null(node.left) or _is_null(node.right):
        return first is None and second is None
    return same(first, second, scope.zone)


def _is_null(node: Expr) -> bool:
    return isinstance(node, Constant) and node.value is None


def _keyed(value: Any) -> Any:
    return value.key if isinstance(value, Record) and value.key is not None else value


def _alike(left: date, right: date, zone: tzinfo) -> tuple[date, date]:
    """Make a pair of dates comparable: an instant beside a date becomes the city's date."""
    if isinstance(left, datetime) is isinstance(right, datetime):
        return left, right
    return _day(left, zone), _day(right, zone)


def _day(value: date, zone: tzinfo) -> date:
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(zone).date()
    except OverflowError:
        return value.date()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _joined(sign: str, left: Any, right: Any, zone: tzinfo) -> Any:
    ordering = sign not in {"+", "-"}
    if left is None or right is None:
        return False if ordering else None
    if isinstance(left, date) and isinstance(right, date):
        left, right = _alike(left, right, zone)
        if ordering:
            return _ordered(sign, left, right)
        if sign == "-":
            return (_day(left, zone) - _day(right, zone)).days
    elif isinstance(right, timedelta) and isinstance(left, date | timedelta) and not ordering:
        return _shifted(left, right if sign == "+" else -right)
    elif (_is_number(left) and _is_number(right)) or (isinstance(left, timedelta) and isinstance(right, timedelta)):
        return _ordered(sign, left, right) if ordering else _sum(sign, left, right)
    raise misfit(sign)


def _ordered(sign: str, left: Any, right: Any) -> bool:
    match sign:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _sum(sign: str, left: Any, right: Any) -> Any:
    total = left + right if sign == "+" else left - right
    return Money(total) if isinstance(left, Money) or isinstance(right, Money) else total


def _shifted(moment: Any, span: timedelta) -> Any:
    try:
        return moment + span
    except OverflowError:
        return None


def _negated(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, Money):
        return Money(-int(value))
    if _is_number(value) or isinstance(value, timedelta):
        return -value
    raise misfit("-")


def _call(function: str, arguments: list[Any], zone: tzinfo) -> Any:
    first = arguments[0]
    if function == "size":
        return 0 if first is None else len(first) if isinstance(first, str | tuple | list) else _raise("size")
    if function == "contains":
        return any(same(item, arguments[1], zone) for item in _items(first))
    if function == "names":
        said = "".join(str(first or "").split())
        return any(name and "".join(str(name).split()) in said for name in _items(arguments[1]))
    if function == "given":
        return arguments[1] if first in (None, "") else first
    if function == "when":
        return arguments[1] if _truth(first) else None
    if function == "middle":
        # Of an odd number of cents the half cent stays with whoever pays.
        return None if None in arguments else Money((int(first) + int(arguments[1])) // 2)
    if function == "share":
        # What is over a whole cent is left out: a limit is not passed by rounding.
        return None if None in arguments else Money(int(first) * int(arguments[1]) // 100)
    if function == "mentions":
        return any(word in str(first or "") for word in str(arguments[1]).split())
    if function == "lead":
        return Led(str(first), arguments[1])
    if first is None:
        return None
    if not _is_number(first):
        raise misfit(function)
    if function == "yuan":
        return Money(int(first * 100))
    try:
        return timedelta(days=int(first))
    except OverflowError:
        return None


def _raise(what: str) -> Any:
    raise misfit(what)
