"""A part of a turn gets the time that no part inside it took."""

from __future__ import annotations

from typing import Iterator

import pytest

from benchmarks.load.watch import NoSuchPart, Watch


def clock(*seconds: float) -> Iterator[float]:
    return iter(seconds)


class Thing:
    def outer(self) -> str:
        return self.inner()

    def inner(self) -> str:
        return "done"

    async def later(self) -> str:
        return "later"


def watched(*seconds: float) -> Watch:
    wall, cpu = iter(seconds), iter(second / 10 for second in seconds)
    return Watch(lambda: next(wall), lambda: next(cpu))


def test_an_inner_part_is_taken_out_of_the_outer() -> None:
    watch, thing = watched(0, 1, 3, 6, 10, 15), Thing()
    watch.at(thing, "outer", "around")
    watch.at(thing, "inner", "within")
    with watch.turn():
        assert thing.outer() == "done"
    assert watch.seconds == {"rest": 1 + 5, "around": 2 + 4, "within": 3}
    assert watch.cpu == pytest.approx({"rest": 0.6, "around": 0.6, "within": 0.3})
    assert watch.calls == {"rest": 1, "around": 1, "within": 1}


async def test_coroutines_are_counted_while_they_are_awaited() -> None:
    watch, thing = watched(0, 1, 3, 6), Thing()
    watch.at(thing, "later", "waiting")
    with watch.turn():
        assert await thing.later() == "later"
    assert watch.seconds == {"rest": 1 + 3, "waiting": 2}


def test_nothing_is_counted_outside_a_turn() -> None:
    watch, thing = watched(), Thing()
    watch.at(thing, "inner", "within")
    assert thing.inner() == "done"
    assert not watch.seconds


def test_a_part_that_is_gone_is_named() -> None:
    with pytest.raises(NoSuchPart, match=r"Thing has no gone any more; .*'a part'"):
        Watch().at(Thing(), "gone", "a part")
