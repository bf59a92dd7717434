"""A stopwatch for the parts of a turn: each part gets the time that no part inside it took."""

from __future__ import annotations

import inspect
import time
from collections import defaultdict
from contextlib import contextmanager
from functools import wraps
from typing import Any, Callable, Dict, Iterator, List

REST = "rest"
"""What no part claims."""


class NoSuchPart(RuntimeError):
    """The assistant no longer has what a part was to be measured at; the message names it."""


class Watch:
    """Adds up seconds by part. One turn at a time: turns side by side would be counted into each other."""

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, processor: Callable[[], float] = time.process_time
    ) -> None:
        self.seconds: Dict[str, float] = defaultdict(float)
        self.cpu: Dict[str, float] = defaultdict(float)
        """Processor seconds: less disturbed than the clock by whatever else runs on the machine."""
        self.calls: Dict[str, int] = defaultdict(int)
        self._clock, self._processor = clock, processor
        self._since, self._cpu_since = 0.0, 0.0
        self._open: List[str] = []

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn; outside of one nothing is counted."""
        self._open = []
        self._enter(REST)
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of the turn."""
        if not self._open:
            yield
            return
        self._enter(name)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, name: str) -> None:
        self._book()
        self._open.append(name)
        self.calls[name] += 1

    def _leave(self) -> None:
        self._book()
        self._open.pop()

    def _book(self) -> None:
        now, cpu = self._clock(), self._processor()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
            self.cpu[self._open[-1]] += cpu - self._cpu_since
        self._since, self._cpu_since = now, cpu

    def reset(self) -> None:
        """Forget what was counted, before a measurement."""
        for counted in (self.seconds, self.cpu, self.calls):
            counted.clear()

    def at(self, owner: Any, name: str, part: str) -> None:
        """Count every call of a function of a class, an object or a module as a part.

        Raises NoSuchPart.
        """
        function = getattr(owner, name, None)
        if function is None:
            shown = getattr(owner, "__name__", type(owner).__name__)
            raise NoSuchPart(f"{shown} has no {name} any more; benchmarks/load/parts.py measures {part!r} there")
        setattr(owner, name, self._counted(function, part))

    def _counted(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def counted(*args: Any, **kwargs: Any) -> Any:
                with self.part(part):
                    return await function(*args, **kwargs)

        else:

            @wraps(function)
            def counted(*args: Any, **kwargs: Any) -> Any:
                with self.part(part):
                    return function(*args, **kwargs)

        return counted
