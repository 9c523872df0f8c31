"""Hot issues: which matter many messages are about, in the messages' own words, without a word on who wrote.

Two messages are about the same matter when their words agree and they are near in time. Words that few messages use (a
place, an estate, a plant) weigh most, so that the same trouble in two places stays two. Messages join into issues by average
likeness (agglomerative clustering), never by a chain of neighbours. Heat is the number of distinct messages, times how much
they are about one thing, times how lately they came; likes are not counted: they follow whoever posts where.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from huiyin.learning.features import readable, words
from huiyin.learning.messages import Message

Progress = Callable[[int, int, str], None]
Numbers = NDArray[np.int64]
# What the likeness of two messages is made of: words of both parts, words of the titles, runs of three characters of the titles.
SHARES: Final = (0.6, 0.2, 0.2)
READ_OF_DETAIL: Final = 400
COMMON: Final = 0.1
# Messages of one issue are this much alike on average.
ALIKE: Final = 0.15
# Likeness fades from half of this many days on, and is gone after one and a half times as many.
NEAR_DAYS: Final = 240
# What is left of the likeness of two messages whose titles name places, and none in common.
OTHER_PLACE: Final = 0.5
# Half the weight of the newest for messages this many days old.
HALF_LIFE_DAYS: Final = 365
SMALLEST: Final = 3
KEY_WORDS: Final = 6
# Average likeness is worked out whole among this many; a bigger heap of neighbours is parted first.
TOGETHER: Final = 6000
_ENDINGS: Final = (
    "街道", "社区", "小区", "花园", "家园", "新城", "公寓", "广场", "大厦", "大道", "公园", "学校", "小学", "中学", "幼儿园",
    "医院", "市场", "车站",
    "工地", "村", "镇", "乡", "苑", "路", "街", "巷", "桥", "湾", "城",
)  # fmt: skip
# A name is looked for backwards from its ending; these characters never stand inside one.
_NOT_IN_A_NAME: Final = "的在是对请和与及于为从到被将把区县市"
_PLACE = re.compile(rf"[^\n{_NOT_IN_A_NAME}]{{2,6}}?(?:{'|'.join(_ENDINGS)})")


@dataclass(frozen=True, slots=True)
class Issue:
    """What several messages are about.

    Attributes:
        count: distinct messages, the same words sent twice counting once; or people, where it is known who is one.
        title: title of the message nearest to all others.
        words: what these messages say and others do not.
        places: names of places that at least a third of them use.
        members: positions of the messages, earliest first.
        together: how much they are about one thing, 0 to 1.
    """

    heat: float
    count: int
    first: datetime
    last: datetime
    title: str
    words: tuple[str, ...]
    places: tuple[str, ...]
    members: tuple[int, ...]
    together: float


def hot_issues(
    messages: Sequence[Message],
    *,
    alike: float = ALIKE,
    near_days: float = NEAR_DAYS,
    smallest: int = SMALLEST,
    common: float = COMMON,
    who: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> list[Issue]:
    """Return what many of some messages are about, hottest first; the same messages always give the same issues.

    Args:
        smallest: of how many distinct messages an issue is at least; of how many people, where `who` is given.
        common: a word of a larger share of the messages is left out.
        who: a number for whoever wrote each message: then one person counts once, whatever they write.
    """
    if len(messages) < 2:
        return []
    read = _Read(messages, common, progress)
    days = np.array([_day(one.at) for one in messages])
    found = []
    heaps = _heaps(read, days, alike, near_days)
    for done, heap in enumerate(heaps, 1):
        for members in _parted(read, days, heap, alike, near_days):
            issue = _issue(messages, read, days, members, smallest, who)
            if issue is not None:
                found.append(issue)
        if progress:
            progress(done, len(heaps), "group")
    return sorted(found, key=lambda one: (-one.heat, one.members))


class _Read:
    """Messages as vectors, and their words."""

    def __init__(self, messages: Sequence[Message], common: float, progress: Progress | None) -> None:
        from scipy.sparse import hstack
        from sklearn.preprocessing import normalize

        self.titles, self.words = [], []
        runs = []
        for number, one in enumerate(messages, 1):
            title = readable(one.title)
            self.titles.append([word for word in words(title) if len(word) > 1])
            detail = [word for word in words(readable(one.detail[:READ_OF_DETAIL])) if len(word) > 1]
            self.words.append(self.titles[-1] * 2 + detail)
            whole = title.replace("\n", "")
            runs.append([whole[at : at + 3] for at in range(len(whole) - 2)])
            if progress and number % 100 == 0:
                progress(number, len(messages), "read")
        said = zip((self.words, self.titles, runs), SHARES, strict=True)
        parts = [_rare(one, common) * math.sqrt(share) for one, share in said]
        self.vectors = normalize(hstack(parts, format="csr")).astype(np.float32)
        self.places = _place_columns([{name for said in _PLACE.findall(readable(one.title)) for name in _tails(said)} for one in messages])
        self.seen = Counter(word for said in self.words for word in set(said))


def _rare(said: Sequence[Sequence[str]], common: float) -> Any:
    """Return unit vectors in which rare words weigh most; words of one message or of very many are left out."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    seen = Counter(word for one in said for word in set(one))
    most = max(common * len(said), 10)
    kept = sorted(word for word, count in seen.items() if 2 <= count <= most)
    # Without any shared word the messages have nothing in common; one column keeps the shape.
    return TfidfVectorizer(analyzer=_as_it_is, sublinear_tf=True, vocabulary=kept or [""]).fit_transform(said)


def _place_columns(named: Sequence[set[str]]) -> Any:
    from scipy.sparse import csr_matrix

    columns: dict[str, int] = {}
    cells = [(row, columns.setdefault(name, len(columns))) for row, names in enumerate(named) for name in sorted(names)]
    at = np.array(cells, np.int64).reshape(-1, 2)
    return csr_matrix((np.ones(len(at), np.float32), (at[:, 0], at[:, 1])), (len(named), max(1, len(columns))))


def _as_it_is(said: Iterable[str]) -> Iterable[str]:
    return said


def _likeness(read: _Read, days: NDArray[np.float64], rows: Numbers, columns: Numbers, near_days: float) -> NDArray[np.float32]:
    """Return how alike messages are, faded by the days between them, and less where their titles name different places."""
    alike = (read.vectors[rows] @ read.vectors[columns].T).toarray()
    apart = np.abs(days[rows][:, None] - days[columns][None, :])
    alike *= np.clip(1.5 - apart / near_days, 0, 1)
    same = (read.places[rows] @ read.places[columns].T).toarray() > 0
    named = np.asarray(read.places.sum(axis=1)).ravel() > 0
    alike[named[rows][:, None] & named[columns][None, :] & ~same] *= OTHER_PLACE
    return np.asarray(alike, np.float32)


def _heaps(read: _Read, days: NDArray[np.float64], alike: float, near_days: float) -> list[Numbers]:
    """Part messages into heaps with no likeness between them that could join two; a heap that stays too big is cut at stronger likeness."""
    from scipy.sparse import coo_matrix, vstack
    from scipy.sparse.csgraph import connected_components

    count = read.vectors.shape[0]
    everything = np.arange(count)
    if count <= TOGETHER:
        return [everything]
    links = []
    for start in range(0, count, 1000):
        rows = everything[start : start + 1000]
        near = _likeness(read, days, rows, everything, near_days)
        near[near < alike] = 0
        links.append(coo_matrix(near))
    linked = vstack(links).tocsr()
    heaps, waiting = [], [(everything, alike)]
    while waiting:
        rows, least = waiting.pop()
        part = linked[rows][:, rows]
        part.data = np.where(part.data >= least, part.data, 0)
        part.eliminate_zeros()
        _, of = connected_components(part, directed=False)
        order = np.argsort(of, kind="stable")
        for members in np.split(rows[order], np.flatnonzero(np.diff(of[order])) + 1):
            if len(members) > TOGETHER:
                waiting.append((members, least + 0.05))
            elif len(members) > 1:
                heaps.append(members)
    return sorted(heaps, key=lambda heap: int(heap[0]))


def _parted(read: _Read, days: NDArray[np.float64], heap: Numbers, alike: float, near_days: float) -> list[Numbers]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(heap) < 2:
        return []
    apart = 1 - np.clip(_likeness(read, days, heap, heap, near_days), 0, 1)
    np.fill_diagonal(apart, 0)
    of = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - alike, "distance")
    order = np.argsort(of, kind="stable")
    return np.split(heap[order], np.flatnonzero(np.diff(of[order])) + 1)


def _issue(
    messages: Sequence[Message], read: _Read, days: NDArray[np.float64], members: Numbers, smallest: int, who: Sequence[int] | None
) -> Issue | None:
    if len(members) < smallest:
        return None
    once: dict[str | int, int] = {}
    for row in members.tolist():
        once.setdefault(readable(messages[row].title + "\n" + messages[row].detail) if who is None else who[row], row)
    if len(once) < smallest:
        return None
    distinct = np.array(sorted(once.values()))
    alike = (read.vectors[distinct] @ read.vectors[distinct].T).toarray()
    together = float((alike.sum() - len(distinct)) / (len(distinct) * (len(distinct) - 1)))
    middle = messages[int(distinct[int(alike.sum(axis=1).argmax())])]
    fresh = float((0.5 ** ((days.max() - days[distinct]) / HALF_LIFE_DAYS)).sum())
    in_order = sorted(members.tolist(), key=lambda row: (messages[row].at, row))
    places = _places(messages, distinct)
    return Issue(
        heat=round(fresh * math.sqrt(together), 3),
        count=len(distinct),
        first=messages[in_order[0]].at,
        last=messages[in_order[-1]].at,
        title=middle.title,
        words=tuple(word for word in _own_words(read, distinct) if not any(word in place for place in places))[:KEY_WORDS],
        places=places,
        members=tuple(in_order),
        together=round(together, 3),
    )


def _own_words(read: _Read, members: Numbers) -> tuple[str, ...]:
    """Return the words that these messages use much more than the others do."""
    inside = Counter(word for row in members for word in set(read.words[row]))
    whole = len(read.words)
    weight = {word: count * math.log(whole / read.seen[word]) for word, count in inside.items() if count >= max(2, len(members) / 4)}
    return tuple(sorted(weight, key=lambda word: (-weight[word], word)))


def _places(messages: Sequence[Message], members: Numbers) -> tuple[str, ...]:
    """Return names of places that at least a third of the messages use, commonest first."""
    found: Counter[str] = Counter()
    for row in members:
        read = readable(messages[row].title + "\n" + messages[row].detail[:READ_OF_DETAIL])
        found.update({name for said in _PLACE.findall(read) for name in _tails(said)})
    kept: list[str] = []
    # What stands before a name differs from message to message, so the name itself is the commonest of all its lengthenings.
    for name, count in sorted(found.items(), key=lambda one: (-one[1], -len(one[0]), one[0])):
        if count < max(2, len(members) / 3):
            break
        if not any(name in other or other in name for other in kept):
            kept.append(name)
    return tuple(kept[:3])


def _tails(said: str) -> Iterable[str]:
    """Give what may be the name: two characters and the ending, or more."""
    ending = max(len(one) for one in _ENDINGS if said.endswith(one))
    return (said[start:] for start in range(len(said) - ending - 1))


def _day(at: datetime) -> float:
    return at.timestamp() / 86400
