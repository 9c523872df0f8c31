"""Messages of a file become matters: each once, with a reference, a queue, a reason and a date."""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from made import NO_PUBLIC, PUBLIC, row, write

from huiyin.core import reference
from huiyin.core.values import SYSTEM
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

pytestmark = pytest.mark.usefixtures("desk")


def take(path: Path, **more: Any) -> dict[str, Any]:
    from huiyin.exchange.intake import run

    return run(path, **more)


def matters() -> list[Matter]:
    with reading_as(SYSTEM):
        return list(Matter.objects.order_by("feeder", "feeder_number"))


def counts(answer: dict[str, Any]) -> tuple[int, int, int, int]:
    return answer["read"], answer["new"], answer["known"], answer["rejected"]


def test_each_message_gets_a_reference_a_queue_a_reason_and_a_date(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("M1", "和平区某小区门口路灯不亮，晚上走路很危险，请尽快修。")])
    assert counts(take(path)) == (1, 1, 0, 0)
    (matter,) = matters()
    body = matter.body
    assert reference.is_valid(matter.reference)
    assert (matter.feeder, matter.feeder_number) == ("file", "M1")
    assert matter.unit == "governance_centre.210102"
    assert matter.posts == ["dispatcher"]
    assert matter.next_due is not None
    assert matter.topic == "request.lighting"
    assert matter.division == "210102000000"
    assert body["facts"]["detail"].startswith("和平区")
    # Somebody wrote it, whose name did not come with it.
    assert [(one["role"], one["name"]) for one in body["parties"]] == [("reporter", "")]


def said_at_opening(matter: Matter) -> str:
    """Return everything the opening recorded, wherever the procedure keeps it."""
    from huiyin.matters.models import Content

    with reading_as(SYSTEM):
        return " ".join(str(value) for value in Content.objects.filter(home=matter.home, matter=matter.id).values_list("value", flat=True))


def test_the_time_it_was_written_is_a_fact_and_not_when_we_received_it(tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", [row("M1")]))
    (matter,) = matters()
    assert matter.opened_at.year >= 2026
    assert "2019-02-28T11:25:05+08:00" in said_at_opening(matter)


def test_the_reason_names_the_words_the_place_and_the_row_of_the_list(tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", [row("M1", "和平区门口路灯不亮。"), row("M2", "希望早日答复。", title="一点意见")]))
    lamp, vague = (said_at_opening(matter) for matter in matters())
    assert "路灯" in lamp
    assert "和平区" in lamp
    assert "“路灯照明”条" in lamp
    assert "进市里的派单席" in vague
    assert matters()[1].unit == "governance_centre.2101"


def test_who_liked_it_and_whose_account_it_was_are_not_kept(tmp_path: Path) -> None:
    cells = ("M1", "ACCOUNT-CANARY", "2019/2/28 11:25:05", "路灯坏了", "请修路灯", "987654", "876543")
    take(write(tmp_path / "a.csv", [cells]))
    (matter,) = matters()
    kept = f"{matter.body} {said_at_opening(matter)}"
    assert "ACCOUNT-CANARY" not in kept
    assert "987654" not in kept
    assert "876543" not in kept


def test_a_name_of_a_place_inside_another_word_moves_nothing(tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", [row("M1", "希望世界和平，路灯能亮。")]))
    (matter,) = matters()
    assert matter.division == "210100000000"


def test_the_second_time_everything_is_known(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(f"M{n}") for n in range(25)])
    assert counts(take(path)) == (25, 25, 0, 0)
    before = {matter.reference for matter in matters()}
    assert counts(take(path)) == (25, 0, 25, 0)
    assert {matter.reference for matter in matters()} == before


def test_nobody_outside_can_take_the_key_a_message_will_come_under(tmp_path: Path) -> None:
    from huiyin.core.values import ANONYMOUS, Refusal
    from huiyin.matters import services

    answer = services.open(
        procedure="plain_request", data={"detail": "占一个编号"}, principal=ANONYMOUS, key="intake:file:M1", topic="request",
        division="210102001005", opened_by="party", parties=[{"role": "reporter", "name": "王五", "facts": {}}],
    )  # fmt: skip
    assert isinstance(answer, Refusal)
    assert answer.code == "key"
    assert counts(take(write(tmp_path / "a.csv", [row("M1")]))) == (1, 1, 0, 0)


def test_another_feeder_may_use_the_same_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("M1")])
    assert counts(take(path, feeder="12345")) == (1, 1, 0, 0)
    assert counts(take(path, feeder="mayor")) == (1, 1, 0, 0)
    assert [matter.feeder for matter in matters()] == ["12345", "mayor"]


@pytest.mark.parametrize("together", [True, False])
def test_a_number_that_comes_again_with_other_content_is_rejected_and_the_first_stays(tmp_path: Path, together: bool) -> None:
    first, other = row("M1", "第一次的内容，路灯"), row("M1", "第二次的内容，路灯")
    if together:
        answer = take(write(tmp_path / "a.csv", [first, other, first]))
        assert counts(answer) == (3, 1, 1, 1)
    else:
        take(write(tmp_path / "a.csv", [first]))
        answer = take(write(tmp_path / "b.csv", [other]))
        assert counts(answer) == (1, 0, 0, 1)
    assert "other content" in Path(answer["reject_file"]).read_text(encoding="utf-8-sig")
    assert matters()[0].body["facts"]["detail"].startswith("第一次")


def test_bad_rows_go_to_the_reject_file_with_line_and_reason_and_hold_no_message(tmp_path: Path) -> None:
    rows = [
        row("M1"),
        row(""),
        row("M2", ""),
        row("M3", time="someday"),
        row("M4", "长" * 30_000),
        row("M5")[:4],
        row("M6", "a\x00b"),
        row("=M7", ""),
    ]
    answer = take(write(tmp_path / "a.csv", rows))
    assert counts(answer) == (8, 1, 0, 7)
    assert answer["reject_file"] == str(tmp_path / "a.csv.rejected.csv")
    with open(answer["reject_file"], encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [int(one["line"]) for one in told] == [3, 4, 5, 6, 7, 8, 9]
    assert all(one["原因"] and one["reason"] for one in told)
    assert told[-1]["message_no"] == "'=M7"
    assert "长长" not in str(told)
    assert Path(answer["reject_file"]).stat().st_mode & 0o077 == 0


def test_when_the_file_is_mended_the_reject_file_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row("M1"), row("M2", "")])
    rejected = Path(take(path)["reject_file"])
    assert rejected.exists()
    write(path, [row("M1"), row("M2", "现在有内容了")])
    assert counts(take(path)) == (2, 1, 1, 0)
    assert not rejected.exists()


def test_a_file_of_ours_alone_is_removed_and_never_somebody_elses(tmp_path: Path) -> None:
    mine = tmp_path / "a.csv.rejected.csv"
    mine.write_text("my own notes\n", encoding="utf-8")
    take(write(tmp_path / "a.csv", [row("M1")]))
    assert mine.read_text(encoding="utf-8") == "my own notes\n"


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    take(write(tmp_path / "a.csv", [row(f"M{n}") for n in range(450)]), progress=lambda done, of: told.append((done, of)))
    assert [of for _, of in told] == [450] * len(told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (450, 450)


def test_a_mapping_names_their_columns(tmp_path: Path) -> None:
    header = ("编号", "用户", "时间", "标题", "内容", "赞", "踩")
    names = {"message_no": "编号", "time": "时间", "title": "标题", "detail": "内容"}
    path = write(tmp_path / "a.csv", [row("M1")], header=header, encoding="gb18030")
    assert counts(take(path, mapping=names)) == (1, 1, 0, 0)
    told = tmp_path / "map.json"
    told.write_text('{"message_no": "编号", "time": "时间", "title": "标题", "detail": "内容"}', encoding="utf-8")
    assert counts(take(path, mapping=told)) == (1, 0, 1, 0)


def test_the_chain_of_what_came_in_is_whole(tmp_path: Path) -> None:
    from huiyin.matters.audit import audit

    take(write(tmp_path / "a.csv", [row(f"M{n}") for n in range(30)]))
    report = audit()
    assert report.passed
    assert report.matters == 30


RUN = """
import django
django.setup()
import sys
from huiyin.exchange.intake import run
print(run(sys.argv[1], progress=lambda done, of: print(done, flush=True)))
"""


def in_another_process(path: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(path)],
        env={**environ, "DJANGO_SETTINGS_MODULE": "huiyin.web.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def test_killed_at_random_moments_and_run_again_nothing_is_lost_and_nothing_twice(tmp_path: Path, desk: Any) -> None:
    path = write(tmp_path / "a.csv", [row(f"M{n}", f"第 {n} 封，路灯不亮。") for n in range(900)])
    moments = random.Random(20261121)
    for _ in range(6):
        child = in_another_process(path, desk.environ)
        assert child.stdout is not None
        if child.stdout.readline():
            time.sleep(moments.uniform(0, 0.9))
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()
    answer = take(path)
    assert answer["new"] + answer["known"] == answer["read"] == 900
    assert answer["known"] > 0
    found = matters()
    assert len(found) == 900
    assert len({matter.feeder_number for matter in found}) == 900
    assert len({matter.reference for matter in found}) == 900
    assert counts(take(path)) == (900, 0, 900, 0)


def test_two_intakes_of_one_file_at_once_open_each_message_once(tmp_path: Path, desk: Any) -> None:
    path = write(tmp_path / "a.csv", [row(f"M{n}") for n in range(300)])
    children = [in_another_process(path, desk.environ) for _ in range(2)]
    for child in children:
        child.communicate(timeout=120)
        assert child.returncode == 0
    assert len(matters()) == 300


@pytest.mark.skipif(not PUBLIC.is_file(), reason=NO_PUBLIC)
def test_the_public_messages_all_go_in_once(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.symlink_to(PUBLIC)
    assert counts(take(path)) == (4326, 4326, 0, 0)
    assert counts(take(path)) == (4326, 0, 4326, 0)
    assert len(matters()) == 4326
