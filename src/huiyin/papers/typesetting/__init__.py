"""Typesetting: a document's plain blocks become an archival PDF or an editable Word file. No framework, no database, no network."""

from huiyin.papers.typesetting.document import Document, Given, Pdf, Proof
from huiyin.papers.typesetting.editable import docx
from huiyin.papers.typesetting.press import Missing, missing, pdf

__all__ = ["Document", "Given", "Missing", "Pdf", "Proof", "docx", "missing", "pdf"]
