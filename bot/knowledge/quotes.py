"""The words of an official document behind a citation, where the office keeps the documents (BOT_DOCUMENTS)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from bot.policy.book import Citation, PolicyBook
from bot.settings import settings

LONGEST = 160
"""Characters of a passage that are shown; the lines are named, so who wants more finds it."""


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


def quotes(citations: Sequence[Citation], book: PolicyBook) -> List[str]:
    """One line for each citation whose passage is there, at most three."""
    found = [(citation, quote(citation, book)) for citation in citations]
    return [f"原文（{citation.section}）：{text}" for citation, text in found if text][:3]
