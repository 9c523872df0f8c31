"""The files of packs: kept by their hash, read from folders and from archives somebody hands in, written out again."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from huiyin import clock
from huiyin.city.pack_models import PackBlob, PackContent
from huiyin.core import chain
from huiyin.core.source import PackError, read_text
from huiyin.core.values import Text

# What a pack is made of. Everything else a folder holds (notes of an editor, programs) is no part of it.
SUFFIXES: Final = frozenset({".yaml", ".csv", ".geojson", ".md", ".txt"})
SIGNATURE: Final = "signature.json"
MOST_BYTES: Final = 40 * 2**20
MOST_OF_A_FILE: Final = 10 * 2**20
MOST_FILES: Final = 2000
MOST_ENTRIES: Final = 4000
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*){0,3}")
_PACK = re.compile(r"[a-z0-9][a-z0-9\-]{0,59}")

Files = Mapping[str, bytes]


class NotAPackError(Exception):
    """What was handed in holds no pack; says why, in words of the person who did."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What came out of an archive.

    Attributes:
        files: path -> bytes.
        left_out: entries that are no part of a pack.
        signature: what the archive's signature says; None without one.
    """

    files: dict[str, bytes]
    left_out: tuple[str, ...] = ()
    signature: Mapping[str, Any] | None = None


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a pack that lies in a folder."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and is_part(inside):
            found[inside] = path.read_bytes()
    return found


def is_part(path: str) -> bool:
    """Tell whether a file with that path is part of a pack."""
    return _PATH.fullmatch(path) is not None and PurePosixPath(path).suffix in SUFFIXES


def read_zip(data: bytes) -> HandedIn:
    """Return the files of a pack out of an archive: at its top, or in the one folder at its top.

    Sizes are counted while unpacking and not taken from the archive's own word.

    Raises:
        NotAPackError: it is no archive, is dangerous to unpack, or holds no pack.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotAPackError("not_zip", "这不是完整的 ZIP 文件。", "This is not a whole ZIP file.") from error
    if len(entries) > MOST_ENTRIES:
        raise NotAPackError("too_many_files", f"压缩包里超过{MOST_ENTRIES}个文件。", f"The archive holds more than {MOST_ENTRIES} files.")
    named: dict[str, zipfile.ZipInfo] = {}
    left_out: list[str] = []
    for entry in entries:
        name = entry.filename
        _check_entry(entry)
        if any(part.startswith(".") or part == "__MACOSX" for part in name.split("/")):
            continue
        if name.casefold() in {known.casefold() for known in named}:
            raise NotAPackError("twice", f"压缩包里“{name}”有两份。", f"“{name}” is in the archive twice.")
        named[name] = entry
    top = _top(named)
    files: dict[str, bytes] = {}
    signature: Mapping[str, Any] | None = None
    room = MOST_BYTES
    for name, entry in named.items():
        inside = name.removeprefix(top)
        if inside != SIGNATURE and not is_part(inside):
            left_out.append(inside)
            continue
        read = _unpacked(archive, entry, min(MOST_OF_A_FILE, room))
        room -= len(read)
        if inside == SIGNATURE:
            signature = _read_signature(read)
        else:
            files[inside] = read
    if len(files) > MOST_FILES:
        raise NotAPackError("too_many_files", f"规则包超过{MOST_FILES}个文件。", f"The pack has more than {MOST_FILES} files.")
    return HandedIn(files, tuple(left_out), signature)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    climbs = name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/") or "\x00" in name
    # The upper half of the attributes is the Unix mode where the archive was made on Unix, and 0 elsewhere.
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    if climbs or linked:
        raise NotAPackError(
            "unsafe_path",
            f"压缩包里的“{name}”指向包外面，没有收下。请重新打包文件夹本身。",
            f"“{name}” in the archive leads outside it, so nothing was taken. Pack the folder itself again.",
        )
    if entry.flag_bits & 0x1:
        raise NotAPackError("locked", "压缩包设了密码。请不要加密再打包。", "The archive has a password. Pack it again without one.")


def _top(named: Iterable[str]) -> str:
    found = [name for name in named if PurePosixPath(name).name == "pack.yaml"]
    tops = sorted(name.removesuffix("pack.yaml") for name in found)
    if not tops or tops[0].count("/") > 1:
        raise NotAPackError(
            "no_manifest",
            "压缩包里没有 pack.yaml。请打包整个规则包文件夹。",
            "There is no pack.yaml in the archive. Pack the pack's whole folder.",
        )
    if len(tops) > 1:
        raise NotAPackError(
            "two_packs", "压缩包里有两个规则包。请一次提一个。", "There are two packs in the archive. Propose them one at a time."
        )
    return tops[0]


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    try:
        with archive.open(entry) as opened:
            read = opened.read(room + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NotAPackError(
            "broken_zip", f"压缩包里的“{entry.filename}”已损坏。", f"“{entry.filename}” in the archive is damaged."
        ) from error
    except Exception as error:  # zlib and lzma raise errors of their own kinds
        raise NotAPackError(
            "broken_zip", f"压缩包里的“{entry.filename}”已损坏。", f"“{entry.filename}” in the archive is damaged."
        ) from error
    if len(read) > room:
        each, whole = MOST_OF_A_FILE // 2**20, MOST_BYTES // 2**20
        raise NotAPackError(
            "too_large",
            f"“{entry.filename}”解开以后太大。一个文件最多{each} MB，全部最多{whole} MB。",
            f"“{entry.filename}” is too large unpacked: {each} MB a file at most, {whole} MB all together.",
        )
    return read


def _read_signature(raw: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(raw)
        if isinstance(told, dict) and all(isinstance(told.get(key), str) for key in ("pack", "label", "content", "key", "signature")):
            return told
    except ValueError:
        pass
    raise NotAPackError(
        "broken_signature",
        "signature.json 读不出来。请向给您这个包的人再要一份。",
        "signature.json cannot be read. Ask for the package again.",
    )


def named_in(files: Files) -> tuple[str, str]:
    """Return name and version label that ``pack.yaml`` gives; ("", "") where it cannot be read."""
    try:
        data = read_text(files.get("pack.yaml", b""), "pack.yaml").data
    except PackError:
        return "", ""
    if not isinstance(data, dict) or not _PACK.fullmatch(str(data.get("pack"))):
        return "", ""
    return str(data["pack"]), str(data.get("version", ""))[:40]


def hash_of(pack: str, files: Files) -> str:
    """Return the hash over all files of a pack."""
    return _hash(pack, [[path, hashlib.sha256(data).hexdigest()] for path, data in sorted(files.items())])


def _hash(pack: str, listed: list[list[str]]) -> str:
    return hashlib.sha256(b"huiyin pack content\x00" + chain.canonical({"pack": pack, "files": listed})).hexdigest()


def keep(pack: str, label: str, files: Files, *, alias: str = "default") -> str:
    """Keep the files of a pack; return the hash they are found under. Keeping them twice keeps them once."""
    content = hash_of(pack, files)
    if PackContent.objects.using(alias).filter(content=content).exists():
        return content
    listed = [(path, hashlib.sha256(data).hexdigest(), data) for path, data in sorted(files.items())]
    have = set(PackBlob.objects.using(alias).filter(sha256__in=[one for _, one, _ in listed]).values_list("sha256", flat=True))
    new = {one: data for _, one, data in listed if one not in have}
    PackBlob.objects.using(alias).bulk_create([PackBlob(sha256=one, data=data) for one, data in new.items()], ignore_conflicts=True)
    PackContent.objects.using(alias).bulk_create(
        [
            PackContent(
                content=content,
                pack=pack,
                label=label,
                files=[[path, one, len(data)] for path, one, data in listed],
                kept_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )
    return content


class AlteredError(Exception):
    """Kept files are not what their hash says: somebody changed the database past the application."""


def files_of(content: str, *, alias: str = "default") -> dict[str, bytes]:
    """Return the files of a content, each compared with its hash and all with the whole.

    Raises:
        LookupError: it was never kept here.
        AlteredError: it is no longer what was kept.
    """
    row = PackContent.objects.using(alias).filter(content=content).first()
    if row is None:
        raise LookupError(f"no content {content!r}")
    wanted = {path: one for path, one, _size in row.files}
    blobs = dict(PackBlob.objects.using(alias).filter(sha256__in=set(wanted.values())).values_list("sha256", "data"))
    files = {path: bytes(blobs.get(one, b"")) for path, one in wanted.items()}
    whole = all(hashlib.sha256(files[path]).hexdigest() == one for path, one in wanted.items())
    if not whole or hash_of(row.pack, files) != content:
        raise AlteredError(content)
    return files


def file_of(content: str, path: str) -> bytes | None:
    """Return one file of a content, or None."""
    row = PackContent.objects.filter(content=content).first()
    sha256 = None if row is None else next((one for known, one, _size in row.files if known == path), None)
    blob = None if sha256 is None else PackBlob.objects.filter(sha256=sha256).first()
    return None if blob is None else bytes(blob.data)


def write_out(files: Files, folder: Path) -> None:
    """Write the files of a pack into a folder that is not there yet; it appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".unpacking-"))
    try:
        for path, data in files.items():
            place = draft / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def as_zip(pack: str, files: Files, signature: Mapping[str, str] | None = None) -> bytes:
    """Return the files as one archive, the same bytes every time, with a signature where there is one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            _add(archive, f"{pack}/{path}", data)
        if signature is not None:
            _add(archive, f"{pack}/{SIGNATURE}", json.dumps(signature, ensure_ascii=False, indent=1, sort_keys=True).encode())
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
