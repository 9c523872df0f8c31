"""A country pack and a city small enough to be proven in a second: one procedure of ours over our own laws, one street of our city."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

PACKS = Path(__file__).resolve().parents[2] / "packs"
CITY = PACKS / "cn-2101-shenyang"
LAND, TOWN = "little", "little-town"
PROCEDURE = "weekly_report"
STREET = "210102001000"
KEPT = (
    "laws.yaml", "counting.yaml", "topics.yaml", "units.yaml", "remedies.yaml", "calendars/2025.yaml", "calendars/2026.yaml",
    f"procedures/{PROCEDURE}.yaml", f"procedures/{PROCEDURE}.scenario.yaml", f"papers/{PROCEDURE}.yaml",
)  # fmt: skip


def make(shelf: Path) -> tuple[Path, Path]:
    """Write both packs into a folder."""
    return _land(shelf / LAND), _town(shelf / TOWN)


def _land(folder: Path) -> Path:
    source = PACKS / "cn"
    manifest = (source / "pack.yaml").read_text("utf-8").replace("pack: cn\n", f"pack: {LAND}\n")
    for path in KEPT:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, folder / path)
    shutil.copytree(source / "clocks", folder / "clocks")
    (folder / "pack.yaml").write_text(manifest, "utf-8")
    return folder


def _town(folder: Path) -> Path:
    shutil.copytree(CITY, folder)
    manifest = folder / "pack.yaml"
    text = manifest.read_text("utf-8").replace(f"pack: {CITY.name}", f"pack: {TOWN}").replace("needs: [cn]", f"needs: [{LAND}]")
    manifest.write_text(text, "utf-8")
    header, *rows = (CITY / "divisions.csv").read_text("utf-8").splitlines()
    keep = [row for row in rows if row.split(",")[0] in ("210100000000", "210102000000", STREET) or row.split(",")[3] == STREET]
    (folder / "divisions.csv").write_text("\n".join([header, *keep]) + "\n", "utf-8")
    outlines = json.loads((CITY / "boundaries.geojson").read_text("utf-8"))
    codes = {row.split(",")[0] for row in keep}
    outlines["features"] = [one for one in outlines["features"] if one["properties"]["code"] in codes]
    (folder / "boundaries.geojson").write_text(json.dumps(outlines), "utf-8")
    header, *named = (CITY / "gazetteer.csv").read_text("utf-8").splitlines()
    within = [row for row in named if row.split(",")[2] in codes]
    (folder / "gazetteer.csv").write_text("\n".join([header, *within]) + "\n", "utf-8")
    return folder
