"""Every command in the documents is run, in order, as a reader would run it; one that fails fails here.

A comment in front of a block says how:

- ``<!-- with: demo -->`` a demonstration runs beside it, at ``HUIYIN_URL``;
- ``<!-- runs: until stopped -->`` it goes on until Ctrl-C;
- ``<!-- checked as: COMMAND -->`` it would take too long here, or run itself; that command is run instead;
- ``<!-- file: PATH -->`` the block is a file under the home folder.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from pages_of_docs import ROOT, Block, blocks, pages
from readers_machine import Demonstration, environment

LONGEST = 300.0


def _needed(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language == "sh" or block.marked("file")]


PAGES = [page for page in pages() if any(block.language == "sh" for block in _needed(page))]


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_command_of_a_document_works(page: Path, home: Path, demonstration: Demonstration) -> None:
    needed = _needed(page)
    for block in needed:
        if block.marked("runs") == "until stopped":
            demonstration.stop()
            demonstration.start(block.text.strip())
            demonstration.stop()
    beside_demo = any(block.marked("with") == "demo" for block in needed)
    if beside_demo:
        demonstration.start()
        home = demonstration.home
    env = environment(home)
    if beside_demo:
        env["HUIYIN_URL"] = demonstration.address
    script = "set -eu\n" + "".join(_part(block) for block in needed)
    ran = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    last = next((line for line in reversed(ran.stderr.splitlines()) if line.startswith("::")), "")
    assert ran.returncode == 0, f"{last[2:]} ended with {ran.returncode}\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"


def _part(block: Block) -> str:
    """Return the lines of one block, after a line on standard error that says where they come from."""
    said = f"echo ::{shlex.quote(block.where)} >&2\n"
    file = block.marked("file")
    if file is not None:
        return f'{said}printf %s {shlex.quote(block.text)} > "$HUIYIN_HOME"/{shlex.quote(file)}\n'
    if block.marked("runs") == "until stopped":
        return ""
    return said + (block.marked("checked as") or block.text) + "\n"


def test_what_is_not_run_is_marked_as_text() -> None:
    known = {"sh", "text", "yaml", "mermaid"}
    assert [(block.where, block.language) for page in pages() for block in blocks(page) if block.language not in known] == []


def test_the_two_commands_stand_in_both_readmes() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        commands = [block.text.strip() for block in blocks(ROOT / name) if block.language == "sh"]
        assert commands == ["./huiyin demo", "./huiyin test"]


def test_a_failing_command_is_not_overlooked(home: Path) -> None:
    block = Block("page.md", 3, "sh", "./huiyin check no-such-pack | cat\n./huiyin check no-such-pack\n", None)
    ran = subprocess.run(
        ["bash", "-c", "set -eu\n" + _part(block)], cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "::page.md:3" in ran.stderr
    assert "no-such-pack" in ran.stderr
