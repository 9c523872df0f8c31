"""The expression language of procedures and papers: read it, check it, evaluate it, fill templates with it."""

from __future__ import annotations

from huiyin.core.expressions_eval import Labelled, Money, Record, Scope, evaluate, same
from huiyin.core.expressions_parse import Expr, ExpressionError, names_in, parse, template_parts
from huiyin.core.expressions_show import fill, plain_value, show
from huiyin.core.expressions_types import Type, TypeEnv, check, check_template

__all__ = [
    "Expr",
    "ExpressionError",
    "Labelled",
    "Money",
    "Record",
    "Scope",
    "Type",
    "TypeEnv",
    "check",
    "check_template",
    "evaluate",
    "fill",
    "names_in",
    "parse",
    "plain_value",
    "same",
    "show",
    "template_parts",
]
