"""What a verb is: its name, its manual page, its arguments, what it does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiyin.cli.output import Console
from huiyin.core.values import Refusal, Text
from huiyin.host.errors import HostError

ROOT = Path(__file__).resolve().parents[3]
PACKS = ROOT / "packs"
DEMO_PACKS = ("cn", "cn-2101-shenyang")


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Verb:
    """One command.

    Attributes:
        brief: one line for the list of commands.
        manual: what it does, what it changes, what it needs.
        examples: command lines with what they are for.
        run: does it; returns the JSON object, or an exit status when it told everything itself.
        arguments: adds its arguments to its parser.
        passes_on: whether every word after the verb goes to another program, as ``args.rest``.
    """

    name: str
    brief: Text
    manual: Text
    examples: tuple[tuple[str, Text], ...]
    run: Callable[[argparse.Namespace, Console], Mapping[str, Any] | int]
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments
    passes_on: bool = False


def failed(refusal: Refusal) -> HostError:
    """Return a room's refusal as an error of the verb."""
    return HostError(refusal.code, refusal.text.zh, refusal.text.en)


def pack_folders(named: list[str]) -> list[Path]:
    """Return the folders of the packs ``named`` and of those they need.

    A name is a path or one of the packs under ``packs/``. A needed pack is another of those named, wherever it lies, or
    stands beside the one that needs it, or is one of ours.

    Raises:
        HostError: there is no such pack.
    """
    from huiyin.core.pack_folders import with_needed

    found: list[Path] = []
    for name in named:
        place = next((folder for folder in (Path(name), PACKS / name) if (folder / "pack.yaml").is_file()), None)
        if place is None:
            known = ", ".join(sorted(folder.parent.name for folder in PACKS.glob("*/pack.yaml")))
            raise HostError(
                "no_such_pack",
                f"没有规则包 {name}(目录里要有 pack.yaml)。现有:{known}。",
                f"There is no pack {name} (a folder with a pack.yaml). Known: {known}.",
            )
        found.append(place)
    return with_needed(found, PACKS)
