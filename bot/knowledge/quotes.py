"""The words of an official document behind a citation, where the office keeps the documents (BOT_DOCUMENTS)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from bot.policy.book import Citation, PolicyBook
from bot.settings import settings

LONGEST = 160
"""Characters of a passage that are shown; the lines are named, so who wants more finds it."""


LONGEST_PASSAGE = 60
"""Lines that a citation opens at the most."""


@lru_cache(maxsize=8)
def _lines(path: Path) -> Tuple[str, ...]:
    return tuple(path.read_text("utf-8").split("\n")) if path.is_file() else ()


def quote(citation: Citation, book: PolicyBook) -> Optional[str]:
    """The passage that a citation names, shortened; None without the documents."""
    folder = settings().documents
    if folder is None:
        return None
    first, last = citation.lines
    text = "".join("".join(_lines(folder / book.documents[citation.document].file)[first - 1 : last]).split())
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or None


def passage(document: str, first: int, last: int, book: PolicyBook) -> Optional[Dict[str, str]]:
    """Title and words of some lines of a document; None without the documents, or where there are no such lines."""
    folder = settings().documents
    if folder is None or document not in book.documents or last < first:
        return None
    lines = _lines(folder / book.documents[document].file)[first - 1 : last][:LONGEST_PASSAGE]
    text = "\n".join(line.strip() for line in lines if line.strip())
    return {"title": book.documents[document].title, "text": text} if text else None


def quotes(citations: Sequence[Citation], book: PolicyBook) -> List[str]:
    """One line for each citation whose passage is there, at most three."""
    found = [(citation, quote(citation, book)) for citation in citations]
    return [f"原文（{citation.section}）：{text}" for citation, text in found if text][:3]
