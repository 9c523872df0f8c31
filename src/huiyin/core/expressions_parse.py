"""Reading the small expression language of conditions, triggers and ``{...}`` templates.

A Pratt parser over a handful of tokens. It never sees Python: the tree it gives is all an expression can ever be, its size
and depth are bounded, and every complaint is an `ExpressionError` that names the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal as OneOf

from huiyin.core.values import Text

LONGEST = 2000
DEEPEST = 32
MOST_NODES = 300

LIST_WORDS = frozenset({"all", "any", "count", "latest", "earliest", "sum", "those", "rising"})
FUNCTIONS = {
    "size": 1,
    "days": 1,
    "yuan": 1,
    "contains": 2,
    "names": 2,
    "given": 2,
    "lead": 2,
    "when": 2,
    "middle": 2,
    "share": 2,
    "mentions": 2,
}
METHODS = {"signed_by": 1, "ever_signed_by": 1, "signed_by_all": 1}

BinaryWord = OneOf["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-"]


class ExpressionError(ValueError):
    """An expression that cannot be read; ``position`` counts characters from 0."""

    def __init__(self, text: Text, position: int = 0) -> None:
        super().__init__(text.en)
        self.text = text
        self.position = position


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: text, number, flag or null."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name looked up in the scope."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """``target.name``."""

    target: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """``size(x)`` and its like."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """``paper.signed_by('mediator')``."""

    target: Expr
    name: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """``list.all(x, body)``."""

    target: Expr
    word: str
    variable: str
    body: Expr


@dataclass(frozen=True, slots=True)
class Not:
    """``!x``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Negative:
    """``-x``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the sign between them."""

    sign: BinaryWord
    left: Expr
    right: Expr


Expr = Constant | Name | Member | Call | Method | Each | Not | Negative | Binary

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*')|(?P<name>[a-z_][a-z0-9_]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!+\-(),.]))",
    re.ASCII,
)
_STRENGTH: dict[str, int] = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4}
_COMPARING = 3
_PREFIX_STRENGTH = 5
_KEYWORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(_strange(text, position), position)
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind), match.start(kind)))
        position = match.end()
    found.append(_Token("end", "", end))
    return found


def _strange(text: str, position: int) -> Text:
    at = len(text) - len(text[position:].lstrip())
    sign = text[at : at + 1]
    if sign == "'":
        return Text("文字缺少收尾的单引号。", "A text is not closed with a single quote.")
    if sign in {"=", "&", "|"}:
        return Text(
            f"第{at + 1}个字符处的“{sign}”要写两个：“{sign}{sign}”。",
            f"Character {at + 1}: write “{sign}{sign}”, not “{sign}”.",
        )
    return Text(f"第{at + 1}个字符“{sign}”不属于表达式的写法。", f"Character {at + 1}, “{sign}”, has no meaning in an expression.")


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._nodes = 0

    def whole(self) -> Expr:
        expression = self._expression(0)
        token = self._tokens[self._at]
        if token.kind != "end":
            raise self._unexpected(token)
        return expression

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _peek(self, sign: str) -> bool:
        token = self._tokens[self._at]
        return token.kind == "sign" and token.text == sign

    def _expect(self, sign: str) -> None:
        token = self._next()
        if token.kind != "sign" or token.text != sign:
            raise ExpressionError(
                Text(
                    f"第{token.position + 1}个字符处应为“{sign}”，现为“{token.text or '结尾'}”。",
                    f"Character {token.position + 1}: expected “{sign}”, found “{token.text or 'the end'}”.",
                ),
                token.position,
            )

    def _unexpected(self, token: _Token) -> ExpressionError:
        if token.kind == "end":
            return ExpressionError(Text("表达式没有写完。", "The expression stops before it is complete."), token.position)
        return ExpressionError(
            Text(
                f"第{token.position + 1}个字符处不该出现“{token.text}”。",
                f"Character {token.position + 1}: “{token.text}” cannot stand here.",
            ),
            token.position,
        )

    def _counted(self, node: Expr) -> Expr:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise ExpressionError(Text("表达式太大，请拆成几个条件。", "The expression is too large; split it into several conditions."))
        return node

    def _expression(self, strength: int) -> Expr:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(
                Text("表达式嵌套太深，请拆成几个条件。", "The expression nests too deeply; split it into conditions."),
                self._tokens[self._at].position,
            )
        left = self._postfix(self._prefix())
        compared = False
        while True:
            token = self._tokens[self._at]
            own = _STRENGTH.get(token.text, 0) if token.kind == "sign" else 0
            if own <= strength:
                break
            if own == _COMPARING and compared:
                raise ExpressionError(
                    Text("比较不能连写，请用“&&”连接两个比较。", "Comparisons cannot be chained; join two of them with “&&”."),
                    token.position,
                )
            compared = own == _COMPARING
            self._at += 1
            right = self._expression(own)
            left = self._counted(Binary(token.text, left, right))  # type: ignore[arg-type]
        self._depth -= 1
        return left

    def _prefix(self) -> Expr:
        token = self._next()
        if token.kind == "number":
            number = Decimal(token.text) if "." in token.text else int(token.text)
            return self._counted(Constant(number))
        if token.kind == "text":
            return self._counted(Constant(token.text[1:-1]))
        if token.kind == "name":
            return self._named(token)
        if token.kind == "sign" and token.text == "(":
            inner = self._expression(0)
            self._expect(")")
            return inner
        if token.kind == "sign" and token.text == "!":
            return self._counted(Not(self._expression(_PREFIX_STRENGTH)))
        if token.kind == "sign" and token.text == "-":
            return self._counted(Negative(self._expression(_PREFIX_STRENGTH)))
        raise self._unexpected(token)

    def _named(self, token: _Token) -> Expr:
        if token.text in _KEYWORDS:
            return self._counted(Constant(_KEYWORDS[token.text]))
        if not self._peek("("):
            return self._counted(Name(token.text))
        if token.text not in FUNCTIONS:
            known = "、".join(FUNCTIONS)
            raise ExpressionError(
                Text(
                    f"没有名为“{token.text}”的函数；可用的有：{known}。",
                    f"There is no function “{token.text}”; there are: {', '.join(FUNCTIONS)}.",
                ),
                token.position,
            )
        arguments = self._arguments()
        self._right_number(token, len(arguments), FUNCTIONS[token.text])
        return self._counted(Call(token.text, arguments))

    def _right_number(self, token: _Token, given: int, wanted: int) -> None:
        if given != wanted:
            raise ExpressionError(
                Text(f"“{token.text}”要{wanted}个参数，给了{given}个。", f"“{token.text}” takes {wanted}, given {given}."),
                token.position,
            )

    def _arguments(self) -> tuple[Expr, ...]:
        self._expect("(")
        arguments: list[Expr] = []
        if not self._peek(")"):
            arguments.append(self._expression(0))
            while self._peek(","):
                self._at += 1
                arguments.append(self._expression(0))
        self._expect(")")
        return tuple(arguments)

    def _postfix(self, target: Expr) -> Expr:
        while self._peek("."):
            self._at += 1
            token = self._next()
            if token.kind != "name":
                raise self._unexpected(token)
            if not self._peek("("):
                target = self._counted(Member(target, token.text))
            elif token.text in LIST_WORDS:
                target = self._each(target, token)
            elif token.text in METHODS:
                arguments = self._arguments()
                self._right_number(token, len(arguments), METHODS[token.text])
                target = self._counted(Method(target, token.text, arguments))
            else:
                known = [*sorted(LIST_WORDS), *METHODS]
                raise ExpressionError(
                    Text(
                        f"没有“.{token.text}(…)”这种写法；可用的有：{'、'.join(known)}。",
                        f"There is no “.{token.text}(…)”; there are: {', '.join(known)}.",
                    ),
                    token.position,
                )
        return target

    def _each(self, target: Expr, word: _Token) -> Expr:
        self._expect("(")
        variable = self._next()
        if variable.kind != "name" or variable.text in _KEYWORDS:
            raise self._unexpected(variable)
        self._expect(",")
        body = self._expression(0)
        self._expect(")")
        return self._counted(Each(target, word.text, variable.text, body))


@lru_cache(maxsize=8192)
def parse(text: str) -> Expr:
    """Read one expression.

    Raises:
        ExpressionError: when ``text`` is not an expression of the language.
    """
    if len(text) > LONGEST:
        raise ExpressionError(Text(f"表达式超过{LONGEST}个字符。", f"The expression is longer than {LONGEST} characters."))
    if not text.strip():
        raise ExpressionError(Text("表达式是空的。", "The expression is empty."))
    return _Parser(text).whole()


@lru_cache(maxsize=8192)
def template_parts(text: str) -> tuple[str | Expr, ...]:
    """Split a template into literal text and the expressions between braces; ``{{`` stands for a brace.

    Raises:
        ExpressionError: for a brace without its partner, or an expression that cannot be read.
    """
    parts: list[str | Expr] = []
    literal: list[str] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in "{}" and text[at : at + 2] == sign * 2:
            literal.append(sign)
            at += 2
        elif sign == "{":
            close = _closing(text, at)
            if literal:
                parts.append("".join(literal))
                literal = []
            parts.append(parse(text[at + 1 : close]))
            at = close + 1
        elif sign == "}":
            raise ExpressionError(Text(f"第{at + 1}个字符“}}”没有对应的“{{”。", f"Character {at + 1}: “}}” has no matching “{{”."), at)
        else:
            literal.append(sign)
            at += 1
    if literal:
        parts.append("".join(literal))
    return tuple(parts)


def names_in(expression: Expr) -> frozenset[str]:
    """Return every name an expression mentions, alone or after a dot."""
    match expression:
        case Name(name):
            return frozenset({name})
        case Member(target, name):
            return names_in(target) | {name}
        case Call(_, arguments):
            return frozenset[str]().union(*map(names_in, arguments))
        case Method(target, _, arguments):
            return names_in(target).union(*map(names_in, arguments))
        case Each(target, _, variable, body):
            return names_in(target) | (names_in(body) - {variable})
        case Not(operand) | Negative(operand):
            return names_in(operand)
        case Binary(_, left, right):
            return names_in(left) | names_in(right)
        case _:
            return frozenset()


def _closing(text: str, opened: int) -> int:
    quoted = False
    for at in range(opened + 1, len(text)):
        if text[at] == "'":
            quoted = not quoted
        elif text[at] == "}" and not quoted:
            return at
    raise ExpressionError(Text(f"第{opened + 1}个字符“{{”没有对应的“}}”。", f"Character {opened + 1}: “{{” has no matching “}}”."), opened)
