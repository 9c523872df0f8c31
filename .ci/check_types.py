"""Checks the types of the program and of its tests in one run.

Tests import the helpers beside them by their bare names, as pytest lets them; every folder of tests is therefore put on
the checker's path. Files that may have the same name in several folders (``conftest``) are checked by their full names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"


def main(words: list[str]) -> int:
    """Run mypy with ``words`` as further options and return its status."""
    files = [path for path in sorted(TESTS.rglob("*.py")) if "__pycache__" not in path.parts]
    bare = [path for path in files if path.name != "conftest.py" and not (path.parent / "__init__.py").exists()]
    folders = sorted({str(path.parent) for path in bare})
    names = [path.stem for path in bare]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        print(f"two test files of one name, which pytest does not tell apart: {', '.join(twice)}", file=sys.stderr)  # noqa: T201
        return 1
    full = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files if path not in bare and path.name != "__init__.py"]
    modules = [word for name in (*names, *full) for word in ("-m", name)]
    env = {**os.environ, "MYPYPATH": os.pathsep.join(folders)}
    return subprocess.run([sys.executable, "-m", "mypy", *words, "-p", "huiyin", *modules], cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
