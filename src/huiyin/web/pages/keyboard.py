"""Keys of one letter for those who want them: off until switched on, each changeable, kept with the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from huiyin.city.models import Account
from huiyin.core.values import Text

# What a key does -> (its words, the letter it has until changed). The page's script knows the names.
KEYS: Mapping[str, tuple[Text, str]] = {
    "next": (Text("下一件（往下一行）", "Next line"), "J"),
    "previous": (Text("上一件（往上一行）", "Previous line"), "K"),
    "open": (Text("打开这一行", "Open the line"), "O"),
    "accept": (Text("照表单现在的样子提交", "Send the form as it stands"), "A"),
    "write": (Text("到第一个要写的地方", "Go to the first input"), "W"),
    "preview": (Text("预览", "Preview"), "P"),
    "acts": (Text("到“怎么办”", "Go to what can be done"), "G"),
    "search": (Text("到查找框", "Go to the search box"), "S"),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key as the page and its script take it; ``code`` is the key's place on the board, whatever the input method makes of it."""

    name: str
    label: Text
    letter: str

    @property
    def code(self) -> str:
        """The value of the browser's ``event.code``."""
        return f"Key{self.letter}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one person."""

    on: bool
    keys: tuple[Key, ...]

    @property
    def codes(self) -> str:
        """Name and code of each key, for the script; empty while they are off."""
        return " ".join(f"{key.name}:{key.code}" for key in self.keys) if self.on else ""


def of(request: HttpRequest) -> Keys:
    """Return this person's keys."""
    account = request.user
    own = account.settings.get("keys", {}) if isinstance(account, Account) else {}
    letters = own.get("letters", {})
    return Keys(bool(own.get("on")), tuple(Key(name, label, letters.get(name, letter)) for name, (label, letter) in KEYS.items()))
