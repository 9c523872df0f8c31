"""An index over a tree of divisions: which places the pieces of a text name.

Names are looked up by their first two characters and then whole, so that a text is read once whatever the size of the
tree. Communities of a large tree are indexed for a county when a text first leads there: a country has 620,000 of them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from huiyin.core import address_names as names
from huiyin.core.address_names import COMMUNITY, DEPTH, DISTRICT, EMPTY, LONGEST, SHORTEST, STREET
from huiyin.core.gazetteer import Entry

# Up to so many communities all are indexed at once, and a text may name one without its district.
ALL_AT_ONCE: Final = 40_000
WHOLE, VARIANT, STEM, NEAR = "whole", "variant", "stem", "near"
# Characters that tell neighbours of one name apart: another one there is another place and no slip of the pen.
TELLING: Final = frozenset(
    "东西南北中前后左右上下内外大小新老一二三四五六七八九十百千0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
ENDINGS: Final = frozenset("区县市道镇乡村会")
LONGEST_NEAR: Final = 10
FILLED_AT_MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that name a place.

    Attributes:
        form: ``whole`` with the word for its level as in the list, ``variant`` with another, ``stem`` without any,
            ``near`` with one character that differs, or the kind of an entry of the gazetteer.
        entry: number of the gazetteer's entry that led here, or -1.
    """

    start: int
    end: int
    place: int
    form: str
    entry: int = -1


class Names:
    """Words -> numbers of places, found in a text by their first two characters."""

    __slots__ = ("_found", "_sizes")

    def __init__(self) -> None:
        """Begin with no words."""
        self._found: dict[str, int | list[int]] = {}
        self._sizes: dict[str, int] = {}

    def add(self, word: str, place: int) -> None:
        """Let a word lead to a place."""
        if not SHORTEST <= len(word) <= LONGEST or word in names.LEVEL_WORDS:
            return
        have = self._found.get(word)
        if have is None:
            self._found[word] = place
            head = word[:2]
            self._sizes[head] = self._sizes.get(head, 0) | 1 << len(word)
        elif isinstance(have, list):
            if place not in have[-2:]:
                have.append(place)
        elif have != place:
            self._found[word] = [have, place]

    def get(self, word: str) -> tuple[int, ...]:
        """Return the places a word leads to."""
        have = self._found.get(word)
        return () if have is None else tuple(have) if isinstance(have, list) else (have,)

    def found_in(self, read: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Yield (start, end, places) for every word that stands in a text."""
        for start in range(len(read) - 1):
            sizes = self._sizes.get(read[start : start + 2])
            if sizes is None:
                continue
            for size in range(SHORTEST, min(LONGEST, len(read) - start) + 1):
                if sizes >> size & 1 and (places := self.get(read[start : start + size])):
                    yield start, start + size, places

    def __len__(self) -> int:
        return len(self._found)


class DivisionIndex:
    """A tree of divisions that can be asked which places a text names."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]], entries: Sequence[Entry] = ()) -> None:
        """Read the tree.

        Args:
            entries: further names and the divisions they lead to; one whose division is not in the tree leads nowhere.
            rows: (code, name, level, parent code), parents before their children; a row whose code came before (a city
                without districts listed again as its own district) only adds the level.
        """
        self.codes: list[str] = []
        self.names: list[str] = []
        self.depths = array("b")
        self.parents = array("l")
        self.number: dict[str, int] = {}
        self._stems = array("b")
        self._upper = Names()
        self._inside: dict[int, Names] = {}
        self._communities: dict[int, list[int]] = defaultdict(list)
        self._of_street: dict[int, list[int]] = defaultdict(list)
        self._counties: dict[int, list[int]] = defaultdict(list)
        for code, name, level, parent in rows:
            self._add(code, name, DEPTH[level], parent)
        self.whole_at_once = sum(map(len, self._communities.values())) <= ALL_AT_ONCE
        if self.whole_at_once:
            for places in self._communities.values():
                for place in places:
                    self._name(place, self._upper)
        self.entries = tuple(entries)
        self._aliases = Names()
        for number, entry in enumerate(self.entries):
            if entry.place in self.number and entry.kind != "centre":
                self._aliases.add(names.plain(entry.name), number)
                if entry.kind in ("former", "part"):
                    self._aliases.add(self._former_stem(entry), number)
        self._slips = self._patterns() if self.whole_at_once else {}

    def _former_stem(self, entry: Entry) -> str:
        return names.stem_of(names.plain(entry.name), self.depths[self.number[entry.place]])

    def _patterns(self) -> dict[str, list[int]]:
        """Return every name with one character of its stem left open."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(self.names):
            depth = self.depths[place]
            stem = name[: self._stems[place]]
            if depth < DISTRICT or len(stem) < SHORTEST or stem == name:
                continue
            word = name if depth < COMMUNITY else stem + ("村" if "村" in name[len(stem) :] else "社区")
            if len(word) > LONGEST_NEAR:
                continue
            for at in range(len(stem)):
                if stem[at] not in TELLING:
                    found[f"{word[:at]}?{word[at + 1 :]}"].append(place)
        return dict(found)

    def slips(self, read: str) -> list[Mention]:
        """Return the names a text has with one other character in them; only in a small tree."""
        found = []
        for end in range(3, len(read) + 1):
            if read[end - 1] not in ENDINGS:
                continue
            for start in range(max(0, end - LONGEST_NEAR), end - 2):
                word = read[start:end]
                for at in range(len(word) - 1):
                    places = self._slips.get(f"{word[:at]}?{word[at + 1 :]}") if word[at] not in TELLING else None
                    found += [Mention(start, end, place, NEAR) for place in places or () if self.names[place][at] != word[at]]
        return found

    def slips_after(self, read: str, street: int, end: int) -> list[Mention]:
        """Return the communities of a street that words right behind its name are one character away from.

        Among the dozen communities of one street a single other character is a slip; in a whole city it may be another place.
        """
        found = []
        for start in range(end, min(end + FILLED_AT_MOST, len(read)) + 1):
            if not names.fills(read[end:start]):
                continue
            for place in self._of_street.get(street, ()):
                stem = self.names[place][: self._stems[place]]
                word = read[start : start + len(stem)]
                if len(word) < len(stem) or names.names_a_road(read, start + len(stem)) or names.names_a_road(stem, len(stem) - 1):
                    continue
                other = [at for at in range(len(stem)) if stem[at] != word[at]]
                if len(other) == 1 and stem[other[0]] not in TELLING and word[other[0]] not in TELLING:
                    after = names.word_after(read, start + len(stem), COMMUNITY)
                    found.append(Mention(start, start + len(stem) + len(after), place, NEAR))
        return found

    def _add(self, code: str, name: str, depth: int, parent: str) -> None:
        if code in self.number:
            return
        place = len(self.codes)
        self.number[code] = place
        self.codes.append(code)
        self.names.append(name)
        self.depths.append(depth)
        self.parents.append(self.number.get(parent, -1))
        self._stems.append(0)
        if depth == COMMUNITY:
            self._communities[self.above(place, DISTRICT)].append(place)
            self._of_street[self.parents[place]].append(place)
        elif name not in EMPTY:
            self._name(place, self._upper)

    def _name(self, place: int, into: Names) -> None:
        name, depth = self.names[place], self.depths[place]
        stem = names.stem_of(name, depth)
        self._stems[place] = len(stem)
        into.add(name, place)
        if stem != name:
            into.add(stem, place)

    def __len__(self) -> int:
        return len(self.codes)

    def above(self, place: int, depth: int) -> int:
        """Return the place at a depth on the way from the root to a place, or the nearest above that depth; -1 for none."""
        while place >= 0 and self.depths[place] > depth:
            place = self.parents[place]
        return place

    def path(self, place: int) -> tuple[int, ...]:
        """Return the places from the root down to a place, itself included."""
        steps = []
        while place >= 0:
            steps.append(place)
            place = self.parents[place]
        return tuple(reversed(steps))

    def counties_of(self, city: int) -> list[int]:
        """Return the counties of a city."""
        if not self._counties:
            for place, depth in enumerate(self.depths):
                if depth == DISTRICT:
                    self._counties[self.parents[place]].append(place)
        return self._counties.get(city, [])

    def under(self, place: int, other: int) -> bool:
        """Tell whether a place is another or lies in it."""
        depth = self.depths[other]
        while place >= 0 and self.depths[place] > depth:
            place = self.parents[place]
        return place == other

    def full_name(self, place: int) -> str:
        """Return the names from the root down, those that stand for no level left out."""
        return "".join(self.names[one] for one in self.path(place) if self.names[one] not in EMPTY)

    def mentions(self, read: str) -> list[Mention]:
        """Return what a text names: everything above the communities, and in a small tree those too."""
        return [*dict.fromkeys(self._mentions(read, self._upper)), *self._by_entries(read)]

    def _by_entries(self, read: str) -> Iterator[Mention]:
        for start, end, numbers in self._aliases.found_in(read):
            for number in numbers:
                entry = self.entries[number]
                place = self.number[entry.place]
                if entry.kind != "road" and names.names_a_road(read, end):
                    continue
                depth = self.depths[place]
                if end - start == len(names.plain(entry.name)):
                    yield Mention(start, end, place, entry.kind, number)
                elif after := names.word_after(read, end, depth):
                    yield Mention(start, end + len(after), place, entry.kind, number)
                elif not names.names_another_level(read, end, depth):
                    yield Mention(start, end, place, STEM, number)

    def mentions_inside(self, read: str, county: int) -> list[Mention]:
        """Return the communities of one county that a text names."""
        return list(dict.fromkeys(self._mentions(read, self._of(county))))

    def _of(self, county: int) -> Names:
        known = self._inside.get(county)
        if known is None:
            known = self._inside[county] = Names()
            for place in self._communities.get(county, ()):
                self._name(place, known)
        return known

    def _mentions(self, read: str, known: Names) -> Iterator[Mention]:
        for start, end, places in known.found_in(read):
            word = read[start:end]
            for place in places:
                if (one := self._mention(read, start, end, place, word)) is not None:
                    yield one

    def _mention(self, read: str, start: int, end: int, place: int, word: str) -> Mention | None:
        depth, name = self.depths[place], self.names[place]
        stem = name[: self._stems[place]]
        if word != stem or stem == name:
            bare = depth >= DISTRICT and (names.is_generic(word) or not names.has_level_word(word, depth))
            return Mention(start, end, place, STEM if bare else WHOLE)
        after = names.word_after(read, end, depth)
        if after:
            said = stem + after
            if depth <= STREET and names.is_generic(said):
                return Mention(start, end + len(after), place, STEM)
            whole = name.startswith(said) or (depth == COMMUNITY and names.is_village(after) == names.is_village(name[len(stem) :]))
            return Mention(start, end + len(after), place, WHOLE if whole else VARIANT)
        if names.names_another_level(read, end, depth):
            return None
        return Mention(start, end, place, STEM)
