"""How personal values look to someone who may know that they exist, and no more."""

from __future__ import annotations

from typing import Any

HIDDEN = "＊＊＊"


def name(value: str) -> str:
    """Return a name with all but its first character hidden: 张**."""
    return "" if not value else value[0] + "**"


def phone(value: str) -> str:
    """Return a mobile number with its middle hidden: 138****5678; of a shorter one only the last two digits."""
    digits = "".join(character for character in value if character not in " -()（）")
    if not digits.removeprefix("+").isdigit() or len(digits) < 7:
        return HIDDEN
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def identity_number(value: str) -> str:
    """Return an identity number of which only the first three and last two characters show."""
    return HIDDEN if len(value) < 15 else f"{value[:3]}{'*' * (len(value) - 5)}{value[-2:]}"


def address(value: str) -> str:
    """Return an address cut after the part that names the area: its first six characters, or less of a short one."""
    return HIDDEN if len(value) < 6 else f"{value[: min(6, len(value) // 2)]}***"


def field(field_name: str, value: Any) -> Any:
    """Return the masked form of one value, chosen by what the field is called; unknown kinds are hidden whole."""
    if value is None or not isinstance(value, str):
        return None if value is None else HIDDEN
    if "phone" in field_name:
        return phone(value)
    if "id_number" in field_name:
        return identity_number(value)
    if "address" in field_name:
        return address(value)
    if field_name == "name" or field_name.endswith("_name"):
        return name(value)
    return HIDDEN
