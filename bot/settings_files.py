"""Settings from files: NAME_FILE names a file that holds the value of NAME, so that a secret is in no environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict

from pydantic import BaseSettings


class UnreadableSettingFile(ValueError):
    """NAME_FILE is set beside NAME, or its file cannot be read; the message names it."""


def from_files(settings: BaseSettings) -> Dict[str, Any]:
    """The values of all settings for which NAME_FILE is set, by the name that pydantic looks them up with.

    The line end at the end of a file is not part of a value. Raises UnreadableSettingFile.
    """
    found: Dict[str, Any] = {}
    for field in settings.__fields__.values():
        name = str(field.field_info.extra["env"])
        path = os.environ.get(f"{name}_FILE")
        if path:
            found[field.alias] = _read(name, Path(path))
    return found


def _read(name: str, path: Path) -> str:
    if os.environ.get(name):
        raise UnreadableSettingFile(f"{name} and {name}_FILE are both set; keep one")
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSettingFile(f"{name}_FILE: {path} cannot be read: {error}") from error
