"""What the record itself refuses, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import Principal, Refusal, Text

MAX_KEY: Final = 200
# How the keys begin that the system makes by itself and can be guessed: whoever else used one would keep its act from happening.
OWN_KEYS: Final[Mapping[str, str]] = {
    "intake:": "feeder", "clock:": "system", "child:": "system", "opened:": "system", "report:": "system", "order:": "system",
}  # fmt: skip

MISSING: Final = Refusal("missing", Text("没有找到这件事，或者您不能查看它。", "There is no such matter, or it is not yours to see."))
MAY_NOT_OPEN: Final = Refusal(
    "may_not_open", Text("您的岗位不能这样立项。", "Your post may not open a matter in this way."), field="opened_by"
)
CONFLICT: Final = Refusal(
    "conflict",
    Text("刚才有人先办了这件事。请刷新，看现在的情况再办。", "Somebody acted on this matter just before you. Reload, look, and act again."),
)
MISMATCH: Final = Refusal(
    "key_reused",
    Text(
        "这个提交编号已经用于另一份内容，没有写入。请换一个新的编号再提交。",
        "This key was already used for something else; nothing was written. Submit again under a new key.",
    ),
    field="key",
)


def fed_already(feeder: tuple[str, str]) -> Refusal:
    """Return the refusal of a matter that came in before under the feeder's own number."""
    name, number = feeder
    return Refusal(
        "feeder_number",
        Text(
            f"“{name}”的编号{number}已经转入过，没有重复立项。",
            f"Number {number} of {name} was passed in before; it was not opened again.",
        ),
        field="feeder",
    )


def wrong_unit(name: str, definition: Procedure, library: Library) -> Refusal:
    """Return the refusal of a unit whose kind may not have such matters."""
    kinds = [library.unit_kinds[kind].label for kind in definition.units[definition.host].kinds]
    return Refusal(
        "wrong_unit",
        Text(
            f"“{definition.title.zh}”由{'、'.join(kind.zh for kind in kinds)}来办，{name}不能接。",
            f"“{definition.title.en}” is for: {', '.join(kind.en for kind in kinds)}. {name} cannot take it.",
        ),
        field="unit",
    )


def unknown_unit(unit: str) -> Refusal:
    """Return the refusal of a unit nobody knows."""
    return Refusal("unit", Text(f"没有编号为“{unit}”的单位。", f"There is no unit “{unit}”."), field="unit")


def unfit_key(key: str, principal: Principal) -> Refusal | None:
    """Return the refusal of a key that is missing, endless or not this principal's to use; None for one that will do."""
    kind = next((kind for start, kind in OWN_KEYS.items() if key.startswith(start)), principal.kind)
    if key and len(key) <= MAX_KEY and kind == principal.kind:
        return None
    return Refusal(
        "key",
        Text(
            f"缺少提交编号，或者这个编号不能用（最多{MAX_KEY}个字符）。",
            f"The key is missing or cannot be used (at most {MAX_KEY} characters).",
        ),
        field="key",
    )
