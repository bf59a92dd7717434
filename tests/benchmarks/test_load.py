"""The load generator against a real server, for three seconds; what it finds out about speed is nobody's business here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load.__main__ import main
from benchmarks.load.generator import LOCUST, put_load
from benchmarks.load.job import Job
from benchmarks.load.loopback import NotThisMachine, require_loopback
from benchmarks.load.measure import memory
from benchmarks.load.processes import cost, machine
from benchmarks.load.servers import Target, ours
from bot.settings import PROJECT


@pytest.fixture(scope="module")
def target(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not LOCUST.is_file():
        message = f"{LOCUST} is not there; `make test` installs it (deploy/tools.txt)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with ours(tmp_path_factory.mktemp("load")) as running:
        yield running


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.10:5005",
        "http://yibao.school.edu.cn",
        "http://127.0.0.1.nip.io:5005",
        "http://localhost:5005",
        "https://127.0.0.1:5005",
        "http://127.0.0.1@8.8.8.8",
        "127.0.0.1:5005",
        "",
    ],
)
def test_no_load_on_another_machine(url: str) -> None:
    with pytest.raises(NotThisMachine, match="this machine only"):
        put_load(Job(base=url, dialect="rest", talks=[["你好"]], users=1, out="", seconds=1))


@pytest.mark.parametrize("url", ["http://127.0.0.1:5005/", "http://127.0.0.2:80", "http://[::1]:5005"])
def test_this_machine_is_taken(url: str) -> None:
    assert require_loopback(url) == url.rstrip("/")


def test_another_machine_is_one_line_for_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = ["load", "measure", "--url", "http://10.0.0.1", "--name", "x", "--out", str(tmp_path / "r.json")]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit, match=r"^load: http://10.0.0.1: load is put on this machine only"):
        main()


def test_three_seconds_by_rest_give_a_result_without_errors(
    target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "results.json"
    command = [
        "load",
        "measure",
        "--url",
        target.base,
        "--name",
        "one",
        "--pids",
        str(target.pids[0]),
        "--out",
        str(out),
    ]
    command += ["--users", "2", "--seconds", "3", "--memory-turns", "0", "--long-talks", "0"]
    monkeypatch.setattr("sys.argv", command)
    main()
    (found,) = json.loads(out.read_text("utf-8"))["targets"]["one"]["stages"]
    assert found["users"] == 2 and found["turns"] > 0
    assert found["errors"] == {}
    assert 0 < found["median"] <= found["p95"] <= found["p99"] <= found["longest"]
    assert found["server_megabytes"] > 100 and found["server_cpu_ms_per_turn"] > 0
    assert found["generator_cpu_ms_per_turn"] > 0


def test_the_web_chat_is_spoken_as_well(target: Target) -> None:
    web = Target("web", target.base, "web", target.pids)
    found = put_load(
        Job(
            base=web.base, dialect="web", talks=[["你好", "住院报多少", "上海"]], users=1, out="", seconds=60, once=True
        )
    )
    assert [(number, wrong) for _, _, number, wrong in found.turns] == [(1, None), (2, None), (3, None)]


def test_a_server_that_is_gone_is_an_error_each_time() -> None:
    found = put_load(
        Job(base="http://127.0.0.1:9", dialect="rest", talks=[["你好", "再见"]], users=1, out="", seconds=20, once=True)
    )
    assert [wrong for *_, wrong in found.turns] == ["status 0", "status 0"]


def test_the_load_ends_after_its_turns_and_looks_at_the_memory(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.load.measure.MEMORY_EVERY", 10)
    points = memory(target, 30)["points"]
    assert [turns for turns, _ in points][:3] == [10, 20, 30]
    assert all(megabytes > 100 for _, megabytes in points)


def test_the_machine_has_worked_longer_than_this_process() -> None:
    assert machine() > cost([os.getpid()]).cpu > 0


def test_the_parts_of_a_turn_add_up(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "profile.json"
    command = [sys.executable, "-m", "benchmarks.load.profile", "--turns", "20", "--json", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "BOT_MODEL": str(model)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = {row["part"]: row for row in json.loads(out.read_text("utf-8"))}
    assert {"guard", "tracker read", "tracker written", "NLU: OpenSetClassifier", "actions: the call", "rest"} <= set(
        rows
    )
    assert rows["NLU: OpenSetClassifier"]["calls"] == 1.0 and rows["rest"]["calls"] == 1.0
    assert all(row["ms"] > 0 for row in rows.values())


def test_a_process_has_a_cost_and_one_that_is_not_there_has_none() -> None:
    assert cost([os.getpid()]).megabytes > 10
    assert cost([2**22 + 1]).cpu == 0.0
