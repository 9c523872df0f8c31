"""Template tags of the weekly report's pages: figures by the name the report keeps, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from huiyin.core.values import Text
from huiyin.ui.templatetags.ui import say, stamp

register = template.Library()


@register.simple_tag(takes_context=True)
def figure_name(context: Mapping[str, Any], name: str, labels: Mapping[str, Text]) -> str | SafeString:
    """Return what a figure is called; one the packs no longer have keeps the name it was reported under."""
    return say(context, labels.get(name, name))


@register.simple_tag(takes_context=True)
def figure_label(context: Mapping[str, Any], name: str, labels: Mapping[str, Text], value: int) -> str:
    """Return the words of a link on a number, for those who do not see the table."""
    label = labels.get(name)
    language = "en" if context.get("language") == "en" else "zh"
    return f"{name if label is None else label.in_(language)}{': ' if language == 'en' else '：'}{value}"


@register.simple_tag(takes_context=True)
def figure_means(context: Mapping[str, Any], name: str, said: str, counts: Mapping[str, Any]) -> str | SafeString:
    """Return what a figure counts: as the report says, or in English where the packs still say the same."""
    count = counts.get(name)
    return say(context, count.means if count is not None and count.means.zh == said else said)


@register.simple_tag
def figure_address(name: str, counts: Mapping[str, Any], week: Any, taken_at: str | None) -> str:
    """Return where the matters behind a figure are listed, as the record stood when it was taken."""
    count = counts.get(name)
    query = {"count": "" if count is None else count.name, "period": week.slug, "as_of": taken_at or ""}
    return f"{reverse('return-list', args=['weekly_figures'])}?{urlencode(query)}"


@register.simple_tag(takes_context=True)
def moment_of(context: Mapping[str, Any], value: str | None) -> str | SafeString:
    """Return an instant that a matter keeps as text."""
    return "" if not value else stamp(context, datetime.fromisoformat(value))


@register.simple_tag(takes_context=True)
def state_of(context: Mapping[str, Any], state: str, states: Mapping[str, Text]) -> str | SafeString:
    """Return the words of a state."""
    return say(context, states.get(state, state))
