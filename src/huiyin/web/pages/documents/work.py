"""Binding a long file as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs.kinds import PDF, Made, RefusedError, Result, Run, job
from huiyin.matters import queries
from huiyin.papers.integrity.kept import sealed_now
from huiyin.papers.typesetting.binding import bind
from huiyin.web.pages import seats
from huiyin.web.pages.documents import volumes
from huiyin.web.pages.documents.volumes import Source

GONE = Refusal("not_there", Text("没有这件事，或者您的岗位不能看。", "There is no such matter, or it is not for your post."))


def still_theirs(principal: Principal, params: Mapping[str, Any]) -> bool:
    """Tell whether a matter whose file was bound may still be read; fetching it is a look at the matter."""
    return queries.get(principal, str(params["home"]), UUID(str(params["matter"]))) is not None


@job(
    "bind_file",
    label=Text("装订案卷", "Bind a file"),
    params={
        "home": Text("事项所在库", "home of the matter"),
        "matter": Text("事项", "the matter"),
        "of": Text("装哪一种卷，不写是案卷", "which file; the matter's own when left out"),
        "base": Text("网站地址", "address of the site"),
    },
    still=still_theirs,
)
def bind_file(run: Run) -> Result:
    """Bind what the asker may open now."""
    params = run.params
    standpoint = seats.of_staff(run.principal, str(params["home"]), UUID(str(params["matter"])))
    volume = volumes.volume_of(Source(standpoint, str(params["base"]), str(params["of"])))
    if volume is None:
        raise RefusedError(GONE)
    run.progress(0)
    made = bind(volume)
    run.result.write_bytes(sealed_now(made.data))
    return Result(
        Text("案卷装好了。", "The file is bound."),
        told=((Text("页", "pages"), made.pages),),
        file=Made(f"{volume.title.in_(run.language)}.pdf", PDF),
    )
