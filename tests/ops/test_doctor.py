"""`bot doctor` on installations that are well and on some that are not; every store is a real one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from bot.ops import doctor_stores
from bot.ops.doctor import examine, parts
from bot.ops.doctor_stores import _compared
from bot.ops.findings import Finding
from bot.settings import variables
from bot.store.engine import sessions
from bot.store.schema import newest_revision, upgrade
from tests.cli.test_tickets import bot
from tests.database import postgres_database
from tests.engine.test_action_server import free_port
from tests.ops.action_server import acting
from tests.ops.test_probes import redis_server

SECRET = "7d1c0b5e93fa4826e5b1a09c37d846f2"


def found(environment: Any, only: str = "", **given: Any) -> Dict[str, List[Finding]]:
    """The findings of an installation with these settings, by part."""
    told: Dict[str, List[Finding]] = {}
    plain = dict.fromkeys(variables(), "") | {"BOT_TODAY": None, "BOT_RATE_LIMIT": "30", "BOT_LOG_LEVEL": "WARNING"}
    unset = {name: None for name in plain}
    settings = environment(**{**unset, **given})
    if only:
        return {only: list(dict(parts())[only](settings))}
    for part, finding in examine(settings):
        told.setdefault(part, []).append(finding)
    return told


def look(part: str, environment: Any, **given: Any) -> List[Finding]:
    """The findings of one part."""
    told = found(environment, only=part, **given)
    return told[part]


def bad(findings: List[Finding]) -> List[Tuple[str, str]]:
    return [(finding.state, finding.what) for finding in findings if finding.state != "ok"]


@pytest.fixture
def url(tmp_path: Path) -> str:
    upgrade(f"sqlite:///{tmp_path / 'campus.db'}")
    return f"sqlite:///{tmp_path / 'campus.db'}"


def test_an_installation_that_is_well(environment: Any, model: Path, url: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    told = found(environment, BOT_DATABASE_URL=url, BOT_MODEL=str(model))
    monkeypatch.delenv("TZ")
    time.tzset()
    assert list(told) == ["设置", "数据库", "Redis", "模型", "知识", "文件", "动作", "时钟", "版本"]
    assert {part: bad(findings) for part, findings in told.items() if bad(findings)} == {}
    with sessions(url).read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM wechat_stamps").scalar() == 0


def test_every_set_variable_is_shown_and_no_secret(environment: Any, url: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("weixintoken99")
    told = found(
        environment, BOT_DATABASE_URL="postgresql://campus:p4ssw0rd@127.0.0.1:1/campus", BOT_SECRET=SECRET,
        BOT_REDIS_URL="redis://:r3dis@127.0.0.1:1/0", BOT_WECHAT_TOKEN_FILE=str(tmp_path / "token"),
        BOT_WECHAT_APP_ID="wx1", BOT_WECHAT_ID_KEY="k" * 32, BOT_WECHAT_AES_KEY="a" * 43,
    )  # fmt: skip
    environment(BOT_WECHAT_TOKEN_FILE=None)
    shown = told["设置"][0].what
    for name in ("BOT_SECRET=******", "BOT_DATABASE_URL=postgresql://campus:***@127.0.0.1:1/campus",
                 "BOT_REDIS_URL=redis://:***@127.0.0.1:1/0", f"BOT_WECHAT_TOKEN=******（来自 {tmp_path / 'token'}）",
                 "BOT_WECHAT_APP_ID=wx1"):  # fmt: skip
        assert name in shown
    everything = json.dumps([[one.what, one.todo] for each in told.values() for one in each], ensure_ascii=False)
    assert [
        secret for secret in (SECRET, "p4ssw0rd", "r3dis", "weixintoken99", "k" * 32, "a" * 43) if secret in everything
    ] == []
    assert ("ok", "微信渠道开着；接得好不好，跑 `bot wechat check`") in [(one.state, one.what) for one in told["设置"]]


@pytest.mark.parametrize(
    "given, state, what",
    [
        (
            {"BOT_TODAY": "2025-01-01", "BOT_ENVIRONMENT": "production", "BOT_SECRET": SECRET},
            "fail",
            "BOT_TODAY 把今天定在",
        ),
        ({"BOT_TODAY": "2025-01-01"}, "warn", "BOT_TODAY 把今天定在"),
        ({"BOT_WEB_ORIGINS": "https://www.school.edu.cn"}, "warn", "BOT_ENVIRONMENT 还是 development"),
        ({"BOT_REDIS_URL": "redis://127.0.0.1:1/0"}, "warn", "设了 BOT_REDIS_URL，数据库却是 SQLite"),
        ({"BOT_WECHAT_APP_ID": "wx1"}, "warn", "设了微信的设置，可没有 BOT_WECHAT_TOKEN"),
        ({"BOT_DATABSE_URL": "x"}, "warn", "没有 BOT_DATABSE_URL 这个设置"),
    ],
)
def test_what_does_not_go_together(environment: Any, url: str, given: Dict[str, str], state: str, what: str) -> None:
    told = look("设置", environment, **{"BOT_DATABASE_URL": url, **given})
    assert [(each, said[: len(what)]) for each, said in bad(told) if said.startswith(what)] == [(state, what)]


def test_pages_of_this_machine_are_no_public_host(environment: Any, url: str) -> None:
    assert bad(look("设置", environment, BOT_DATABASE_URL=url, BOT_WEB_ORIGINS="http://127.0.0.1:8000")) == []


def test_a_wrong_setting_is_a_finding_and_not_the_end(url: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("BOT_RATE_LIMIT", "many")
    done = bot(url, "doctor")
    assert done.returncode == 1 and "[不行] 设置不对：BOT_RATE_LIMIT" in done.stdout
    as_json = json.loads(bot(url, "doctor", "--json").stdout)
    assert (as_json["errors"], as_json["findings"][0]["part"]) == (1, "设置")


def test_an_old_database_a_newer_one_and_none(environment: Any, tmp_path: Path) -> None:
    file = tmp_path / "campus.db"
    url = f"sqlite:///{file}"
    assert bad(look("数据库", environment, BOT_DATABASE_URL=url)) == [("warn", f"还没有 {file}")]
    upgrade(url, "0001")
    assert bad(look("数据库", environment, BOT_DATABASE_URL=url)) == [
        ("fail", f"数据库的表是版本 0001，程序要 {newest_revision()}")
    ]
    upgrade(url)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    told = bad(look("数据库", environment, BOT_DATABASE_URL=url))
    assert told == [("warn", f"数据库的表是版本 0999，比这个程序知道的 {newest_revision()} 新")]


def test_a_database_that_cannot_be_written(environment: Any) -> None:
    with postgres_database() as url:
        upgrade(url)
        with sessions(url).write() as session:
            name = url.rpartition("/")[2]
            session.connection().exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        sessions(url).engine.dispose()
        told = bad(look("数据库", environment, BOT_DATABASE_URL=url))
        assert [(state, what[:8]) for state, what in told] == [("fail", "数据库写不进去：")]


def test_postgres_that_is_well_and_one_that_is_away(environment: Any) -> None:
    with postgres_database() as url:
        upgrade(url)
        told = found(environment, BOT_DATABASE_URL=url)
        assert bad(told["数据库"]) == [] and "PostgreSQL" in told["数据库"][0].what
        assert told["时钟"][0].what.startswith("和数据库的时钟差 ")
        sessions(url).engine.dispose()
    told = found(environment, BOT_DATABASE_URL="postgresql://postgres@127.0.0.1:1/campus")
    assert [state for state, _ in bad(told["数据库"])] == ["fail"] and told["数据库"][0].todo


def test_little_room(environment: Any, url: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(doctor_stores, "LITTLE_MB", 10**12)
    assert bad(look("数据库", environment, BOT_DATABASE_URL=url))[0][0] == "warn"
    monkeypatch.setattr(doctor_stores, "TOO_LITTLE_MB", 10**12)
    assert bad(look("数据库", environment, BOT_DATABASE_URL=url))[0][0] == "fail"


def test_redis_that_throws_locks_out_and_redis_that_is_away(environment: Any, url: str) -> None:
    port = free_port()
    here = {"BOT_DATABASE_URL": url, "BOT_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    with redis_server(port):
        told = found(environment, **here)
        assert bad(told["Redis"]) == [] and told["时钟"][0].what.startswith("和Redis的时钟差 ")
        for name, value in (("maxmemory", "50mb"), ("maxmemory-policy", "allkeys-lru")):
            subprocess.run(
                ["redis-cli", "-p", str(port), "config", "set", name, value], check=True, capture_output=True
            )
        assert bad(look("Redis", environment, **here)) == [("warn", "Redis 满了会按 allkeys-lru 扔掉键，锁也会被扔掉")]
    assert bad(look("Redis", environment, **here)) == [("fail", "Redis 连不上（ConnectionError）")]


@pytest.mark.parametrize("off, state", [(0.0, "ok"), (1.9, "ok"), (2.1, "warn"), (-29.0, "warn"), (31.0, "fail")])
def test_clocks_that_differ(off: float, state: str) -> None:
    assert _compared("数据库", 1_000_000.0 + off, 999_999.9, 1_000_000.1).state == state


def test_a_model_that_is_missing_changed_or_of_other_data(
    environment: Any, model: Path, url: str, tmp_path: Path
) -> None:
    def told(where: Path) -> List[Tuple[str, str]]:
        return bad(look("模型", environment, BOT_DATABASE_URL=url, BOT_MODEL=str(where)))

    empty = tmp_path / "models"
    empty.mkdir()
    assert [state for state, _ in told(empty)] == ["fail"]
    other = empty / "campus-000000000000.tar.gz"
    other.write_bytes(model.read_bytes())
    assert [what[:12] for _, what in told(empty)] == ["模型旁边没有 .sha2", "模型不是用现在的数据训练"]
    (empty / f"{other.name}.sha256").write_text(f"{'0' * 64}  {other.name}\n")
    assert [(state, what[:5]) for state, what in told(empty)] == [("fail", "模型不行：")]


def test_documents_and_their_faults(environment: Any, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    here = {"BOT_DATABASE_URL": url, "BOT_DOCUMENTS": str(folder)}
    assert bad(look("文件", environment, **here)) == [("warn", f"{folder} 里没有读到原文")]
    (folder / "通知.txt").write_text("一、参保\n大学生可以参加城乡居民医保，每年缴费。\n", "utf-8")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    states = [(finding.state, finding.what[:4]) for finding in look("文件", environment, **here)]
    assert states[0] == ("warn", "读不了：") and states[-1][0] == "ok"


def test_an_action_server_that_answers_and_one_that_does_not(environment: Any, url: str, tmp_path: Path) -> None:
    port = free_port()
    here = {"BOT_DATABASE_URL": url, "BOT_ACTION_URL": f"http://127.0.0.1:{port}/webhook"}
    assert [state for state, _ in bad(look("动作", environment, **here))] == ["warn"]
    with acting(port, tmp_path):
        assert bad(look("动作", environment, **here)) == []


def test_packages_of_other_versions(environment: Any, url: str, monkeypatch: Any, tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("redis==9.9.9\nnot-installed-here==1.0\n")
    monkeypatch.setattr("bot.ops.doctor.PROJECT", tmp_path)
    assert bad(look("版本", environment, BOT_DATABASE_URL=url)) == [
        ("warn", "这些包的版本和测试过的不一样：redis 4.6.0（应是 9.9.9）")
    ]


def test_every_finding_that_is_not_well_says_what_to_do(environment: Any, tmp_path: Path) -> None:
    told = found(
        environment, BOT_DATABASE_URL="postgresql://x@127.0.0.1:1/x", BOT_REDIS_URL="redis://127.0.0.1:1/0",
        BOT_MODEL=str(tmp_path), BOT_ACTION_URL="http://127.0.0.1:1/webhook", BOT_TODAY="2025-01-01",
    )  # fmt: skip
    wrong = [one for each in told.values() for one in each if one.state != "ok"]
    assert len(wrong) >= 5 and [one.what for one in wrong if not one.todo] == []


def test_the_command(url: str, monkeypatch: Any) -> None:
    monkeypatch.delenv("BOT_TODAY")
    done = bot(url, "doctor")
    assert done.returncode == 0 and done.stdout.splitlines()[-1].startswith("0 个不行，")
    report = json.loads(bot(url, "doctor", "--json").stdout)
    assert report["errors"] == 0 and {"part", "state", "what", "todo"} == set(report["findings"][0])
    refused = bot("postgresql://x@127.0.0.1:1/x", "doctor")
    assert refused.returncode == 1 and "[不行] 数据库 postgresql://x@127.0.0.1:1/x 连不上" in refused.stdout
