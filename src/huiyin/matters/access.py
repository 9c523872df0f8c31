"""Reading under a principal: see `huiyin.parties.access`, which the lower floor shares."""

from __future__ import annotations

from huiyin.parties.access import DATABASE, NoReaderError, Walled, effective_tokens, reading_as, tokens_text

__all__ = ["DATABASE", "NoReaderError", "Walled", "effective_tokens", "reading_as", "tokens_text"]
