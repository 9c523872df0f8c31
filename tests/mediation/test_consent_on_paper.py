"""A yes that came on paper: the picture stands beside it at the desk and in the file, and the other side does not see it."""

from __future__ import annotations

import io

from cases import Case, at_desk
from PIL import Image

from huiyin.papers import queries as files
from huiyin.papers import services


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    return made.getvalue()


def test_a_yes_on_paper_brings_its_picture(served: object) -> None:
    case = Case().inviting()
    asked = at_desk("clerk").get(f"{case.desk}/act/agree/?for={case.people['李四']}")
    assert "书面同意的照片或者扫描件" in asked.words
    assert "书面同意的照片" not in case.party().get(f"/mine/{case.reference}/act/agree/").words
    handed = services.attach(home=case.home, matter=case.matter, name="同意书.png", chunks=[_picture()], principal=case.principal("clerk"))
    case.act("clerk", "agree", {"consent_paper": [str(handed)]}, for_="李四")
    case.act("张三", "agree")
    desk = at_desk("clerk").get(case.desk + "/")
    assert "书面同意：同意书.png" in desk.words
    assert any(str(handed) in address for _, address in desk.links)
    assert "同意书.png" in at_desk("mediator").get(case.desk + "/file/").words
    seen = [str(row.id) for row in files.files(case.principal("张三"), case.view("张三"))]
    assert str(handed) not in seen
    assert str(handed) in [str(row.id) for row in files.files(case.principal("李四"), case.view("李四"))]
