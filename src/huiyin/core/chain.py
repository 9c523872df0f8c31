"""The rules of the record: commitments, the hash chain of one matter, sealed Merkle roots.

The chain holds salted commitments to personal content, never the content: erasing salt and content later leaves
every hash valid. Trees follow the shape of RFC 9162 (leaf prefix 0, node prefix 1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

GENESIS = bytes(32)
_LEAF = b"\x00"
_NODE = b"\x01"


def canonical(value: Any) -> bytes:
    """Return the one byte form of a JSON-ready value: sorted keys, no spaces, UTF-8.

    Raises:
        TypeError: the value holds something JSON has no form for (an instant must be text already).
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)


def commitment(salt: bytes, value: Any) -> str:
    """Return the commitment to one value under its own salt, as hex."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def event_hash(columns: Mapping[str, Any]) -> bytes:
    """Return the hash of an event over all its columns but ``hash`` itself; ``prev`` (hex) ties it to the one before."""
    return hashlib.sha256(canonical({name: value for name, value in columns.items() if name != "hash"})).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf data in order; the empty tree has the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        paired = [hashlib.sha256(_NODE + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        # An odd node rises unchanged; this equals RFC 9162's split at the largest power of two.
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the sibling hashes from the leaf at ``index`` up to the root.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of a tree with {len(leaves)} leaves")
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    path: list[bytes] = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        paired = [hashlib.sha256(_NODE + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
        index //= 2
    return tuple(path)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows ``leaf`` at ``index`` of the tree of ``size`` leaves under ``root``."""
    if not 0 <= index < size:
        return False
    node = hashlib.sha256(_LEAF + leaf).digest()
    remaining = list(proof)
    while size > 1:
        if index ^ 1 < size:
            if not remaining:
                return False
            sibling = remaining.pop(0)
            left, right = (sibling, node) if index & 1 else (node, sibling)
            node = hashlib.sha256(_NODE + left + right).digest()
        index //= 2
        size = (size + 1) // 2
    return not remaining and node == root


def sealed_head(previous: bytes, tree_root: bytes, size: int, sealed_at: str) -> bytes:
    """Return the head that ties a sealed root to all roots before it; the day's last one is published."""
    return hashlib.sha256(
        canonical({"previous": previous.hex(), "tree_root": tree_root.hex(), "size": size, "sealed_at": sealed_at})
    ).digest()
