"""The log: lines for people or JSON for machines, and nothing in them of what was typed.

Our own lines are written so that they hold no word of a user. What others write is another matter: libraries put texts
into debug lines and values into the messages of exceptions. So three things hold, at every BOT_LOG_LEVEL:

- lines of libraries below WARNING are not written;
- while the server serves, a line of a library says who wrote it and where, not its text;
- an exception is its class and its places; its message only where it is known to name nothing but files, addresses and
  settings (`SPEAKING`).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, Iterator, List, Literal, Optional

Format = Literal["text", "json"]
OURS = ("bot", "actions")
SPEAKING = {
    "bot.store.errors.StoreUnavailable",
    "bot.store.errors.SchemaError",
    "bot.engine.models.NoModel",
    "bot.settings.SettingsError",
}
"""Exceptions whose messages are ours and hold no word of a user; those of the operating system speak too."""
WITHHELD = "(text withheld: lines of libraries may hold what was typed)"
MAX_CHAIN = 5
_ERROR_ID = re.compile(r"\berror id ([0-9a-f]{8})\b")
_ROOTS = ("site-packages/", "python3.10/")


class Lines(logging.Formatter):
    """One record, one line (text: with the places of an exception below it)."""

    def __init__(self, form: Format = "text", *, serving: bool = False) -> None:
        super().__init__()
        self.form, self.serving = form, serving

    def format(self, record: logging.LogRecord) -> str:
        entry = self._entry(record)
        return json.dumps(entry, ensure_ascii=False, default=str) if self.form == "json" else _as_text(entry)

    def _entry(self, record: logging.LogRecord) -> Dict[str, Any]:
        silent = self.serving and not is_ours(record.name)
        event = WITHHELD if silent else record.getMessage()
        at = datetime.fromtimestamp(record.created, timezone.utc)
        entry: Dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "event": event,
        }
        if silent:
            entry["place"] = f"{record.module}:{record.lineno}"
        entry.update(getattr(record, "fields", {}))
        error_id = _ERROR_ID.search(event)
        if error_id:
            entry.setdefault("error_id", error_id[1])
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            entry["error"], entry["trace"] = described(error), list(trace(error))
        return entry


class OnlyWhatMayBeSaid(logging.Filter):
    """Keeps lines of libraries below WARNING out, whatever level a library sets itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or is_ours(record.name)


def is_ours(name: str) -> bool:
    """Whether a logger is of this project."""
    return name.partition(".")[0] in OURS


def described(error: BaseException) -> str:
    """The class of an exception, with its message where it can hold nothing that was typed."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".replace("builtins.", "")
    if name in SPEAKING or isinstance(error, OSError):
        return f"{name}: {error}"
    return name


def trace(error: BaseException) -> Iterator[str]:
    """The places of an exception and of those before it, oldest first: file, line, function."""
    chain: List[BaseException] = [error]
    while len(chain) < MAX_CHAIN and (before := _cause(chain[-1])) is not None:
        chain.append(before)
    for one in reversed(chain):
        yield from _places(one.__traceback__)
        yield described(one)


def _cause(error: BaseException) -> Optional[BaseException]:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(found: Optional[TracebackType]) -> Iterator[str]:
    while found is not None:
        code = found.tb_frame.f_code
        yield f"{_short(code.co_filename)}:{found.tb_lineno} {code.co_name}"
        found = found.tb_next


def _short(file: str) -> str:
    """The file from its package on."""
    for root in _ROOTS:
        if root in file:
            return file.rpartition(root)[2]
    return "/".join(Path(file).parts[-3:])


def _as_text(entry: Dict[str, Any]) -> str:
    rest = dict(entry)
    head = [rest.pop(name) for name in ("time", "level", "logger", "event")]
    places = rest.pop("trace", [])
    fields = "".join(f" {name}={value}" for name, value in rest.items())
    return "\n".join([f"{head[0]} {head[1]} {head[2]}: {head[3]}{fields}", *(f"    {place}" for place in places)])


def configure(level: int, form: Format) -> None:
    """Write the log to standard error in a form; our own lines from `level` on, those of libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(form))
    handler.addFilter(OnlyWhatMayBeSaid())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def serve() -> None:
    """From here on users write: texts of libraries are withheld, and everything that is said goes through the log."""
    for one in logging.getLogger().handlers:
        if isinstance(one.formatter, Lines):
            one.formatter.serving = True
    for name, known in logging.root.manager.loggerDict.items():
        if isinstance(known, logging.Logger) and not is_ours(name):
            known.handlers, known.propagate = [], True
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread


def _unraisable(found: Any) -> None:
    logging.getLogger(__name__).error("an exception could not be raised", exc_info=found.exc_value)


def _in_thread(found: Any) -> None:
    logging.getLogger(__name__).error("a thread ended with an exception", exc_info=found.exc_value)
