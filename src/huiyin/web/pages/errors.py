"""Pages for what cannot be shown: each says what happened to what the person typed, and where to go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from huiyin.core.values import Text
from huiyin.web.pages.show import show


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: there is no such page, or it is not this reader's to see. Nothing tells the two apart."""
    return _page(
        request,
        404,
        Text("没有找到这一页", "This page was not found"),
        Text("地址可能写错了，或者这里的内容不是给您看的。", "The address may be wrong, or what is there is not yours to see."),
        Text(
            "如果您刚才在填表，填的内容没有丢：返回上一页还在。", "If you were filling in a form, nothing is lost: go back and it is there."
        ),
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _page(
        request,
        403,
        Text("这一步没有做", "This was not done"),
        Text("您现在的岗位不能这样做，什么也没有改。", "Your present post may not do this; nothing was changed."),
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old."""
    return _page(
        request,
        403,
        Text("这次提交没有收下", "This was not accepted"),
        Text(
            "页面开得太久，或者浏览器不让保存必要的小文件（Cookie）。什么也没有改。",
            "The page was open too long, or the browser does not keep the cookie it needs. Nothing was changed.",
        ),
        Text(
            "请返回上一页，刷新，再提交一次；之前各步填的内容还在。",
            "Go back, reload and send again; the answers of earlier steps are kept.",
        ),
    )


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: what was sent cannot be read."""
    return _page(
        request,
        400,
        Text("这次提交太大或者不完整", "What was sent is too large or incomplete"),
        Text(
            "这一次没有收下，之前各步填的内容还在。请返回上一页，把文字写短些再提交。",
            "It was not accepted; the answers of earlier steps are kept. Go back, shorten the text and send again.",
        ),
    )


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 with when to come back."""
    response = _page(
        request,
        429,
        Text("试得太多，请等一会儿", "Too many tries; please wait"),
        Text(f"请等 {seconds} 秒再试。", f"Please wait {seconds} seconds and try again."),
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500. It must not need anything that may have failed: no database, no session."""
    return HttpResponse(FAILED, status=500)


def _page(request: HttpRequest, status: int, heading: Text, *told: Text) -> HttpResponse:
    return show(request, "web/error.html", {"heading": heading, "told": told}, status=status)


FAILED = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>出错了 - 回音</title><link rel="stylesheet" href="/static/ui/tokens.css"><link rel="stylesheet" href="/static/ui/base.css"></head>
<body><main class="main"><h1>我们这边出错了</h1>
<p>刚才那一步可能没有做成。之前各步填的内容还在：请返回上一页再试一次，同一份内容不会登记两次。</p>
<p>还是不行，请打电话 <a href="tel:12345">12345</a>。</p>
<div lang="en"><h2>Something failed on our side</h2>
<p>The last step may not have been done. Answers of earlier steps are kept: go back and try again; the same thing is never registered twice.
If it still fails, call <a href="tel:12345">12345</a>.</p></div></main></body></html>
"""
