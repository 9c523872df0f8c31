"""The rules of the record: what is committed to cannot be changed unseen, what is erased leaves the chain valid."""

from __future__ import annotations

import hashlib

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import chain

leaves = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values, min_size=2))
def test_canonical_form_ignores_the_order_of_keys(value: dict[str, object]) -> None:
    backwards = dict(reversed(value.items()))
    assert chain.canonical(value) == chain.canonical(backwards)


def test_canonical_form_refuses_what_has_no_one_form() -> None:
    with pytest.raises(TypeError):
        chain.canonical({"at": __import__("datetime").datetime(2026, 1, 1)})


@given(st.binary(min_size=16, max_size=16), values, values)
def test_a_commitment_binds_one_value(salt: bytes, one: object, other: object) -> None:
    same = chain.canonical(one) == chain.canonical(other)
    assert (chain.commitment(salt, one) == chain.commitment(salt, other)) is same


def test_a_commitment_hides_the_value_without_its_salt() -> None:
    assert chain.commitment(b"a" * 16, "13812345678") != chain.commitment(b"b" * 16, "13812345678")


@given(st.dictionaries(st.sampled_from(["home", "matter", "seq", "state", "prev", "at"]), st.text(max_size=8), min_size=1), st.data())
def test_an_event_hash_covers_every_column_but_itself(columns: dict[str, str], data: st.DataObject) -> None:
    before = chain.event_hash(columns)
    assert chain.event_hash({**columns, "hash": "anything"}) == before
    name = data.draw(st.sampled_from(sorted(columns)))
    assert chain.event_hash({**columns, name: columns[name] + "x"}) != before


@given(leaves)
def test_the_tree_is_the_one_of_an_independent_library(data: list[bytes]) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in data:
        other.append_entry(leaf)
    assert chain.merkle_root(data) == other.get_root()


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert chain.merkle_root([]) == hashlib.sha256().digest()


@given(leaves, st.data())
def test_a_leaf_is_proved_where_it_stands_and_nowhere_else(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    root = chain.merkle_root(data)
    proof = chain.inclusion_proof(data, index)
    assert chain.verify_inclusion(data[index], index, len(data), proof, root)
    assert not chain.verify_inclusion(data[index] + b"x", index, len(data), proof, root)
    assert not chain.verify_inclusion(data[index], index, len(data), (*proof, b"\x00" * 32), root)
    assert not chain.verify_inclusion(data[index], len(data), len(data), proof, root)


def test_there_is_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError, match="leaf 3 of a tree with 2 leaves"):
        chain.inclusion_proof([b"a", b"b"], 3)


def test_a_sealed_head_ties_each_root_to_those_before() -> None:
    first = chain.sealed_head(chain.GENESIS, b"r" * 32, 5, "2026-11-21T00:00:00+00:00")
    assert first != chain.sealed_head(b"x" * 32, b"r" * 32, 5, "2026-11-21T00:00:00+00:00")
    assert first != chain.sealed_head(chain.GENESIS, b"r" * 32, 6, "2026-11-21T00:00:00+00:00")
