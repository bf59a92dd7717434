"""What is kept of a text: no control signs, nothing that names a person."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from typing import Any, Mapping

from bot.privacy import mask_identity

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def legible(text: str) -> str:
    """The text without control signs, lone surrogates and invisible marks: a database refuses some, a reader sees none."""
    kept = (sign for sign in _UNSEEN.sub("", text) if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def clean(text: str) -> str:
    """The legible text with personal data blackened."""
    return mask_identity(legible(text))


def clean_data(value: Any) -> Any:
    """Plain data for a JSON column, every text in it cleaned; what JSON does not know becomes text."""
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_data(item) for item in value]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return clean(str(value))


def fingerprint(text: str) -> str:
    """Tells whether two questions are the same one, whatever their punctuation, case and width: a SHA-256 in hex."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return hashlib.sha256((re.sub(r"\W+", "", plain) or plain).encode()).hexdigest()
