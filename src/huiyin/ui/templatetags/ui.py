"""Template tags of every page: pairs of texts, values as people read them, components."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from huiyin.core.values import Language, Text
from huiyin.matters import directory
from huiyin.ui import shown
from huiyin.ui import styles as style_sheet

register = template.Library()
# Chinese from its first character to its last, with the marks between.
_HAN_RUN = re.compile(f"((?:{shown.HAN.pattern})(?:[^A-Za-z]*(?:{shown.HAN.pattern}))*[。，；：！？]?)")


def _language(context: Mapping[str, Any]) -> Language:
    return "en" if context.get("language") == "en" else "zh"


def _marked(words: str, language: Language) -> str | SafeString:
    """Mark Chinese words on an English page as Chinese, for screen readers and fonts."""
    if language == "en" and shown.has_han(words):
        return format_html('<span lang="zh-Hans">{}</span>', words)
    return words


@register.simple_tag
def styles() -> str:
    """Return the address of the styles every page needs."""
    return reverse("styles", args=[style_sheet.sheet().mark])


@register.simple_tag(takes_context=True)
def t(context: Mapping[str, Any], zh: str, en: str) -> str:
    """Return the wording in the page's language: ``{% t "提交反映" "Send the report" %}``."""
    return en if _language(context) == "en" else zh


@register.simple_tag(takes_context=True)
def say(context: Mapping[str, Any], text: Text | Mapping[str, str] | str | None) -> str | SafeString:
    """Return a pair of texts in the page's language; a plain string is a person's own words and stays as it is."""
    language = _language(context)
    if text is None:
        return ""
    if isinstance(text, Text):
        return _marked(text.in_(language), language)
    if isinstance(text, Mapping):
        return _marked(text.get(language) or text.get("zh", ""), language)
    return _marked(text, language)


@register.simple_tag(takes_context=True)
def in_(context: Mapping[str, Any], text: Text | None) -> str:
    """Return a pair in the page's language without mark-up, for attributes and titles."""
    return "" if text is None else text.in_(_language(context))


@register.simple_tag(takes_context=True)
def words(context: Mapping[str, Any], value: str) -> SafeString:
    """Return a person's own words as paragraphs, their language marked on an English page."""
    # `linebreaks` escapes first, so what it returns is safe to print.
    paragraphs = linebreaks(value, autoescape=True)
    if _language(context) == "en" and shown.has_han(value):
        return format_html('<div lang="zh-Hans">{}</div>', mark_safe(paragraphs))  # noqa: S308
    return mark_safe(paragraphs)  # noqa: S308


@register.simple_tag(takes_context=True)
def when(context: Mapping[str, Any], value: datetime | None) -> str | SafeString:
    """Return a moment in the city's zone, machine-readable beside."""
    if value is None:
        return ""
    zone = directory.library().zone
    return format_html(
        '<time datetime="{}">{}</time>', value.astimezone(zone).isoformat(timespec="minutes"), shown.moment(value, zone, _language(context))
    )


@register.simple_tag(takes_context=True)
def stamp(context: Mapping[str, Any], value: datetime | None) -> str | SafeString:
    """Return a moment as tables show it."""
    if value is None:
        return ""
    zone = directory.library().zone
    return format_html('<time datetime="{}">{}</time>', value.astimezone(zone).isoformat(timespec="minutes"), shown.stamp(value, zone))


@register.simple_tag
def size(count: int) -> str:
    """Return a file's size as people read it."""
    return shown.size(count)


@register.simple_tag(takes_context=True)
def day(context: Mapping[str, Any], value: date | datetime | None, provisional: bool = False, weekday: bool = True) -> str | SafeString:
    """Return a date, marked as provisional when the calendar of its year is not published yet."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(directory.library().zone).date()
    language = _language(context)
    words_ = shown.day(value, language, weekday=weekday)
    if provisional:
        words_ += shown.PROVISIONAL.in_(language)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words_)


@register.simple_tag(takes_context=True)
def due(context: Mapping[str, Any], value: datetime | None, provisional: bool = False) -> str | SafeString:
    """Return until when: the day, with the hour where the period does not run to the end of the day."""
    if value is None:
        return ""
    local = value.astimezone(directory.library().zone)
    if (local.hour, local.minute) == (23, 59):
        return day(context, value, provisional)
    language = _language(context)
    words_ = shown.moment(value, local.tzinfo or directory.library().zone, language) + (
        shown.PROVISIONAL.in_(language) if provisional else ""
    )
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words_)


@register.simple_tag(takes_context=True)
def left(context: Mapping[str, Any], due: datetime, now: datetime) -> str:
    """Return how long is left, or by how much it is late."""
    return shown.left(due, now, directory.library().zone).in_(_language(context))


@register.filter
def grouped(value: str) -> str:
    """Return a reference in groups of four."""
    return shown.reference(value)


@register.filter
def cents(value: int) -> str:
    """Return an amount of CNY."""
    return shown.money(value)


@register.inclusion_tag("ui/field.html", takes_context=True)
def field(context: Mapping[str, Any], view: Any) -> dict[str, Any]:
    """Show one question of a form with its hint, its error and its answer."""
    return {"f": view, "language": _language(context)}


@register.inclusion_tag("ui/tag.html", takes_context=True)
def tag(context: Mapping[str, Any], text: Text | str, tone: str = "plain") -> dict[str, Any]:
    """Show a state as a word with a shape and a colour. Tones: plain, wait, good, warn, late."""
    return {"text": text, "tone": tone, "language": _language(context)}


@register.inclusion_tag("ui/value.html", takes_context=True)
def value(context: Mapping[str, Any], fact: Any) -> dict[str, Any]:
    """Show the value of one fact as its type wants it."""
    return {"fact": fact, "language": _language(context)}


@register.filter
def mixed(value: str) -> SafeString:
    """Return an English text with each run of Chinese in it marked as Chinese: names, and words people typed."""
    parts = _HAN_RUN.split(value)
    pieces = (format_html('<span lang="zh-Hans">{}</span>', part) if place % 2 else escape(part) for place, part in enumerate(parts))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped
