"""Who took something out of the system, when and what for: it stands in every file that leaves it."""

from __future__ import annotations

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import Principal, Text
from huiyin.ui import shown


def watermark(principal: Principal, purpose: Text | None = None) -> Text:
    """Return unit, post and name of whoever takes it out, and when; with a purpose, what for."""
    library = city.library()
    unit = city.unit(principal.unit or "")
    post = library.post_label(principal.post or "")
    who = city.account_name(principal.id)
    when = shown.stamp(clock.now(), library.zone)
    name = Text("", "") if unit is None else unit.title
    why = Text("", "") if purpose is None else Text(f"，用途：{purpose.zh}", f", {purpose.en}")
    return Text(
        f"导出：{name.zh} {post.zh} {who}，{when}{why.zh}。内部使用，不得转发到群里。",
        f"Exported by {name.en}, {post.en}, {who}, {when}{why.en}. For internal use; not to be passed on.",
    )
