"""Small words around replies, from data/phrases.yml: never the same one twice in a row."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional

import yaml

from bot.settings import PROJECT

PHRASES_FILE = PROJECT / "data" / "phrases.yml"


@lru_cache(maxsize=2)
def load_phrases(path: Path = PHRASES_FILE) -> Dict[str, List[str]]:
    """Kind -> variations. Raises ValueError: a kind without a text."""
    phrases: Dict[str, List[str]] = yaml.safe_load(path.read_text("utf-8"))
    empty = [kind for kind, texts in phrases.items() if not texts or not all(isinstance(text, str) for text in texts)]
    if empty:
        raise ValueError(f"{path.name}: {', '.join(empty)}: takes a list of texts")
    return phrases


def phrase(kind: str, last: Optional[str], **values: str) -> str:
    """A variation of a kind with which the last reply did not begin."""
    texts = [text.format(**values) for text in load_phrases()[kind]]
    return next((text for text in texts if not (last or "").startswith(text)), texts[0])
