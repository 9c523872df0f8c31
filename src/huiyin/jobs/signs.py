"""The signs that hang at the doors of workrooms: a page each, with the code to scan, the number to type and the telephone.

Codes outdoors get dirty and torn, so what the code says stands beside it in words.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.models import Division, Unit
from huiyin.core.values import Refusal, Text
from huiyin.jobs.kinds import ZIP, Made, RefusedError, Result, Run, job

KIND_OF_UNIT = "workroom"
NO_SUCH_PLACE = Text("没有这个地方，或者那里没有工作室。", "There is no such place, or no workroom in it.")
LAYOUT = Path(__file__).with_name("sign.typ")


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands on one sign."""

    name: str
    name_en: str
    place: str
    code: str
    address: str
    qr: str


@job(
    "door_signs",
    label=Text("制作工作室门牌码", "Make the signs of workrooms"),
    posts=frozenset({"head", "dispatcher", "system_admin"}),
    operator=True,
    params={
        "division": Text("哪个地方的（区划代码），不写是全市", "which place (division code); the whole city when left out"),
        "base": Text("网站地址，例如 https://huiyin.example.cn", "address of the site, such as https://huiyin.example.cn"),
    },
)
def door_signs(run: Run) -> Result:
    """Make one PDF for each street, a page for each workroom, all in one archive."""
    root = places.root()
    division = str(run.params.get("division") or (root.code if root else ""))
    base = str(run.params.get("base") or "").rstrip("/")
    if not base.startswith(("http://", "https://")):
        raise RefusedError(
            Refusal("base", Text("网站地址要以“http://”或“https://”开头。", "The address of the site begins with http:// or https://."))
        )
    units = list(
        Unit.objects.filter(city.on_day(city.today()), kind=KIND_OF_UNIT, division__path__contains=[division])
        .select_related("division")
        .order_by("division_id")
    )
    if not units:
        raise RefusedError(Refusal("division", NO_SUCH_PLACE))
    codes = {code for unit in units for code in unit.division.path}
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "short"))
    streets: dict[str, list[Unit]] = {}
    for unit in units:
        streets.setdefault(unit.division.parent_id or "", []).append(unit)
    run.progress(0, len(units))
    done = 0
    made_at = clock.now()
    with zipfile.ZipFile(run.result, "w", zipfile.ZIP_STORED) as archive:
        for street, here in streets.items():
            folder = "".join(names.get(code, "") for code in here[0].division.path[1:-1]) or names.get(street, street)
            signs = [sign_of(unit, "".join(names[code] for code in unit.division.path), base) for unit in here]
            archive.writestr(f"{street[:9]} {folder}.pdf", pdf(signs, made_at))
            done += len(here)
            run.progress(done, len(units))
    name = names.get(division) or (root.short if root else "")
    return Result(
        Text(
            f"做好{done:,}张，按街道分成{len(streets):,}个文件。",
            f"Signs made: {done:,}, in one file for each street ({len(streets):,}).",
        ),
        told=((Text("门牌码（张）", "Signs"), done), (Text("文件（个）", "Files"), len(streets))),
        file=Made(f"{name}工作室门牌码.zip", ZIP),
    )


def sign_of(unit: Unit, place: str, base: str) -> Sign:
    """Return the sign of one unit."""
    address = f"{base}/p/{unit.division_id}/"
    code = unit.division_id
    return Sign(unit.name_zh, unit.name_en, place, f"{code[:4]} {code[4:8]} {code[8:]}", address, qr_svg(address))


def qr_svg(address: str) -> str:
    """Return the code of an address; a quarter of it may be torn off and it still scans."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False, boost_error=False).save(
        out, kind="svg", xmldecl=False, border=4, svgclass=None, lineclass=None
    )
    return out.getvalue().decode()


def pdf(signs: Iterable[Sign], made_at: datetime) -> bytes:
    """Return the pages of some signs."""
    given: Mapping[str, Any] = {"signs": [asdict(sign) for sign in signs]}
    fonts = str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)
    return typst.compile(
        LAYOUT,
        format="pdf",
        font_paths=[Path(fonts)],
        ignore_system_fonts=True,
        sys_inputs={"given": json.dumps(given, ensure_ascii=False)},
        timestamp=int(made_at.timestamp()),
    )
