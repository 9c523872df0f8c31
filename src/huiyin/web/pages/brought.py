"""A file somebody brings to a page, looked at before anything of it counts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from huiyin.core.values import Refusal, Text
from huiyin.host.errors import HostError

LARGEST = 8 * 2**20
NO_FILE = Refusal("file", Text("请选一个文件。", "Choose a file."), field="file")
TOO_LARGE = Refusal("file", Text("文件超过8 MB，没有收下。", "The file is over 8 MB and was not taken."), field="file")

Read = TypeVar("Read")


def brought(request: HttpRequest, read: Callable[[Path], Read]) -> Read | Refusal:
    """Return what ``read`` makes of the file handed in as ``file``, or why it cannot be read."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        return NO_FILE
    if (upload.size or 0) > LARGEST:
        return TOO_LARGE
    with tempfile.TemporaryDirectory(prefix="huiyin-brought-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(upload.read())
        try:
            return read(path)
        except HostError as error:
            return Refusal("file", error.text, field="file")
