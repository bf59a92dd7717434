"""The command line as a person uses it: real processes, exit codes, one-line errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BOT = Path(sys.executable).with_name("bot")


def bot(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BOT), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["run"],
        ["train"],
        ["chat"],
        ["ask"],
        ["parse"],
        ["calculate"],
        ["knowledge"],
        ["knowledge", "check"],
        ["knowledge", "show"],
    ],
)
def test_every_command_explains_itself(command: list) -> None:
    done = bot(*command, "--help")
    assert done.returncode == 0 and "Usage" in done.stdout


@pytest.mark.parametrize(
    "variable, value",
    [
        ("BOT_TODAY", "2025-13-01"),
        ("BOT_DEFAULT_CITY", "beijing"),
        ("BOT_DOCUMENTS", "/nowhere/at/all"),
        ("BOT_DATABASE_URL", "mysql://x"),
        ("BOT_RATE_LIMIT", "0"),
        ("BOT_ACTION_URL", "nonsense"),
        ("BOT_LOG_LEVEL", "LOUD"),
    ],
)
def test_wrong_setting_is_refused_by_its_name_in_one_line(variable: str, value: str) -> None:
    done = bot("run", **{variable: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"bot: {variable}: ") and done.stderr.count("\n") == 1


def test_missing_model_is_one_line_with_the_cure(tmp_path: Path) -> None:
    done = bot("ask", "住院报多少", BOT_MODEL=str(tmp_path))
    assert done.returncode == 1 and "bot train" in done.stderr and "Traceback" not in done.stderr


def test_taken_port_is_one_line(model: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = bot("run", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1 and "--port" in done.stderr and done.stderr.count("\n") == 1


def test_ask_answers_a_calculation(model: Path) -> None:
    done = bot("ask", "我第一次看病，三甲门诊花了800能报多少", "--city", "shanghai")
    assert done.returncode == 0, done.stderr
    assert "250.00" in done.stdout and "依据" in done.stdout


def test_ask_in_json_gives_the_reply(model: Path) -> None:
    done = bot("ask", "兰州二级医院住院花了5000.55", "--json")
    reply = json.loads(done.stdout)[0]
    assert "3,910.47" in reply["text"]


def test_parse_prints_one_line_for_each_text(model: Path) -> None:
    texts = ["兰州三乙住院花了１２０００元", "今天吃什么", "", "我不想活了"]
    done = bot("parse", stdin="\n".join(texts) + "\n")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["text"] for line in lines] == texts
    first: Any = lines[0]
    assert first["route"] in ("answer", "inform")
    assert [(e["entity"], e["role"], e["value"], e["text"]) for e in first["entities"]] == [
        ("city", None, "lanzhou", "兰州"),
        ("level", None, "3B", "三乙"),
        ("care", None, "inpatient", "住院"),
        ("amount", "bill", "12000", "１２０００元"),
    ]
    assert first["case"] == {"visits": [{"care": "inpatient", "level": "3B", "bill": "12000.00"}]}
    assert [line["route"] for line in lines[1:]] == ["decline", "decline", "urgent"]
    assert [line["case"] for line in lines[1:]] == [{}, {}, {}]
    assert set(first) == {"text", "intent", "confidence", "route", "entities", "case", "alternatives"}


def test_parse_prints_the_role_of_each_number_with_its_probability(model: Path) -> None:
    done = bot("parse", stdin="上海三甲住院花了9000，里面有2000是自费药，打车50\n")
    line: Any = json.loads(done.stdout)
    roles = {e["value"]: (e["role"], e["probability"]) for e in line["entities"] if e["entity"] == "amount"}
    assert {value: role for value, (role, _) in roles.items()} == {"9000": "bill", "2000": "outside", "50": "excluded"}
    assert all(0.5 < probability <= 1 for _, probability in roles.values())
    assert line["case"]["visits"] == [{"care": "inpatient", "level": "3A", "bill": "9000.00", "outside": "2000.00"}]
    assert [(each["value"], each["word"]) for each in line["case"]["aside"]] == [("50.00", "打车")]


def test_chat_takes_numbers_for_choices(model: Path) -> None:
    done = bot("chat", stdin="算算门诊能报多少\n1\n4\n800\n2\n\n")
    assert done.returncode == 0, done.stderr
    assert "哪个城市" in done.stdout and "400.00 元" in done.stdout


def test_knowledge_show_prints_a_topic() -> None:
    done = bot("knowledge", "show", "inpatient_rate", "--city", "lanzhou")
    assert done.returncode == 0 and "1400 元" in done.stdout


def test_knowledge_show_of_an_unknown_topic_says_where_topics_are() -> None:
    done = bot("knowledge", "show", "nothing")
    assert done.returncode == 1 and "knowledge/*/topics" in done.stderr


def test_conversation_of_the_readme_runs_as_printed(model: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    printed = readme.split("bot chat`：\n\n```\n")[1].split("\n```")[0]
    typed = [line.removeprefix("你> ") for line in printed.splitlines() if line.startswith("你> ")]
    done = bot("chat", stdin="\n".join([*typed, "", ""]), BOT_TODAY="2025-10-15", BOT_DEFAULT_CITY="shanghai")
    said = [line.removeprefix("你> ") for line in done.stdout.splitlines()]
    wanted = [line for line in printed.splitlines() if not line.startswith("你> ")]
    assert [line for line in said if line in wanted] == wanted
