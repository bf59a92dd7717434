"""Figures from what a load found, worked out by hand."""

from __future__ import annotations

from typing import List

import pytest

from benchmarks.load.goals import goals
from benchmarks.load.job import Found
from benchmarks.load.summary import by_turn_number, of_stage, percentile, slope


@pytest.mark.parametrize(
    "share, value", [(0.5, 2.0), (0.75, 3.0), (0.76, 4.0), (0.95, 4.0), (1.0, 4.0), (0.01, 1.0), (0.25, 1.0)]
)
def test_a_percentile_is_the_nearest_rank(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.5) == 0.0


def test_a_stage() -> None:
    found = Found(
        turns=[(0.0, 0.010, 1, None), (0.1, 0.030, 2, "empty"), (0.2, 0.020, 1, "empty"), (0.3, 0.040, 1, "apology")],
        span=2.0,
        generator_cpu=0.004,
        server_cpu=0.5,
        machine_cpu=1.504,
        server_megabytes=500.0,
    )
    stage = of_stage(found, users=8)
    assert (stage["users"], stage["turns"], stage["turns_per_second"]) == (8, 4, 2.0)
    assert (stage["median"], stage["p95"], stage["longest"]) == (20.0, 40.0, 40.0)
    assert stage["errors"] == {"apology": 1, "empty": 2}
    assert stage["other_cores"] == 0.5
    assert (stage["generator_cpu_ms_per_turn"], stage["server_cpu_ms_per_turn"], stage["server_cores"]) == (
        1.0,
        125.0,
        0.25,
    )


def test_a_stage_in_which_nothing_was_answered() -> None:
    assert of_stage(Found(span=2.0), users=1)["turns_per_second"] == 0.0


def test_turns_of_a_long_talk_are_taken_by_twenty() -> None:
    found = Found(turns=[(0.0, 0.010, 1, None), (0.0, 0.030, 20, None), (0.0, 0.020, 2, None), (0.0, 0.005, 21, None)])
    assert by_turn_number(found) == [(20, 20.0), (40, 5.0)]


@pytest.mark.parametrize(
    "points, grows", [([(0, 1), (2, 5)], 2.0), ([(0, 3), (1, 3), (2, 3)], 0.0), ([(1, 9)], 0.0), ([], 0.0)]
)
def test_the_slope_of_a_line(points: List, grows: float) -> None:
    assert slope(points) == grows


def test_goals_say_what_was_not_measured_and_what_was_not_reached() -> None:
    stage = {"users": 1, "median": 15.0, "p95": 25.1, "turns_per_second": 60.0}
    results = {"targets": {"one": {"stages": [stage], "length": {"points": [[20, 10.0], [200, 11.1]]}}}}
    assert [goal.met for goal in goals(results)] == [True, False, None, False, None, None]
    assert [goal.figure for goal in goals(results)][2:] == [
        "not measured",
        "turns 181–200 take 1.11 times turns 1–20",
        "not measured",
        "not measured",
    ]


def test_three_assistants_are_held_against_one() -> None:
    def target(rate: float) -> dict:
        return {"stages": [{"users": 32, "median": 1.0, "p95": 1.0, "turns_per_second": rate}]}

    results = {"targets": {"proxied-1": target(100.0), "proxied-3": target(160.0), "held-1": target(50.0)}}
    assert (goals(results)[4].figure, goals(results)[4].met) == ("1.60", True)
    assert (goals(results)[5].figure, goals(results)[5].met) == ("not measured", None)
    results["targets"]["held-3"] = target(75.0)
    assert (goals(results)[5].figure, goals(results)[5].met) == ("1.50", False)
