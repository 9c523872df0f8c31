"""Which list somebody opened a matter from, so that the way back is named and leads there, also after an act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from huiyin.core.values import Text

KEY: Final = "ways_back"
LONGEST: Final = 500
# So many matters may be open beside one another, each in a tab of its own.
MOST: Final = 12
# Name of the address of a list -> what the way back says.
LISTS: Final[Mapping[str, Text]] = {
    "inbox": Text("回到待办", "Back to the work list"),
    "mediations": Text("回到我的调解", "Back to my mediations"),
    "notices": Text("回到通知", "Back to the notices"),
    "today": Text("回到今天", "Back to today"),
    "board": Text("回到督办台", "Back to the supervision board"),
    "board-list": Text("回到督办台的清单", "Back to the list of the board"),
    "search": Text("回到查找结果", "Back to what was found"),
    "weekly-one": Text("回到周报", "Back to the weekly report"),
    "return": Text("回到报表", "Back to the return"),
    "return-list": Text("回到报表的清单", "Back to the list of the return"),
}


def back(request: HttpRequest, matter: UUID) -> tuple[Text, str]:
    """Return (words, address) of the list a matter was opened from; the work list when it was none of ours."""
    kept = request.session.get(KEY, {})
    came = _came(request)
    if came is not None:
        others = [(other, way) for other, way in kept.items() if other != str(matter)]
        request.session[KEY] = {**dict(others[1 - MOST :]), str(matter): came}
        return LISTS[came[0]], came[1]
    name, address = kept.get(str(matter), ("", ""))
    if name in LISTS:
        return LISTS[name], address
    return LISTS["inbox"], reverse("inbox")


def _came(request: HttpRequest) -> tuple[str, str] | None:
    """Return (name, address) of the list whose link was followed just now."""
    try:
        asked = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    if asked.netloc != request.get_host():
        return None
    try:
        name = resolve(asked.path).url_name
    except Resolver404:
        return None
    address = f"{asked.path}?{asked.query}" if asked.query else asked.path
    return (name, address) if name is not None and name in LISTS and len(address) <= LONGEST else None
