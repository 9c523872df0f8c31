"""Reading an address over an invented tree: what is said, what is left open, and why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.core.address import Reading, read_address
from huiyin.core.address_index import DivisionIndex
from huiyin.core.address_names import COMMUNITY, DISTRICT, STREET, plain, stem_of

ROWS = (
    ("900000000000", "云梯省", "province", ""),
    ("900100000000", "石鼓市", "city", "900000000000"),
    ("900102000000", "东篱区", "district", "900100000000"),
    ("900102001000", "望月街道", "street", "900102000000"),
    ("900102001001", "柳荫社区居民委员会", "community", "900102001000"),
    ("900102001002", "鹤鸣社区居民委员会", "community", "900102001000"),
    ("900102002000", "松涛街道", "street", "900102000000"),
    ("900102002001", "柳荫社区居民委员会", "community", "900102002000"),
    ("900103000000", "南浦区", "district", "900100000000"),
    ("900103001000", "望月镇", "street", "900103000000"),
    ("900103001201", "白鹭村民委员会", "community", "900103001000"),
    ("900103001202", "鹤鸣村民委员会", "community", "900103001000"),
    ("900200000000", "金鼎市", "city", "900000000000"),
    ("900202000000", "南浦区", "district", "900200000000"),
    ("900202001000", "开发区", "street", "900202000000"),
    ("900221000000", "清泉县", "district", "900200000000"),
    ("900221100000", "城关镇", "street", "900221000000"),
)
TREE = DivisionIndex(ROWS)


def said(text: str) -> tuple[str, Reading]:
    reading = read_address(TREE, text)
    return (TREE.codes[reading.said] if reading.said >= 0 else ""), reading


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("云梯省石鼓市东篱区望月街道柳荫社区3号楼", "900102001001"),
        ("石鼓市东篱区望月街道鹤鸣社区", "900102001002"),
        ("东篱区望月街道12号", "900102001000"),
        ("石鼓东篱望月街道", "900102001000"),
        ("石鼓市 南浦区 望月镇 白鹭村 5组", "900103001201"),
        ("金鼎市南浦区工人路8号", "900202000000"),
        ("清泉县城关镇人民路1号", "900221100000"),
        ("云梯省石鼓市东篱区石鼓市东篱区望月街道8号", "900102001000"),
        ("清泉区城关镇", "900221100000"),
    ],
)
def test_words_in_order_lead_to_the_deepest_place_they_name(text: str, code: str) -> None:
    assert said(text)[0] == code


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("南浦区工人路8号", "900000000000", "two cities have a district of that name"),
        ("东篱区柳荫社区", "900102000000", "two streets of the district have that community"),
        ("石鼓市清泉县", "900000000000", "the county lies in another city"),
        ("柳荫路7号", "", "a road"),
        ("望月广场", "", "a square"),
        ("东篱区开发区3号", "900102000000", "a word that only says what stands there"),
        ("清泉", "900221000000", "one county bears it, no other place"),
    ],
)
def test_what_is_not_certain_is_left_open(text: str, code: str, why: str) -> None:
    assert said(text)[0] == code, why


def test_an_address_that_contradicts_itself_shows_both_and_says_neither() -> None:
    code, reading = said("云梯省石鼓市东篱区云梯省金鼎市清泉县工人路")
    found = {TREE.codes[one.place] for one in reading.candidates}
    assert {"900102000000", "900221000000"} <= found
    assert code in ("", "900000000000")
    assert reading.unsure


def test_a_place_known_under_another_word_for_its_level_is_found() -> None:
    assert said("石鼓市南浦区望月街道白鹭村")[0] == "900103001201"


def test_an_unknown_town_does_not_move_the_county_elsewhere() -> None:
    """A town of that name lies in another county: in a tree that may lack towns the county that was named stands, else it is open."""
    country = DivisionIndex(ROWS)
    country.whole_at_once = False
    assert country.codes[read_address(country, "石鼓市东篱区城关镇工人路8号").said] == "900102000000"
    code, reading = said("石鼓市东篱区城关镇工人路8号")
    assert (code, reading.unsure) == ("900000000000", True)


def test_stems() -> None:
    assert stem_of("东篱区", DISTRICT) == "东篱"
    assert stem_of("柳荫社区居民委员会", COMMUNITY) == "柳荫"
    assert stem_of("东村民委员会", COMMUNITY) == "东村"
    assert stem_of("望月街道办事处", STREET) == "望月"
    assert plain("１２ 号，楼") == "12号楼"


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="云梯石鼓东篱南浦望月松涛柳荫鹤鸣白鹭金鼎清泉城关开发省市区县街道镇村社路广场号12 ", max_size=40))
def test_what_is_said_holds_the_first_candidate_or_lies_above_it_and_shares_make_at_most_one(text: str) -> None:
    reading = read_address(TREE, text)
    assert sum(one.share for one in reading.candidates) <= 1.0 + 1e-9
    assert [one.score for one in reading.candidates] == sorted((one.score for one in reading.candidates), reverse=True)
    if reading.said >= 0:
        inside = sum(one.share for one in reading.candidates if TREE.under(one.place, reading.said))
        assert inside == pytest.approx(reading.confidence)
        assert inside >= 0.6


@settings(max_examples=100, deadline=None)
@given(number=st.integers(0, len(ROWS) - 1), cut=st.integers(0, 3), tail=st.sampled_from(["", "3号楼", "工人路12号", "附近"]))
def test_an_alternative_always_holds_the_truth_or_a_place_around_it(number: int, cut: int, tail: str) -> None:
    """However many names are left out at the top, some candidate is the place, or contains it, or has its very name."""
    path = TREE.path(number)
    names = [TREE.names[one] for one in path][min(cut, len(path) - 1) :]
    if names == ["开发区"]:
        return
    reading = read_address(TREE, "".join(names) + tail)
    assert any(TREE.under(number, one.place) or TREE.names[one.place] == names[-1] for one in reading.candidates)
    if reading.said >= 0:
        assert TREE.under(number, reading.said) or not reading.unsure
