"""Reads an address: which division it names, how sure that is, and what else it may be. No database, no files.

Every place a text names is a candidate. A candidate is weighed by its whole way from the root: words that name its parents
speak for it, words that name a place elsewhere against it, words far apart or in the wrong order less. The weights of all
candidates become shares; a division is **said** only as deep as one branch holds nearly all of them. Two communities of
one name in one street leave the street known and the community open: a guess is never shown as a fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import Final

from huiyin.core.address_index import NEAR, STEM, VARIANT, WHOLE, DivisionIndex, Mention
from huiyin.core.address_names import CITY, COMMUNITY, DISTRICT, PROVINCE, STREET, fills, is_road, names_a_building, names_a_road, plain

READ_AT_MOST: Final = 300
# A division is said when its branch holds at least this share.
SURE: Final = 0.6
# That no division is meant at all is a reading too; it weighs what a bare word without a parent hardly outweighs.
NOTHING: Final = -1.0
CANDIDATES_AT_MOST: Final = 60
COUNTIES_AT_MOST: Final = 30
# What the name of each level is worth when it is said in full.
WORTH: Final = (3.0, 4.0, 6.0, 6.5, 5.0)
FORM: Final[Mapping[str, float]] = {
    WHOLE: 1.0, VARIANT: 0.8, STEM: 0.6, NEAR: 0.5,
    "former": 0.95, "part": 0.6, "estate": 0.9, "landmark": 0.8, "nickname": 0.8, "road": 0.6,
}  # fmt: skip
# A bare stem away from every other name is hardly a place: it is also a word, a brand, a surname.
ALONE: Final = 0.3
GAP, GAP_AT_MOST = 0.3, 3.0
ZONE_GAP: Final = 1
# A name so many places bear says little against a place.
COMMON: Final = 12
BACKWARDS: Final = 0.5
# What a bare stem loses when no parent is named before it: a city is meant more often than a village of its name.
BARE: Final = (0.0, 0.0, 0.6, 3.0, 3.5)
BARE_VARIANT, BARE_NEAR = 1.0, 5.0
# And what it loses besides when more words follow at once: then it is as well the beginning of an estate's name.
BARE_GOES_ON: Final = 1.5
SHORT_SLIP: Final = 4
# A community one character away, its street not named, is as well one that the tree does not know.
NEAR_COMMUNITY, BARE_COMMUNITY = 0.1, 0.6
AGAINST, AGAINST_AFTER = 0.8, 0.15
SMALLER, SMALLER_IN_CITY = 0.2, 0.8
FORMER: Final = 0.3
OMITTED: Final = (0.0, 0.1, 0.4, 0.6)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A division an address may mean.

    Attributes:
        place: its number in the index.
        share: how likely it, and nothing deeper, is meant; what is missing to one is the reading that none is.
        words: the mentions it rests on, from the root down.
        against: words that name a place elsewhere.
    """

    place: int
    score: float
    share: float
    words: tuple[Mention, ...]
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address says.

    Attributes:
        read: the text as it was read.
        candidates: likeliest first.
        said: number of the deepest division that is sure; -1 for none.
        confidence: share of all candidates that lie in it.
        unsure: something deeper than ``said``, or anything at all, is named but not certain.
    """

    read: str
    candidates: tuple[Candidate, ...]
    said: int
    confidence: float
    unsure: bool


def read_address(index: DivisionIndex, text: str, *, sure: float = SURE) -> Reading:
    """Return what an address says."""
    read = plain(text)[:READ_AT_MOST]
    mentions = _outer(read, index.mentions(read))
    if not index.whole_at_once:
        for county in _counties(index, mentions):
            mentions += index.mentions_inside(read, county)
        mentions = _outer(read, mentions)
    else:
        mentions += _slips(index, read, mentions)
    return weigh(index, read, mentions, sure=sure)


def _slips(index: DivisionIndex, read: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return names with another character in them; looked for only where nothing stands that was written as it should be."""
    taken = [(one.start, one.end) for one in mentions if one.form != STEM]
    ends = {0, *(end for _, end in taken)}
    # Two characters and a word for the level stand in many a text; they are a name only right behind another.
    found = [one for one in index.slips(read) if one.end - one.start > SHORT_SLIP or one.start in ends]
    exact = [(one.start, one.end) for one in mentions if index.depths[one.place] == COMMUNITY]
    found = [one for one in found if not any(one.start < end and start < one.end for start, end in (*taken, *exact))]
    for street in mentions:
        if index.depths[street.place] == STREET:
            # Behind the name of its street a slip weighs more than the chance that a place elsewhere is called so.
            own = [(one.start, one.end) for one in mentions if index.parents[one.place] == street.place]
            near = index.slips_after(read, street.place, street.end)
            found += [one for one in near if not any(one.start < end and start < one.end for start, end in own)]
    return list(dict.fromkeys(found))


def weigh(index: DivisionIndex, read: str, mentions: Sequence[Mention], *, sure: float = SURE) -> Reading:
    """Return what the mentions of a text say together."""
    by_place: dict[int, list[Mention]] = defaultdict(list)
    by_span: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for one in mentions:
        by_place[one.place].append(one)
        by_span[one.start, one.end].append(one)
    zone = _zone(mentions)
    covered = 0
    for one in mentions:
        if one.form != STEM:
            covered |= (1 << one.end - one.start) - 1 << one.start
    weighed = [_weigh(index, read, place, by_place, by_span, zone, covered) for place in _worth_weighing(index, by_place)]
    kept = [one for one in weighed if one[1]]
    if not kept:
        return Reading(read, (), -1, 0.0, False)
    best = max(NOTHING, *(score for _, _, score, _ in kept))
    total = sum(exp(score - best) for _, _, score, _ in kept) + exp(NOTHING - best)
    candidates = [Candidate(place, score, exp(score - best) / total, words, against) for place, words, score, against in kept]
    candidates.sort(key=lambda one: (-one.score, -index.depths[one.place], index.codes[one.place]))
    said, held = _said(index, candidates, sure)
    top = candidates[0]
    if index.whole_at_once:
        # In a tree that is known whole, two names in full that exclude each other are a question and not a sum.
        while said >= 0 and _contradicted(index, said, top, candidates, zone):
            said = index.parents[said]
        held = sum(one.share for one in candidates if index.under(one.place, said)) if said >= 0 else 0.0
    return Reading(read, tuple(candidates), said, held, said != top.place)


def _said(index: DivisionIndex, candidates: Sequence[Candidate], sure: float) -> tuple[int, float]:
    """Return the deepest place whose branch holds the share asked for, and its share."""
    held: dict[int, float] = defaultdict(float)
    for one in candidates:
        for place in index.path(one.place):
            held[place] += one.share
    said, share = -1, 0.0
    for place, mass in held.items():
        if mass >= sure and (said < 0 or index.depths[place] > index.depths[said]):
            said, share = place, mass
    return said, share


def _contradicted(index: DivisionIndex, said: int, top: Candidate, candidates: Sequence[Candidate], zone: int) -> bool:
    """Tell whether a name written in full leads elsewhere than the likeliest candidate does."""
    for other in candidates:
        own = next((word for word in other.words if word.place == other.place), None)
        if own is None or own.form != WHOLE or index.depths[other.place] > STREET or own.start >= max(zone, top.words[-1].start):
            continue
        if index.under(said, other.place) or index.under(other.place, said):
            continue
        if not any(own.start < word.end and word.start < own.end for word in top.words):
            return True
    return False


def _outer(read: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Leave out what only stands inside a longer name of another place, and stems that name a road or a building."""
    whole = {(one.start, one.end) for one in mentions if one.form != STEM}
    begins = {start for start, _ in whole}
    longest: dict[int, int] = {}
    for one in mentions:
        longest[one.start] = max(longest.get(one.start, 0), one.end)
    return [
        one
        for one in mentions
        if not (one.form == STEM and one.end not in begins and names_a_building(read, one.end))
        and not (one.form == STEM and one.end < longest[one.start] and one.end not in begins)
        and not any(
            start <= one.start and one.end <= end and end - start > one.end - one.start and (one.form == STEM or start < one.start)
            for start, end in whole
        )
    ]


def _counties(index: DivisionIndex, mentions: Sequence[Mention]) -> list[int]:
    """Return the counties whose communities a text may name: those named, of streets named, of cities named alone."""
    found: dict[int, None] = {}
    for one in mentions:
        if index.depths[one.place] >= DISTRICT:
            found.setdefault(index.above(one.place, DISTRICT))
    named = {index.above(county, CITY) for county in found}
    for one in mentions:
        if index.depths[one.place] == CITY and one.place not in named:
            for county in index.counties_of(one.place):
                found.setdefault(county)
    if len(found) <= COUNTIES_AT_MOST:
        return list(found)
    named = {one.place for one in mentions}
    return sorted(found, key=lambda county: -sum(place in named for place in index.path(county)))[:COUNTIES_AT_MOST]


def _worth_weighing(index: DivisionIndex, by_place: Mapping[int, Sequence[Mention]]) -> Iterable[int]:
    """Return the candidates; of a name a whole country shares only those with a parent that is named too."""
    if len(by_place) <= CANDIDATES_AT_MOST:
        return by_place
    return [
        place
        for place in by_place
        if index.depths[place] <= DISTRICT
        or any(word.form != STEM or word.start == 0 for word in by_place[place])
        or any(one in by_place for one in index.path(place)[:-1])
    ] or list(by_place)


Weighed = tuple[int, tuple[Mention, ...], float, tuple[str, ...]]


def _weigh(
    index: DivisionIndex,
    read: str,
    place: int,
    by_place: Mapping[int, Sequence[Mention]],
    by_span: Mapping[tuple[int, int], Sequence[Mention]],
    zone: int,
    covered: int,
) -> Weighed:
    path = index.path(place)
    best: tuple[float, tuple[Mention, ...]] = (float("-inf"), ())
    for own in by_place[place]:
        chain = _chain(path, own, by_place)
        score = _score(index, read, chain, covered)
        if score > best[0]:
            best = score, chain
    score, chain = best
    if not chain:
        return place, (), score, ()
    for one in path[:-1]:
        if not any(word.place == one for word in chain):
            score -= OMITTED[index.depths[one]]
    against = []
    for span, words in by_span.items():
        cost = _against(index, place, chain, span, words, zone)
        if cost:
            score -= cost
            against.append(read[span[0] : span[1]])
    return place, chain, score, tuple(against)


def _chain(path: Sequence[int], own: Mention, by_place: Mapping[int, Sequence[Mention]]) -> tuple[Mention, ...]:
    """Return the words for a place and its parents, each character used once, those before their child preferred."""
    chain = [own]
    for place in reversed(path[:-1]):
        child = chain[0]
        free = [
            one
            for one in by_place.get(place, ())
            if all(one.end <= used.start or one.start >= used.end for used in chain) and (one.form != STEM or one.end <= child.start)
        ]
        if free:
            chain.insert(0, max(free, key=lambda one: (one.end <= child.start, FORM[one.form], one.end)))
    return tuple(chain)


def _goes_on(read: str, end: int) -> bool:
    return (
        end < len(read)
        and not read[end].isascii()
        and not any(fills(read[end:stop]) for stop in range(end + 1, min(end + 4, len(read)) + 1))
    )


def _unread(covered: int, start: int, end: int) -> int:
    """Return how many characters of a stretch belong to no name in full."""
    if end <= start:
        return 0
    return end - start - (covered >> start & (1 << end - start) - 1).bit_count()


def _score(index: DivisionIndex, read: str, chain: Sequence[Mention], covered: int) -> float:
    starts = {one.start for one in chain}
    ends = {one.end for one in chain} | {0}
    score, reached = 0.0, 0
    for one in sorted(chain, key=lambda word: word.start):
        depth = index.depths[one.place]
        worth = WORTH[depth] * FORM[one.form]
        touches = one.start in ends or one.end in starts or any(end < one.start and fills(read[end : one.start]) for end in ends)
        if depth == COMMUNITY:
            if one.form == STEM:
                worth *= BARE_COMMUNITY if touches else NEAR_COMMUNITY
            elif one.form == NEAR and (
                one.end - one.start < SHORT_SLIP - 1 or not any(index.depths[other.place] == STREET for other in chain)
            ):
                worth *= NEAR_COMMUNITY
            elif names_a_road(read, one.end):
                return float("-inf")
        elif one.form == STEM and (not touches or is_road(read[one.start : one.end])):
            worth *= ALONE
        if not fills(read[reached : one.start]):
            worth -= min(GAP * _unread(covered, reached, one.start), GAP_AT_MOST)
        reached = max(reached, one.end)
        score += worth
    if chain[0].form == STEM:
        score -= BARE[index.depths[chain[0].place]]
        if index.whole_at_once and len(chain) == 1 and index.depths[chain[0].place] >= STREET and _goes_on(read, chain[0].end):
            score -= BARE_GOES_ON
    elif chain[0].form == VARIANT:
        score -= BARE_VARIANT
    elif chain[0].form == NEAR:
        score -= BARE_NEAR
    for upper, lower in pairwise(chain):
        if upper.start > lower.start:
            score -= WORTH[index.depths[upper.place]] * BACKWARDS * FORM[upper.form]
    return score


def _zone(mentions: Sequence[Mention]) -> int:
    """Return where the names of divisions at the head of an address end and roads and buildings begin."""
    reached = 0
    for one in sorted(mentions, key=lambda word: word.start):
        if one.start - reached <= ZONE_GAP and (one.form != STEM or one.start == reached):
            reached = max(reached, one.end)
    return reached


def _against(
    index: DivisionIndex, place: int, chain: Sequence[Mention], span: tuple[int, int], words: Sequence[Mention], zone: int
) -> float:
    """Return how much words that name places elsewhere speak against a place."""
    start, end = span
    if any(one.start < end and start < one.end for one in chain):
        return 0.0
    if any(index.under(one.place, place) or index.under(place, one.place) for one in words):
        return 0.0
    elsewhere = [one for one in words if (index.depths[one.place] < COMMUNITY or one.entry >= 0) and one.form != NEAR]
    if not elsewhere:
        return 0.0
    strongest = max(WORTH[index.depths[one.place]] * FORM[one.form] for one in elsewhere)
    if min(index.depths[one.place] for one in elsewhere) > index.depths[place]:
        # A smaller place of that name lies elsewhere in the tree: here it may be one the tree does not know.
        strongest *= SMALLER_IN_CITY if index.whole_at_once and any(one.form == WHOLE for one in elsewhere) else SMALLER
    if all(one.form in ("former", "part") for one in elsewhere):
        # What bore an old name may have been divided since; the part meant then lies elsewhere today.
        strongest *= FORMER
    if all(one.form == STEM for one in words):
        strongest *= 0.5 if start == 0 or any(one.end == start for one in chain) else 0.1
    return strongest * (AGAINST if start < max(zone, chain[-1].start) else AGAINST_AFTER) * (1.0 if len(words) < COMMON else 0.3)


__all__ = ["CITY", "COMMUNITY", "DISTRICT", "PROVINCE", "STREET", "Candidate", "Reading", "read_address", "weigh"]
