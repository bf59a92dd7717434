"""Ticket numbers: T and eight signs, short enough to type and too many to guess (28⁸ = 378 thousand million)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Optional

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Without 0 O 1 I L, which look alike, and without vowels, so that no number spells a word."""
LENGTH = 8
NUMBER = re.compile(rf"(?<![0-9A-Z])T\s?-?([{ALPHABET}]{{4}})[\s-]?([{ALPHABET}]{{4}})(?![0-9A-Z])")


def new_number() -> str:
    """A number that nobody can foresee."""
    return "T" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def find_number(text: str) -> Optional[str]:
    """The first ticket number in a text, in its normal form: lower case, full width and a gap are understood."""
    match = NUMBER.search(unicodedata.normalize("NFKC", text).upper())
    return f"T{match[1]}{match[2]}" if match else None
