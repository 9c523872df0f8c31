"""The built-in form of an act that serves a paper: the ways the law knows, what came of it, and what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from huiyin.core.procedure import Choice, Field
from huiyin.core.values import Text

METHODS: Final[Mapping[str, Text]] = {
    "direct": Text("直接送达", "in person"),
    "left": Text("留置送达", "left behind after a refusal"),
    "post": Text("邮寄送达", "by registered post"),
    "entrusted": Text("委托送达", "through a body asked to serve it"),
    "forwarded": Text("转交送达", "through the unit the person is with"),
    "notice": Text("公告送达", "by public notice"),
    "electronic": Text("电子送达", "electronically"),
}
RESULTS: Final[Mapping[str, Text]] = {
    "delivered": Text("送达了", "served"),
    "refused": Text("拒绝签收", "refused"),
    "not_found": Text("没找到人", "nobody found"),
    "returned": Text("被退回", "sent back"),
}
RELATIONS: Final[Mapping[str, Text]] = {
    "self": Text("本人", "the person"),
    "family": Text("同住成年家属", "an adult of the household"),
    "representative": Text("代理人", "the representative"),
    "receiver": Text("指定的代收人", "a person named to receive papers"),
    "office": Text("单位收件的人", "whoever receives papers there"),
}
# To a unit nobody has to look for, by ways that need no consent, witness or notice.
UNIT_METHODS: Final = frozenset({"direct", "post", "forwarded", "entrusted", "electronic"})


def _choice(name: str, label: Text, values: Mapping[str, Text], *, required: bool = True, hint: Text | None = None) -> Field:
    choices = tuple(Choice(value, text) for value, text in values.items())
    return Field(name, "choice", "P1", label, values=choices, required=required, hint=hint)


TO: Final = "to"
FIELDS: Final[tuple[Field, ...]] = (
    _choice("method", Text("怎么送的", "How it was served"), METHODS),
    _choice(
        "result", Text("结果", "What came of it"), RESULTS, required=False, hint=Text("不选就是送达了。", "Left empty: it was served.")
    ),
    Field(
        "on",
        "date",
        "P1",
        Text("哪一天", "On which day"),
        hint=Text(
            "当面送的是签收日，邮寄的是回执上的收件日，公告的是发布日，电子的是到达对方系统的日子。",
            "In person: the day it was signed for. By post: the day on the receipt. By notice: the day it appeared. "
            "Electronically: the day it reached their system.",
        ),
    ),
    Field("place", "text", "P2", Text("送达地点", "Where"), required=False),
    Field("signer", "text", "P2", Text("谁签收的", "Who signed for it"), required=False),
    _choice("relation", Text("签收的人是谁", "Who that is"), RELATIONS, required=False),
    Field("item", "text", "P2", Text("邮件号", "Number of the postal item"), required=False),
    Field("through", "text", "P1", Text("经哪个单位", "Through which body"), required=False),
    Field(
        "reason",
        "text",
        "P2",
        Text("原因", "Reason"),
        required=False,
        hint=Text("拒收、退回或者为什么公告。", "Why it was refused or sent back, or why by notice."),
    ),
    Field("witnesses", "text", "P2", Text("见证人", "Witnesses"), required=False),
    Field("recorded", "flag", "P1", Text("有拍照或者录像", "Photographed or filmed"), required=False),
    Field("files", "file", "P2", Text("回执、照片等凭据", "Receipt, photographs, proof"), required=False),
)
BY_NAME: Final[Mapping[str, Field]] = {field.name: field for field in FIELDS}
# What a resident's paper says of itself: these stand with the party and are erased with what is known of them.
WORDS: Final = ("place", "signer", "relation", "item", "through", "reason", "witnesses", "recorded", "files")
# The fields each way asks for beyond method, result and day; the first ones it cannot do without.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "direct": ("signer",),
    "left": ("reason", "place"),
    "post": ("item",),
    "entrusted": ("through", "signer"),
    "forwarded": ("through",),
    "notice": ("reason", "place"),
    "electronic": (),
}
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "direct": ("relation", "place", "files"),
    "left": ("witnesses", "recorded", "files"),
    "post": ("signer", "relation", "files"),
    "entrusted": ("relation", "place", "files"),
    "forwarded": ("signer", "files"),
    "notice": ("files",),
    "electronic": ("files",),
}
