"""Turns what a person chose in the browser into the files of a pack: single changed files, or an archive of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile

from huiyin.city import pack_contents, pack_proposals
from huiyin.core.values import Refusal, Text

NOTHING = Refusal(
    "files", Text("请选择改好的文件，或者整个包的ZIP。", "Choose the changed files, or a ZIP of the whole pack."), field="files"
)


@dataclass(frozen=True, slots=True)
class Handed:
    """The files of the pack with what was handed in.

    Attributes:
        left_out: entries of an archive that are no part of a pack.
        origin: the office whose signature came with it.
    """

    files: dict[str, bytes]
    left_out: tuple[str, ...] = ()
    origin: str = ""


def read(uploads: Sequence[UploadedFile[bytes]], pack: str, base: pack_contents.Files, folder: str) -> Handed | Refusal:
    """Return the files of a pack with the uploads in their places.

    Args:
        base: the version the uploads change.
        folder: where in the pack a new file goes, or one whose name stands in several folders.
    """
    named = [(str(one.name or ""), one) for one in uploads if one.size]
    if not named:
        return NOTHING
    if sum(one.size or 0 for _, one in named) > pack_contents.MOST_BYTES:
        most = pack_contents.MOST_BYTES // 2**20
        return Refusal("files", Text(f"文件一共最多{most} MB。", f"The files may have {most} MB together."), field="files")
    archives = [one for name, one in named if name.lower().endswith(".zip")]
    if archives and len(named) > 1:
        return Refusal("files", Text("ZIP要单独交，不和别的文件一起。", "Hand a ZIP in alone, without other files."), field="files")
    return _archive(archives[0], pack) if archives else _single(named, base, folder)


def _archive(upload: UploadedFile[bytes], pack: str) -> Handed | Refusal:
    try:
        found = pack_contents.read_zip(upload.read())
    except pack_contents.NotAPackError as error:
        return Refusal(error.code, error.text, field="files")
    origin: str | Refusal = ""
    if found.signature is not None:
        origin = pack_proposals.origin_of(found.signature, pack, found.files)
    return origin if isinstance(origin, Refusal) else Handed(found.files, found.left_out, origin)


def _single(named: Sequence[tuple[str, UploadedFile[bytes]]], base: pack_contents.Files, folder: str) -> Handed | Refusal:
    files = dict(base)
    for name, upload in named:
        place = _place(PurePosixPath(name).name, base, folder.strip().strip("/"))
        if isinstance(place, Refusal):
            return place
        if (upload.size or 0) > pack_contents.MOST_OF_A_FILE:
            most = pack_contents.MOST_OF_A_FILE // 2**20
            return Refusal("files", Text(f"“{name}”超过{most} MB。", f"“{name}” is over {most} MB."), field="files")
        files[place] = upload.read()
    return Handed(files)


def _place(name: str, base: pack_contents.Files, folder: str) -> str | Refusal:
    if folder or (folder == "" and name in base):
        place = f"{folder}/{name}" if folder not in ("", ".") else name
        if not pack_contents.is_part(place):
            said = Text(
                f"“{place}”不能放进规则包：文件名用英文字母和数字。", f"“{place}” cannot stand in a pack: plain letters and digits only."
            )
            return Refusal("files", said, field="files")
        return place
    found = [path for path in base if PurePosixPath(path).name == name]
    if len(found) == 1:
        return found[0]
    if not found:
        said = Text(
            f"包里没有叫“{name}”的文件。如果是新文件，请在下面写它放在哪个文件夹。",
            f"No file of the pack is called “{name}”. If it is new, say below which folder it goes into.",
        )
    else:
        said = Text(
            f"包里有{len(found)}个“{name}”（{'、'.join(found)}）。请在下面写是哪个文件夹的。",
            f"The pack has {len(found)} files called “{name}” ({', '.join(found)}). Say below which folder is meant.",
        )
    return Refusal("folder", said, field="folder")
