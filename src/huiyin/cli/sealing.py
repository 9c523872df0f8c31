"""seal: the key of the seal of integrity, and whether a PDF carries it unbroken."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from huiyin import clock
from huiyin.cli.output import Console
from huiyin.cli.reading import UnsoundError
from huiyin.cli.verbs import Verb
from huiyin.core.values import Text
from huiyin.host.errors import HostError
from huiyin.host.home import Home

SAID: Final[Mapping[str, Text]] = {
    "sealed": Text("是这里封记的,没有改过", "sealed here and unchanged"),
    "altered": Text("封记以后被改过", "changed after it was sealed"),
    "not_ours": Text("没有这里的封记", "carries no seal of this installation"),
    "unreadable": Text("不是 PDF 或整卷包,或者已损坏", "neither PDF nor bundle, or damaged"),
}


def seal(args: argparse.Namespace, console: Console) -> Mapping[str, Any]:
    """Check files, or show the certificates, or put a new key in the old one's place."""
    from cryptography.hazmat.primitives import hashes

    from huiyin.papers.integrity import keys

    home = Home.find().prepare()
    if args.file:
        return _check(home, args.file, console)
    if args.renew:
        keys.renew(home)
        console.say(
            "已换新的封记密钥;旧密钥封记的文件照样查得出。", "A new key seals from now on; what the old one sealed is known as before."
        )
    else:
        keys.current(home)
    listed = [
        {
            "sha256": one.fingerprint(hashes.SHA256()).hex(),
            "from": one.not_valid_before_utc.isoformat(),
            "to": one.not_valid_after_utc.isoformat(),
            "file": str(keys.public_of(home, one)),
        }
        for one in keys.certificates(home)
    ]
    for one in listed:
        console.show(f"{one['sha256']}  {one['from'][:10]} - {one['to'][:10]}  {one['file']}")
    return {"certificates": listed, "now": clock.now().isoformat()}


def _check(home: Home, files: list[Path], console: Console) -> Mapping[str, Any]:
    from huiyin.papers.integrity.bundle import inspect_bundle
    from huiyin.papers.integrity.keys import certificates
    from huiyin.papers.integrity.seal import inspect

    known, told = certificates(home), []
    for place in files:
        try:
            data = place.read_bytes()
            found = (inspect_bundle if data.startswith(b"PK") else inspect)(data, known)
        except OSError as error:
            raise HostError("no_file", f"读不到 {place}({error.strerror})。", f"Cannot read {place} ({error.strerror}).") from error
        said = SAID[found.finding]
        console.show(f"{place}: {said.zh} / {said.en}")
        at = None if found.at is None else found.at.isoformat()
        told.append({"file": str(place), "finding": found.finding.value, "sealed_at": at, "code": found.code})
    answer: dict[str, Any] = {"files": told}
    if any(one["finding"] != "sealed" for one in told):
        zh, en = "至少有一个文件没有完好的封记。", "At least one file has no unbroken seal."
        console.answer({**answer, "error": {"code": "not_sealed", "zh": zh, "en": en}})
        raise UnsoundError("not_sealed", zh, en)
    return answer


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="*", type=Path, help="要核对的 PDF 或整卷包 / PDFs or bundles to check")
    parser.add_argument("--renew", action="store_true", help="换新的密钥 / put a new key in the old one's place")


VERBS = (
    Verb(
        "seal",
        Text("核对 PDF 的完整性封记,或更换封记密钥", "check a PDF's seal of integrity, or renew its key"),
        Text(
            "写文件名就核对:是不是本安装封记的、封记以后有没有改动;有一个不完好就以非零状态结束。不写文件名,列出本安装用过的全部证书。"
            "封记只用来查改动,不是电子签名认证证书,也不是单位印章。",
            "With files it tells of each whether this installation sealed it and whether it was changed since; ends with a status other "
            "than zero unless all are unbroken. Without, it lists every certificate ever used here. The seal only shows changes: it is no "
            "licensed electronic signature and no unit's seal.",
        ),
        (
            ("./huiyin seal agreement.pdf", Text("核对一个文件", "check a file")),
            ("./huiyin seal --renew", Text("更换密钥,旧封记照样有效", "a new key; old seals stay good")),
        ),
        seal,
        _arguments,
    ),
)
