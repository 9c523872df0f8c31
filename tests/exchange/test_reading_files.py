"""A file somebody else made: encodings, columns, and rows that cannot be read, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import HEADER, NO_PUBLIC, PUBLIC, row, text_of, write

from huiyin.exchange.messages import Message, Rejected, read_message
from huiyin.exchange.records import MOST_LINES, inspect, read, read_mapping
from huiyin.host.errors import HostError

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def messages(path: Path) -> list[Message | Rejected]:
    return [read_message(record, ZONE, NOW) for record in read(inspect(path))]


def reasons(path: Path) -> dict[int, str]:
    return {one.line: one.reason.en for one in messages(path) if isinstance(one, Rejected)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encodings_people_send_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", [row("1", "井盖缺失，很危险。")], encoding=encoding)
    (found,) = messages(path)
    assert isinstance(found, Message)
    assert found.detail == "井盖缺失，很危险。"


@pytest.mark.parametrize("words", ["联通", "联通的光缆断了，请修好。"])
def test_words_whose_gb18030_is_valid_utf8_are_read_as_they_were_written(tmp_path: Path, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"message_no,time,detail\r\n1,2019/2/28 11:25:05,{words}\r\n".encode("gb18030"))
    assert inspect(path).encoding == "gb18030"
    (found,) = messages(path)
    assert isinstance(found, Message)
    assert found.detail == words


def test_one_damaged_line_does_not_turn_the_rest_into_another_encoding(tmp_path: Path) -> None:
    good = [row(str(n), words) for n, words in enumerate(["你好你好", "楼道灯坏", "下水堵了"], 1)]
    data = text_of(good).encode()
    assert data.decode("gb18030", "replace") != data.decode()
    path = tmp_path / "a.csv"
    path.write_bytes(data + "4,A1,2019/2/28 11:25:05,标题,".encode() + b"\xe4\xbd,0,0\r\n")
    assert [one.detail for one in messages(path)[:3] if isinstance(one, Message)] == ["你好你好", "楼道灯坏", "下水堵了"]


def test_rare_characters_and_emoji_come_through(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("1", "𠮷野家门口㙟路🚧，请看👨‍👩‍👧")], encoding="gb18030")
    (found,) = messages(path)
    assert isinstance(found, Message)
    assert found.detail == "𠮷野家门口㙟路🚧，请看👨‍👩‍👧"


def test_a_time_is_local_to_the_city_and_read_in_either_form(tmp_path: Path) -> None:
    times = ["2019/2/28 11:25:05", "2019-02-28 11:25:05", "2019-02-28T03:25:05+00:00"]
    path = write(tmp_path / "a.csv", [row(str(n), time=time) for n, time in enumerate(times, 1)])
    found = [one for one in messages(path) if isinstance(one, Message)]
    assert {one.written_at.astimezone(UTC) for one in found} == {datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (row(""), "number is missing"),
        (row("   "), "number is missing"),
        (row("1", ""), "text is empty"),
        (row("1", " \n　"), "text is empty"),
        (row("1", time="yesterday"), "time cannot be read"),
        (row("1", time=""), "time cannot be read"),
        (row("1", time="2019/2/30 11:00:00"), "time cannot be read"),
        (row("1", time="0019/2/28 11:00:00"), "time cannot be read"),
        (row("1", time="2031/2/28 11:00:00"), "later than now"),
        (row("1", "长" * 200_000), "200000 characters"),
        (row("1", title="长" * 501), "501 characters"),
        (row("1" * 101), "longer than 100"),
        (row("1", "坏\x00字符"), "NUL"),
        (row("1")[:5], "5 columns"),
        ((*row("1"), "多"), "8 columns"),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_the_rest_go_in(tmp_path: Path, bad: tuple[str, ...], says: str) -> None:
    path = write(tmp_path / "a.csv", [row("a"), bad, row("b")])
    found = messages(path)
    assert [one.number for one in found if isinstance(one, Message)] == ["a", "b"]
    (rejected,) = [one for one in found if isinstance(one, Rejected)]
    assert says in rejected.reason.en
    assert rejected.line == 3
    assert rejected.reason.zh


def test_a_quote_that_is_never_closed_takes_one_row_and_not_the_file(tmp_path: Path) -> None:
    lines = text_of([row("a"), row("b"), row("c")]).splitlines(keepends=True)
    lines[2] = 'broken,A1,2019/2/28 11:25:05,标题,"没有结束的引号,0,0\r\n'
    path = tmp_path / "a.csv"
    path.write_text("".join(lines), encoding="utf-8", newline="")
    assert [one.number for one in messages(path) if isinstance(one, Message)] == ["a", "c"]
    assert list(reasons(path)) == [3]


def test_a_runaway_quote_in_a_long_file_is_noticed(tmp_path: Path) -> None:
    lines = ['x,A1,2019/2/28 11:25:05,t,"open,0,0\n', *(f"{n},A1,2019/2/28 11:25:05,t,text,0,0\n" for n in range(MOST_LINES * 2))]
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADER) + "\n" + "".join(lines), encoding="utf-8")
    found = messages(path)
    assert sum(isinstance(one, Message) for one in found) == MOST_LINES * 2
    assert list(reasons(path)) == [2]


def test_a_message_of_several_lines_keeps_them_and_the_line_numbers_after_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("a", "一\n二\n三"), row("", "x")])
    found = messages(path)
    assert isinstance(found[0], Message)
    assert found[0].detail == "一\n二\n三"
    assert found[1].line == 5


def test_bytes_of_two_encodings_in_one_file_cost_only_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    mixed = (
        text_of([row("a"), row("b")]).encode()
        + text_of([row("c", "另一种编码")], ())[2:].encode("gbk")
        + text_of([row("d")], ())[2:].encode()
    )
    path.write_bytes(mixed)
    assert [one.number for one in messages(path) if isinstance(one, Message)] == ["a", "b", "d"]
    assert ["bytes cannot be read" in reason for reason in reasons(path).values()] == [True]


def test_other_column_names_are_mapped(tmp_path: Path) -> None:
    header = ("编号", "用户", "时间", "标题", "内容", "赞", "踩")
    path = write(tmp_path / "a.csv", [row("1")], header=header)
    map_file = tmp_path / "map.yaml"
    map_file.write_text("message_no: 编号\ntime: 时间\ntitle: 标题\ndetail: 内容\n", encoding="utf-8")
    (record,) = read(inspect(path, read_mapping(map_file)))
    found = read_message(record, ZONE, NOW)
    assert isinstance(found, Message)
    assert found.title == "路灯坏了"


def test_a_missing_column_is_named_before_anything_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("1")], header=("单号", "用户", "日期", "主题", "正文", "赞", "踩"))
    with pytest.raises(HostError) as caught:
        inspect(path)
    assert "message_no" in caught.value.text.en
    assert "--map" in caught.value.text.zh


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xd8\xff\xe0 a picture", b"%PDF-1.7\n%\xe2\xe3"])
def test_a_file_that_is_no_csv_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "messages.csv"
    path.write_bytes(content)
    with pytest.raises(HostError):
        inspect(path)


@pytest.mark.parametrize("behind", [b"a", b"\x00\xd8a\x00"], ids=["cut off", "half a character"])
def test_a_damaged_file_in_utf_16_is_refused_in_words(tmp_path: Path, behind: bytes) -> None:
    path = write(tmp_path / "a.csv", [row("1", "井盖缺失。")], encoding="utf-16")
    path.write_bytes(path.read_bytes() + behind)
    with pytest.raises(HostError, match="UTF-8"):
        inspect(path)


def test_a_mapping_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("- a\n- b\n", encoding="utf-8")
    with pytest.raises(HostError):
        read_mapping(path)
    with pytest.raises(HostError) as caught:
        inspect(write(tmp_path / "a.csv", [row("1")]), {"nummer": "编号"})
    assert "nummer" in caught.value.text.en


def test_the_same_content_hashes_alike_and_other_content_does_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("1"), row("1"), row("1", "别的内容")])
    first, same, other = (one.content_hash() for one in messages(path) if isinstance(one, Message))
    assert first == same != other


@given(st.binary(max_size=2000))
def test_no_bytes_whatever_break_the_reader(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = tmp_path_factory.mktemp("junk") / "a.csv"
    path.write_bytes(",".join(HEADER).encode() + b"\r\n" + junk + b"\r\n" + ",".join(row("last")).encode() + b"\r\n")
    for found in messages(path):
        assert isinstance(found, Message | Rejected)


@pytest.mark.skipif(not PUBLIC.is_file(), reason=NO_PUBLIC)
def test_the_public_file_reads_without_a_reject() -> None:
    found = messages(PUBLIC)
    assert len(found) == 4326
    assert all(isinstance(one, Message) for one in found)
