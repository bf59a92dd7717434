"""What a check of an installation found: `bot doctor` and `bot wechat check` say it in the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Literal

State = Literal["ok", "warn", "fail"]
SIGNS: Dict[State, str] = {"ok": "[好]", "warn": "[注意]", "fail": "[不行]"}


@dataclass(frozen=True)
class Finding:
    """One thing that was tried."""

    state: State
    what: str
    todo: str = ""
    """What a person should do, in plain Chinese; empty when all is well."""

    def as_line(self) -> str:
        """For a terminal: what was found, and below it what to do."""
        return f"{SIGNS[self.state]} {self.what}" + (f"\n     {self.todo}" if self.todo else "")
