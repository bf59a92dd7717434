"""What the load generator is told and what it gives back. Plain JSON: it runs in an environment of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Literal, Optional, Tuple

Dialect = Literal["rest", "web"]
JOB = "LOAD_JOB"
"""Environment variable with the file of the job."""


@dataclass(frozen=True)
class Job:
    """One piece of load."""

    base: str
    """Address of the server, on this machine."""
    dialect: Dialect
    talks: List[List[str]]
    users: int
    out: str
    """File for what was found."""
    seconds: float
    """The load ends after this long, whatever has been said."""
    warm_up: float = 0.0
    """Turns that end in these first seconds are not kept."""
    turns: Optional[int] = None
    """End after this many turns."""
    once: bool = False
    """Each talk once, instead of over and over; the load ends when a user finds none left."""
    apologies: List[str] = field(default_factory=list)
    refusals: List[str] = field(default_factory=list)
    pids: List[int] = field(default_factory=list)
    """The server's processes."""
    every: int = 0
    """Look at the server's memory each time after this many turns; 0: never."""

    def write(self, path: Path) -> Path:
        """Write the job to a file."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")
        return path

    @staticmethod
    def read(path: Path) -> Job:
        """Read a job from a file."""
        return Job(**json.loads(path.read_text("utf-8")))


@dataclass
class Found:
    """What a piece of load found."""

    turns: List[Tuple[float, float, int, Optional[str]]] = field(default_factory=list)
    """Of each turn: when it began (seconds from the start), how long it took (s), its number in its talk, its fault."""
    memory: List[Tuple[int, float]] = field(default_factory=list)
    """Turns so far and resident megabytes of the server."""
    span: float = 0.0
    """Seconds in which turns were kept."""
    generator_cpu: float = 0.0
    """Processor seconds of the load generator in them."""
    server_cpu: float = 0.0
    """Processor seconds of the server in them."""
    machine_cpu: float = 0.0
    """Processor seconds of the whole machine in them."""
    server_megabytes: float = 0.0
    """Resident at the end."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @staticmethod
    def read(path: Path) -> Found:
        """Read it from a file."""
        content: Dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Found(**content)
