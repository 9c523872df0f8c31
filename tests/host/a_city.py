"""A small city pack of somebody's own, cut out of ours, and a command line that uses it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKS = REPOSITORY / "packs"
CITY = PACKS / "cn-2101-shenyang"


def our_city(shelf: Path) -> Path:
    """Make the pack ``our-city`` with one district, one street and its communities, alone on its shelf."""
    folder = shelf / "our-city"
    shutil.copytree(CITY, folder)
    manifest = folder / "pack.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace(f"pack: {CITY.name}", "pack: our-city"), "utf-8")
    header, *rows = (CITY / "divisions.csv").read_text("utf-8").splitlines()
    street = next(row.split(",")[0] for row in rows if row.split(",")[2] == "street")
    keep = [row for row in rows if row.split(",")[0] in ("210100000000", "210102000000", street) or row.split(",")[3] == street]
    (folder / "divisions.csv").write_text("\n".join([header, *keep]) + "\n", "utf-8")
    head, *names = (CITY / "gazetteer.csv").read_text("utf-8").splitlines()
    kept = {row.split(",")[0] for row in keep}
    (folder / "gazetteer.csv").write_text("\n".join([head, *(row for row in names if kept & set(row.split(",")))]) + "\n", "utf-8")
    outlines = json.loads((CITY / "boundaries.geojson").read_text("utf-8"))
    codes = {row.split(",")[0] for row in keep}
    outlines["features"] = [one for one in outlines["features"] if one["properties"]["code"] in codes]
    (folder / "boundaries.geojson").write_text(json.dumps(outlines), "utf-8")
    return folder


def run(*words: str, home: Path, cwd: Path | str = "/", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a home."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "HUIYIN_HOME": str(home), **more}
    for name in ("DATABASE_URL", "HUIYIN_APP_DATABASE_URL"):
        if name not in more:
            env.pop(name, None)
    return subprocess.run([sys.executable, "-m", "huiyin.cli", *words], capture_output=True, text=True, env=env, cwd=cwd, check=False)
