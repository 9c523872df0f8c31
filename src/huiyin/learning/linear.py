"""A trained model as it answers: a few arrays of weights, read without the library that made them.

A feature's value is ``(1 + ln count) * rarity``, divided by the length of its block's vector; a topic's margin is the sum of value
times weight, plus the topic's bias. Margins times the sharpness, through a softmax, are the confidences.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from huiyin.learning.features import BLOCKS, Counts, counts, readable

Floats = NDArray[np.float32]
Read = tuple[Counts, ...]
# Grows whenever features or arithmetic change: a model made for other features is not read.
FORMAT: Final = 1
WORDS_SHOWN: Final = 5


class UnreadableError(Exception):
    """A stored model was made by another release, or is damaged."""


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of feature.

    Attributes:
        index: feature to its row.
        rarity: of each feature (inverse document frequency).
        weights: one row a feature, one column a topic.
    """

    index: Mapping[str, int]
    rarity: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights for each topic, and how sure their margins make it."""

    topics: tuple[str, ...]
    blocks: tuple[Block, ...]
    bias: Floats
    sharpness: float

    def margins(self, text: str, read: Read | None = None) -> NDArray[np.float64]:
        """Return the margin of each topic.

        Args:
            read: `features.counts` of the text, where they are at hand.
        """
        total: NDArray[np.float64] = self.bias.astype(np.float64)
        for block, counted in zip(self.blocks, read or counts(text), strict=True):
            rows, values = _values(block, counted)
            if len(rows):
                total += values @ block.weights[rows]
        return total

    def confidences(self, text: str, read: Read | None = None) -> NDArray[np.float64]:
        """Return the calibrated confidence of each topic; they add up to one."""
        return softmax(self.margins(text, read)[None, :], self.sharpness).reshape(-1)

    def words_for(self, text: str, topic: str, read: Read | None = None, *, limit: int = WORDS_SHOWN) -> tuple[str, ...]:
        """Return the pieces of a text that spoke most for a topic, against the average topic, strongest first.

        What a character, a pair and a word add is spread over the characters they stand on; the pieces are the runs that
        stand out.
        """
        column = self.topics.index(topic)
        letters = readable(text)
        charge = np.zeros(len(letters))
        for block, counted, length in zip(self.blocks, read or counts(text), (len(letters), len(letters), *_OPENING), strict=True):
            rows, values = _values(block, counted)
            if not len(rows):
                continue
            weights = block.weights[rows]
            shares = values * (weights[:, column] - weights.mean(axis=1))
            known = [feature for feature in counted if feature in block.index]
            for feature, share in zip(known, shares, strict=True):
                each = share / counted[feature] / len(feature)
                start = letters.find(feature, 0, length)
                while start >= 0:
                    charge[start : start + len(feature)] += each
                    start = letters.find(feature, start + 1, length)
        return _pieces(letters, charge, limit)

    def to_bytes(self) -> bytes:
        """Return it as bytes to store."""
        head = {
            "format": FORMAT,
            "topics": self.topics,
            "sharpness": self.sharpness,
            "features": [list(block.index) for block in self.blocks],
        }
        told = json.dumps(head, ensure_ascii=False).encode()
        arrays = [self.bias, *(array for block in self.blocks for array in (block.rarity, block.weights))]
        return zlib.compress(struct.pack("<I", len(told)) + told + b"".join(array.astype("<f4").tobytes() for array in arrays), 6)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Linear:
        """Read it back.

        Raises:
            UnreadableError: these bytes are no model of this release.
        """
        try:
            plain = zlib.decompress(stored)
            size = struct.unpack_from("<I", plain)[0]
            head = json.loads(plain[4 : 4 + size])
            if head["format"] != FORMAT or len(head["features"]) != len(BLOCKS):
                raise UnreadableError("format")
            return cls._read(head, np.frombuffer(plain, "<f4", offset=4 + size))
        except (zlib.error, struct.error, ValueError, KeyError, TypeError) as error:
            raise UnreadableError("damaged") from error

    @classmethod
    def _read(cls, head: Mapping[str, Any], values: Floats) -> Linear:
        topics = tuple(head["topics"])
        wide, at = len(topics), len(topics)
        blocks = []
        for names in head["features"]:
            high = len(names)
            rarity = values[at : at + high]
            weights = values[at + high : at + high + high * wide].reshape(high, wide)
            blocks.append(Block({name: row for row, name in enumerate(names)}, rarity, weights))
            at += high + high * wide
        if at != len(values):
            raise UnreadableError("length")
        return cls(topics, tuple(blocks), values[:wide], float(head["sharpness"]))


_OPENING = tuple(int(name.removeprefix("opening")) for name in BLOCKS if name.startswith("opening"))


def softmax(margins: NDArray[np.float64], sharpness: float) -> NDArray[np.float64]:
    """Return confidences from margins, a row a text."""
    scaled = margins * sharpness
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _values(block: Block, counted: Mapping[str, int]) -> tuple[Sequence[int], NDArray[np.float64]]:
    index = block.index
    found = [(row, count) for feature, count in counted.items() if (row := index.get(feature)) is not None]
    if not found:
        return (), np.zeros(0)
    rows = [row for row, _ in found]
    often = np.array([1.0 if count == 1 else 1.0 + math.log(count) for _, count in found])
    values = often * block.rarity[rows]
    return rows, values / np.sqrt(values @ values)


def _pieces(read: str, charge: NDArray[np.float64], limit: int) -> tuple[str, ...]:
    """Return the words of a text with the most charge; words side by side that both stand out are one piece."""
    from huiyin.learning.features import words

    spans: list[tuple[float, int, int]] = []
    at = 0
    for word in words(read):
        at = read.index(word, at)
        spans.append((float(charge[at : at + len(word)].sum()), at, at + len(word)))
        at += len(word)
    best = max((charged for charged, _, _ in spans), default=0.0)
    if best <= 0:
        return ()
    joined: list[tuple[float, int, int]] = []
    for charged, start, end in spans:
        if charged < best / 5:
            continue
        if joined and joined[-1][2] == start and end - joined[-1][1] <= _LONGEST_PIECE:
            before = joined.pop()
            joined.append((before[0] + charged, before[1], end))
        else:
            joined.append((charged, start, end))
    return tuple(_unlike(read[start:end] for _, start, end in sorted(joined, key=lambda one: (-one[0], one[1]))))[:limit]


_LONGEST_PIECE: Final = 6


def _unlike(pieces: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for piece in pieces:
        if len(piece) > 1 and not any(piece in other or other in piece for other in kept):
            kept.append(piece)
    return kept
