"""`bot regress` and `bot record` as real processes."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

from bot.desk.tickets import Desk
from bot.store.engine import sessions
from bot.store.schema import upgrade
from tests.cli.test_tickets import bot
from tests.desk.conftest import request

NOWHERE = "sqlite:///:memory:"
CASES = """
- case: 好的
  turns: [{user: 你好, contains: [上海], golden: 旧的}]
- case: 坏的
  tags: [坏]
  turns: [{user: 你好, contains: [不会有的]}]
"""


def test_run_reports_compares_and_accepts(tmp_path: Path) -> None:
    cases, saved = tmp_path / "a.yml", tmp_path / "run.json"
    cases.write_text(CASES, "utf-8")
    done = bot(NOWHERE, "regress", str(cases), "--json", "--junit", f"{tmp_path}/j.xml", "--html", f"{tmp_path}/r.html")
    assert done.returncode == 1, done.stderr
    saved.write_text(done.stdout, "utf-8")
    assert [case["outcome"] for case in json.loads(done.stdout)["cases"]] == ["failed", "failed"]
    assert "2 个用例，2 轮：通过 0，失败 2" in done.stderr
    assert ET.parse(tmp_path / "j.xml").getroot().get("failures") == "2"
    assert "会话测试报告" in (tmp_path / "r.html").read_text("utf-8")

    accepted = bot(NOWHERE, "regress", str(cases), "-k", "not 坏的", "--accept")
    assert (accepted.returncode, accepted.stderr) == (0, "改写了 a.yml:3\n")
    again = bot(NOWHERE, "regress", str(cases), "--against", str(saved))
    assert again.returncode == 1
    assert "和以前相比：新失败 0，修好 1，回复变了 0 处" in again.stdout


def test_faults_are_one_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("- case: c\n  turns: [{user: u, x: 1}]\n", "utf-8")
    for arguments, said in (
        ([str(bad)], "bot: bad.yml:2: turns.0.x：没有“x”这个键"),
        ([str(tmp_path / "nowhere")], "没有这个文件或目录"),
        (["-k", "没有这样的用例"], "bot: no conversation fits"),
        (["-k", "打招呼", "--url", "http://127.0.0.1:9"], "bot: http://127.0.0.1:9/webhooks/rest/webhook"),
        (["-k", "打招呼", "--against", str(bad)], "不是 bot regress --json 存下的结果"),
    ):
        done = bot(NOWHERE, "regress", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1) and said in done.stderr, done.stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in (["regress"], ["regress", "run"], ["regress", "lint"], ["regress", "schema"], ["record"]):
        done = bot(NOWHERE, *command, "--help")
        assert done.returncode == 0 and "Example" in done.stdout, command


def test_schema_is_current() -> None:
    assert bot(NOWHERE, "regress", "schema", "--check").returncode == 0


def test_ticket_is_recorded(tmp_path: Path) -> None:
    url, target = f"sqlite:///{tmp_path}/desk.db", tmp_path / "new" / "case.yml"
    upgrade(url)
    ticket = Desk(sessions(url)).open_ticket(request("发票丢了怎么报，手机13800138000", city="lanzhou"))
    done = bot(url, "record", ticket.number.lower(), "-o", str(target))
    assert done.stdout == f"{target} written, 1 turns; read it before you keep it\n", done.stderr
    assert "138****8000" in target.read_text("utf-8")
    again = bot(url, "record", ticket.number, "-o", str(target))
    assert (again.returncode, again.stderr) == (1, f"bot: {target} exists; nothing was written\n")
    nobody = bot(url, "record", "nobody", "-o", str(tmp_path / "x.yml"))
    assert (nobody.returncode, nobody.stderr.count("\n")) == (1, 1)
    assert "there is no conversation of this sender, and no ticket of this number" in nobody.stderr
