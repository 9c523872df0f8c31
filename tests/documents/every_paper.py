"""Every paper of the packs as the scenarios print it: the fullest issue of each, with the matter it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

from huiyin.core import scenario
from huiyin.core.effects import Effects
from huiyin.core.pack_reading import read_library
from huiyin.core.packs import Library
from huiyin.core.papers import Rendered
from huiyin.core.snapshot import PaperIssue, Snapshot
from huiyin.core.source import read_yaml
from huiyin.core.step import open_matter, step
from huiyin.core.values import Text
from huiyin.papers.typesetting import Document, Given, Proof

PACKS = Path(__file__).resolve().parents[2] / "packs"
Printed = tuple[Rendered, PaperIssue, Snapshot]


@lru_cache(maxsize=1)
def library() -> Library:
    read, problems = read_library(sorted(manifest.parent for manifest in PACKS.glob("*/pack.yaml")))
    assert read is not None, [one.text.en for one in problems]
    return read


@lru_cache(maxsize=1)
def printed() -> Mapping[str, Printed]:
    found: dict[str, Printed] = {}

    def kept(result: Any) -> Any:
        if isinstance(result, Effects):
            for issue, rendered, _ in result.printed:
                known = found.get(rendered.paper)
                if known is None or _size(rendered) > _size(known[0]):
                    found[rendered.paper] = (rendered, issue, result.after)
        return result

    with (
        mock.patch("huiyin.core.scenario.step", lambda *given, **named: kept(step(*given, **named))),
        mock.patch("huiyin.core.scenario.open_matter", lambda *given, **named: kept(open_matter(*given, **named))),
    ):
        for path in sorted(PACKS.glob("*/procedures/*.scenario.yaml")):
            name = path.name.removesuffix(".scenario.yaml")
            for case in read_yaml(path).data:
                scenario.run(library().procedures[name], library(), case)
    return found


def names() -> list[str]:
    return sorted(path.stem for path in PACKS.glob("*/papers/*.yaml"))


def document(name: str) -> Document:
    rendered, issue, _ = printed()[name]
    lines = [line for block in rendered.blocks if block["kind"] == "signatures" for line in block["lines"]]
    return Document(
        title=rendered.title,
        blocks=rendered.blocks,
        layout=library().papers[name].layout,
        signatures=tuple(Given(Text(**line["label"]), line["name"], seal=line["role"] == "seal") for line in lines),
        proof=Proof(
            "https://huiyin.example/verify/7K3Q-8M2N-4P6R-9TXW/", "7K3Q-8M2N-4P6R-9TXW", issue.hash, (Text("印出时间", "Printed"),)
        ),
    )


def _size(rendered: Rendered) -> int:
    return len(json.dumps(rendered.blocks, ensure_ascii=False))
