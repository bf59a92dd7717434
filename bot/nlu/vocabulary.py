"""The vocabulary of the knowledge base: which words mean which city, hospital level, kind of care."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Tuple

import yaml

from bot.knowledge.unwritten import load_unwritten
from bot.settings import KNOWLEDGE

VOCABULARY_FILE = KNOWLEDGE / "vocabulary.yml"
UNWRITTEN_FILE = KNOWLEDGE / "unwritten.yml"
UNWRITTEN = "unwritten"
"""Entity of a thing that no document names."""
EVERYDAY = ("person", UNWRITTEN)
"""Entities whose words are everyday ones: the tokenizer knows them without us."""
TERMS_FILE = KNOWLEDGE / "terms.txt"


class VocabularyError(ValueError):
    """The vocabulary file has a fault; the message says which word and what to do."""


@lru_cache(maxsize=4)
def load_vocabulary(path: Path = VOCABULARY_FILE) -> Dict[str, Dict[str, Tuple[str, ...]]]:
    """Read the vocabulary: entity -> value -> spellings.

    Raises VocabularyError: a spelling stands twice or is not lower case.
    """
    content: Dict[str, Dict[str, List[str]]] = yaml.safe_load(path.read_text("utf-8"))
    taken = {word for values in content.values() for words in values.values() for word in words}
    things = load_unwritten(path.parent) if (path.parent / "unwritten.yml").is_file() else {}
    # a thing that means something else as well keeps that meaning
    content[UNWRITTEN] = {name: [word for word in thing.words if word not in taken] for name, thing in things.items()}
    seen: Dict[str, str] = {}
    for entity, values in content.items():
        for value, spellings in values.items():
            for spelling in spellings:
                if spelling in seen:
                    raise VocabularyError(
                        f"{path.name}: {spelling!r} stands under {seen[spelling]} and {entity}.{value}; keep one"
                    )
                if spelling != spelling.lower():
                    raise VocabularyError(f"{path.name}: {spelling!r} under {entity}.{value}; write it in lower case")
                seen[spelling] = f"{entity}.{value}"
    return {entity: {str(value): tuple(words) for value, words in values.items()} for entity, values in content.items()}


def policy_terms() -> List[str]:
    """The words that the tokenizer must keep whole: the terms of the field and the spellings of its entities."""
    terms = [line.strip() for line in TERMS_FILE.read_text("utf-8").splitlines()]
    named = {name: values for name, values in load_vocabulary().items() if name not in EVERYDAY}
    spellings = [word for values in named.values() for words in values.values() for word in words]
    return sorted({*filter(None, terms), *spellings})


def fingerprint(*paths: Path) -> str:
    """Hash of the files' contents: a changed file must retrain what reads it."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
