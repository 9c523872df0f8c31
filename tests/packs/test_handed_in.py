"""An archive from anywhere: what it holds is taken, what is dangerous or damaged is refused in words, nothing is written outside."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import little
import pytest

from huiyin.city import pack_contents
from huiyin.city.pack_contents import NotAPackError, as_zip, hash_of, read_folder, read_zip, write_out
from huiyin.core.source import PackError, read_text


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


PACK = ("pack.yaml", b"pack: little\n")


def code_of(data: bytes) -> str:
    with pytest.raises(NotAPackError) as refused:
        read_zip(data)
    assert refused.value.text.zh
    assert refused.value.text.en
    return refused.value.code


def test_a_folder_and_its_archive_are_the_same_pack(tmp_path: Path) -> None:
    land, _town = little.make(tmp_path)
    files = read_folder(land)
    handed = read_zip(as_zip(little.LAND, files))
    assert handed.files == files
    assert hash_of(little.LAND, handed.files) == hash_of(little.LAND, files)
    assert as_zip(little.LAND, files) == as_zip(little.LAND, dict(reversed(files.items())))
    write_out(files, tmp_path / "again" / little.LAND)
    assert read_folder(tmp_path / "again" / little.LAND) == files


def test_what_is_no_part_of_a_pack_is_left_out_and_named() -> None:
    handed = read_zip(
        archive(PACK, ("papers/a.yaml", b"x"), ("run.py", b""), ("说明.docx", b""), ("__MACOSX/._a", b""), (".git/config", b""))
    )
    assert set(handed.files) == {"pack.yaml", "papers/a.yaml"}
    assert set(handed.left_out) == {"run.py", "说明.docx"}


@pytest.mark.parametrize(
    "name", ["../pack.yaml", "little/../../etc/passwd.yaml", "/etc/a.yaml", "a\\b.yaml", "C:/a.yaml", "papers/../../a.yaml"]
)
def test_a_path_that_leads_outside_is_refused(name: str) -> None:
    assert code_of(archive(PACK, (name, b"x"))) == "unsafe_path"


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("papers/a.yaml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert code_of(archive(PACK, (link, b"/etc/passwd"))) == "unsafe_path"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(PACK, ("papers/a.yaml", b"0" * (pack_contents.MOST_OF_A_FILE + 1)))
    assert len(bomb) < 100_000
    assert code_of(bomb) == "too_large"
    monkeypatch.setattr(pack_contents, "MOST_BYTES", 1000)
    many = archive(PACK, *((f"papers/a{number}.yaml", b"0" * 400) for number in range(3)))
    assert code_of(many) == "too_large", "all together count too"


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    bomb = bytearray(archive(PACK, ("papers/a.yaml", b"0" * (pack_contents.MOST_OF_A_FILE + 1))))
    # The size in the central directory and in the entry's own head say 10 bytes.
    size = (pack_contents.MOST_OF_A_FILE + 1).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(NotAPackError, match="damaged"):
        read_zip(bytes(bomb))


def test_too_many_files_are_refused() -> None:
    assert code_of(archive(PACK, *((f"papers/a{number}.yaml", b"") for number in range(2001)))) == "too_many_files"


def test_what_is_no_archive_or_holds_no_pack_is_refused() -> None:
    assert code_of(b"") == "not_zip"
    assert code_of(b"pack: little\n") == "not_zip"
    assert code_of(archive(PACK)[:-30]) == "not_zip"
    assert code_of(archive(("papers/a.yaml", b"x"))) == "no_manifest"
    assert code_of(archive(("a/pack.yaml", b"x"), ("b/pack.yaml", b"x"))) == "two_packs"
    assert code_of(archive(("papers/a.yaml", b"x"), ("Papers/A.yaml", b"y"), PACK)) == "twice"
    damaged = bytearray(archive(("papers/a.yaml", b"abcdefgh" * 200), PACK))
    damaged[45:55] = b"\xff" * 10
    assert code_of(bytes(damaged)) == "broken_zip"


def test_another_encoding_is_named_with_its_line() -> None:
    raw = "# 标题\ntitle: 标题\n".encode("gb18030")
    with pytest.raises(PackError) as refused:
        read_text(b"pack: little\n" + raw, "little/topics.yaml")
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("little/topics.yaml", 2)
    assert "UTF-8" in problem.text.zh
    assert "UTF-8" in problem.mend.en
