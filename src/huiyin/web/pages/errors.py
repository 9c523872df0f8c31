"""Pages for what cannot be shown: each says what happened, what became of what was typed, and what to do now."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from huiyin.core.values import Text
from huiyin.ui.language import HTML_LANG, big_type, language_of
from huiyin.web.pages.show import show

log = logging.getLogger(__name__)

GO_BACK = Text("按浏览器的返回键回到上一页。", "Go back with the browser's back button.")
KEPT = Text("之前各步填的内容都还在。", "What you filled in on earlier pages is kept.")
UNTOUCHED = Text("什么也没有改。", "Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a page of trouble says.

    Attributes:
        happened: what it is about.
        data: what became of what the reader typed or did.
        ways: what to do now, the likeliest first.
    """

    heading: Text
    happened: Text
    data: Text
    ways: tuple[Text, ...] = ()


NOT_FOUND = Trouble(
    Text("没有找到这一页", "This page was not found"),
    Text("地址可能写错了，或者这里的内容不是给您看的。", "The address may be wrong, or what is there is not yours to see."),
    Text("如果您刚才在填表，填的内容没有丢。", "If you were filling in a form, nothing is lost."),
    (
        GO_BACK,
        Text("扫码打开的，请对照码旁边的短号再输一次。", "If a code brought you here, type the short number printed beside it."),
        Text("查自己的事，用编号和查询码。", "To follow your own matter, use its reference and code."),
    ),
)
REFUSED = Trouble(
    Text("这一步没有做", "This was not done"),
    Text("您现在的岗位不能这样做。", "Your present post may not do this."),
    UNTOUCHED,
    (
        Text("您有几个岗位的，换一个岗位再试。", "If you hold several posts, change to another and try again."),
        Text("应该能做的，请找本单位的系统管理员。", "If it should be yours, speak to the administrator of your unit."),
    ),
)
FORGED = Trouble(
    Text("这次提交没有收下", "This was not accepted"),
    Text(
        "页面开得太久，或者浏览器不让保存必要的小文件（Cookie）。",
        "The page was open too long, or the browser does not keep the cookie it needs.",
    ),
    Text("这一次的没有登记，之前各步填的内容还在。", "This time nothing was registered; the answers of earlier steps are kept."),
    (
        GO_BACK,
        Text("长的文字先复制，再刷新页面，贴上去重新提交。", "Copy any long text, reload the page, paste it and send again."),
    ),
)
TOO_LARGE = Trouble(
    Text("这次提交太大", "What was sent is too large"),
    Text("一次能收的文字和文件有上限。", "There is a limit to the text and the files taken at once."),
    Text("这一次没有收下，之前各步填的内容还在。", "It was not accepted; the answers of earlier steps are kept."),
    (
        GO_BACK,
        Text("照片少传几张，或者分几次补充。", "Send fewer photographs, or add them in several goes."),
        Text("文字写短些，细节可以当面说。", "Shorten the text; details can be told in person."),
    ),
)
UNREADABLE = Trouble(
    Text("这次提交不完整", "What was sent is incomplete"),
    Text("传到一半断了，或者浏览器送来的东西读不懂。", "It was cut off half-way, or the browser sent something that cannot be read."),
    Text("这一次没有收下，之前各步填的内容还在。", "It was not accepted; the answers of earlier steps are kept."),
    (GO_BACK, Text("等网络好一些，再提交一次。", "Send it again when the network is better.")),
)
DATABASE_DOWN = Trouble(
    Text("现在暂时办不了", "Not possible at this moment"),
    Text("存放记录的地方连不上，这一次已经记下来。", "The place where records are kept cannot be reached; this has been noted."),
    Text(
        "刚才那一步没有登记。同一份内容再交一次，不会登记两次。",
        "The last step was not registered. Sending the same again never registers it twice.",
    ),
    (Text("过几分钟，按浏览器的刷新。", "Reload in a few minutes."), Text("着急的，请打电话。", "If it is urgent, call.")),
)
FAILED = Trouble(
    Text("我们这边出错了", "Something failed on our side"),
    Text("不是您的错，错误已经记下来了。", "It is not your doing; the error has been noted."),
    Text(
        "刚才那一步可能没有做成。之前各步填的内容还在；再交一次，不会登记两次。",
        "The last step may not have been done. Answers of earlier steps are kept; sending again never registers it twice.",
    ),
    (GO_BACK, Text("还是不行，请打电话。", "If it still fails, call.")),
)
OFFLINE = Trouble(
    Text("现在没有网络", "There is no network now"),
    Text("这台设备连不上网，这一页要联网才能打开。", "This device is offline, and this page needs the network."),
    Text("已经提交的都在。没提交的草稿，联网以后接着填。", "What was sent is safe. Drafts can be continued when the network is back."),
    (
        Text("找有信号的地方，再刷新。", "Find a place with a signal and reload."),
        Text("打电话也能办，不用网络。", "It can be done by telephone, without any network."),
    ),
)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: there is no such page, or it is not this reader's to see. Nothing tells the two apart."""
    return _page(request, 404, NOT_FOUND)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _page(request, 403, REFUSED)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old."""
    return _page(request, 403, FORGED)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be taken: 413 when it is too much, 400 when it cannot be read."""
    much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    return _page(request, 413 if much else 400, TOO_LARGE if much else UNREADABLE)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 with when to come back."""
    minutes = max(1, round(seconds / 60))
    trouble = Trouble(
        Text("试得太多，请等一会儿", "Too many tries; please wait"),
        Text("为了不让别人猜号码，试几次不对要停一停。", "So that nobody can guess numbers, several wrong tries bring a pause."),
        Text("什么也没有丢。", "Nothing is lost."),
        (
            Text(f"约{minutes}分钟以后再试。", f"Try again in about {minutes} minute{'' if minutes == 1 else 's'}."),
            Text("号码找不到了，请打电话或者到工作室来。", "If you lost the number, call or come to a workroom."),
        ),
    )
    response = _page(request, 429, trouble)
    response.headers["Retry-After"] = str(seconds)
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """Show the page a device keeps for when it has no network; it must need nothing of this reader's."""
    return _bare(request, 200, OFFLINE)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when the database is away. It must not need anything that may have failed: no database, no session."""
    error = sys.exc_info()[1]
    away = isinstance(error, OperationalError | InterfaceError)
    try:
        return _bare(request, 503 if away else 500, DATABASE_DOWN if away else FAILED)
    except Exception:
        log.exception("the page of an error failed itself")
        return HttpResponse(LAST_RESORT, status=500)


def _page(request: HttpRequest, status: int, trouble: Trouble) -> HttpResponse:
    return show(request, "web/error.html", {"trouble": trouble}, status=status)


def _bare(request: HttpRequest, status: int, trouble: Trouble) -> HttpResponse:
    language = language_of(request)
    context = {
        "trouble": trouble,
        "language": language,
        "html_lang": HTML_LANG[language],
        "big": big_type(request),
        "shell": "resident",
        "help_phone": settings.HUIYIN_HELP_PHONE,
    }
    return HttpResponse(render_to_string("web/failed.html", context), status=status)


# When even a template cannot be read.
LAST_RESORT = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>出错了 - 回音</title></head>
<body><main><h1>我们这边出错了</h1><p>刚才那一步可能没有做成。请返回上一页再试一次，或者打电话 <a href="tel:12345">12345</a>。</p>
<div lang="en"><h2>Something failed on our side</h2><p>The last step may not have been done. Go back and try again,
or call <a href="tel:12345">12345</a>.</p>
</div></main></body></html>
"""
