from pathlib import Path
from typing import Any

from bot.knowledge.base import knowledge
from bot.knowledge.quotes import LONGEST, quote, quotes
from bot.policy.book import Citation


def cited(*lines: int) -> Citation:
    return Citation(document="sh-qa-2025", section="问题5", lines=lines)


def test_passage_opens_where_the_documents_are(documents: Path, environment: Any) -> None:
    environment(BOT_DOCUMENTS=str(documents))
    text = quote(cited(49, 49), knowledge().book)
    assert text and "6 个月" in text.replace("6个月", "6 个月")
    assert quotes([cited(49, 49)], knowledge().book)[0].startswith("原文（问题5）：")
    long = quote(cited(1, 140), knowledge().book)
    assert long and len(long) == LONGEST + 1 and long.endswith("…")


def test_nothing_is_quoted_without_the_documents(environment: Any) -> None:
    environment(BOT_DOCUMENTS=None)
    assert quote(cited(49, 49), knowledge().book) is None
    assert quotes([cited(49, 49)], knowledge().book) == []
