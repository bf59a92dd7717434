"""The settings of a run: a fixed day, no documents unless asked for, a database of its own; all put back afterwards."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, Optional

from bot.regress.format import Given
from bot.settings import PROJECT, settings

TODAY = date(2025, 10, 15)
"""The day of a case that names none: the documents hold, the new students are enrolling."""
RATE_LIMIT = 10_000


@contextmanager
def variables(**values: Optional[str]) -> Iterator[None]:
    """Set environment variables of the settings (None unsets) and put them back."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: Dict[str, Optional[str]]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    settings.cache_clear()


@lru_cache(maxsize=1)
def database() -> str:
    """The URL of this process's own database, empty but for the desk's tables; its file goes with the process."""
    from bot.store.schema import upgrade

    folder = tempfile.mkdtemp(prefix="regress-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = f"sqlite:///{folder}/regress.db"
    upgrade(url)
    return url


@contextmanager
def of_run() -> Iterator[None]:
    """What holds for a whole run: a database of its own, no city of an installation, no limit on messages."""
    with variables(BOT_DATABASE_URL=database(), BOT_DEFAULT_CITY=None, BOT_RATE_LIMIT=str(RATE_LIMIT)):
        yield


@contextmanager
def of_case(given: Given) -> Iterator[None]:
    """The day and the documents of one case."""
    folder = official_documents() if given.documents == "official" else None
    with variables(BOT_TODAY=str(given.today or TODAY), BOT_DOCUMENTS=str(folder) if folder else None):
        yield


def official_documents() -> Optional[Path]:
    """The folder with the official documents, if it is there."""
    folder = Path(os.environ.get("BOT_DOCUMENTS") or PROJECT.parent / "shared" / "documents")
    return folder if folder.is_dir() else None
