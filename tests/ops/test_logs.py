"""The log holds nothing of what users write, at any level, in any form, also when something breaks."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.phone import Phone
from bot.engine.assistant import Assistant, memory_store
from bot.ops.logs import WITHHELD, Lines, described
from bot.ops.reference import reference
from bot.store.errors import StoreUnavailable
from bot.store.schema import upgrade
from tests.engine.test_action_server import free_port
from tests.ops.action_server import acting
from tests.ops.servers import Server, serving

IDENTITY, PHONE, NAME, ODD = "310101200001011234", "13812345678", "欧阳小明", "紫色河马在跳探戈"
SENDER, OPENID = "sender-4711-Zq", "oLeaks0000000000000000000001"
TELLTALE = (IDENTITY, "3101012000", PHONE, "1381234", NAME, "小明", ODD, "河马", SENDER, "4711", OPENID, "oLeaks")
WECHAT = {
    "BOT_WECHAT_TOKEN": "weixin",
    "BOT_WECHAT_APP_ID": "wxbad0b45542aa0b5e",
    "BOT_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "BOT_WECHAT_ID_KEY": "k" * 32,
}


async def write_everything(server: Server) -> None:
    """Tell every door of the server what no log may hold."""
    told = f"我叫{NAME}，身份证{IDENTITY}，电话{PHONE}，{ODD}"
    for text in (
        told,
        "门诊报多少",
        ODD,
        "转人工",
        told,
        "上海",
        f"电话{PHONE}，找{NAME}",
        "👎",
        told,
        "长" * 501 + NAME,
    ):
        server.say(SENDER, text)
    assert server.get(f"/{SENDER}/{IDENTITY}?q={PHONE}")[0] == 404
    for raw in (told.encode(), told.encode("gbk"), f'{{"sender": "{SENDER}", "message": ["{IDENTITY}"]}}'.encode()):
        assert server.post("/webhooks/rest/webhook", None, raw)[0] == 400
    status, begun = server.post("/webhooks/web/session", {})
    assert status == 201
    message = {"id": "message-0001", "text": told}
    assert server.post("/webhooks/web/messages", message, token=f"{NAME}{PHONE}".encode().hex())[0] == 401
    assert server.post("/webhooks/web/messages", message, token=begun["token"])[0] == 200
    config = WeChatConfig(
        app_id=WECHAT["BOT_WECHAT_APP_ID"], tokens=("weixin",), id_key=b"k" * 32,
        aes_keys=(WECHAT["BOT_WECHAT_AES_KEY"],), secret=None, rate_limit=100,
    )  # fmt: skip
    phone = Phone(f"{server.base}/webhooks/wechat/", config, openid=OPENID)
    assert (await phone.say(told)).text
    assert (
        server.get(f"/webhooks/wechat/?signature={IDENTITY}&timestamp=1&nonce={SENDER}&echostr={quote(NAME)}")[0] == 403
    )
    await phone.event("unsubscribe")
    if phone.session:
        await phone.session.close()


def ruin(database: Path) -> None:
    """Take the tables away under the running server."""
    with sqlite3.connect(database, timeout=10) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')


@pytest.mark.parametrize("level, form", [("DEBUG", "json"), ("INFO", "json"), ("DEBUG", "text")])
async def test_nothing_that_users_write_is_in_the_log(level: str, form: str, model: Path, tmp_path: Path) -> None:
    with serving(tmp_path, model, BOT_LOG_LEVEL=level, BOT_LOG_FORMAT=form, **WECHAT) as server:
        await write_everything(server)
        ruin(tmp_path / "campus.db")
        apology = server.say(SENDER, f"我叫{NAME}，{ODD}，{PHONE}")
        assert "抱歉" in apology
        time.sleep(0.2)
        log = server.said()
        assert [word for word in TELLTALE if word in log] == []
        assert apology.partition("编号 ")[2][:8] in log  # the id leads from the user's words to the trace
        assert log.count("bot.ops.turns") >= 10


def test_each_turn_is_one_line_that_says_how_it_went(model: Path, tmp_path: Path) -> None:
    with serving(tmp_path, model, BOT_LOG_LEVEL="INFO", BOT_LOG_FORMAT="json", BOT_SECRET="s" * 32) as server:
        server.say("anna", "门诊和急诊报多少比例")
        server.say("anna", "长" * 501)
        server.say("otto", "今天股票涨了没有")
        turns = [entry for entry in server.entries() if entry["event"] == "turn"]
    keys = ["time", "level", "logger", "event", "channel", "outcome", "route", "ms", "conversation"]
    assert list(turns[0]) == keys
    assert [(turn["outcome"], turn.get("route"), turn["channel"]) for turn in turns] == [
        ("answered", "answer", "rest"), ("refused", None, "rest"), ("answered", "decline", "rest"),
    ]  # fmt: skip
    assert turns[0]["conversation"] == turns[1]["conversation"] != turns[2]["conversation"]
    assert all(len(turn["conversation"]) == 12 for turn in turns)
    # a refusal takes less than is written down
    assert turns[0]["ms"] > turns[1]["ms"] >= 0 and turns[0]["ms"] < 5000


def test_the_reference_is_the_hmac_of_this_installation(environment: Any) -> None:
    environment(BOT_SECRET="s" * 32)
    here = reference("rest:anna")
    # printf 'log reference\0rest:anna' | openssl dgst -sha256 -hmac ssssssssssssssssssssssssssssssss
    assert here == "445fcac7b189"
    environment(BOT_SECRET="t" * 32)
    assert reference("rest:anna") != here


def record(name: str, message: str, error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "/x/site-packages/lib/part.py", 7, message, (), None)
    made.exc_info = (type(error), error, error.__traceback__) if error else None
    made.__dict__.update(extra)
    return made


def broken() -> BaseException:
    """An exception whose message and cause hold what was typed."""
    try:
        try:
            int(ODD)
        except ValueError as error:
            raise KeyError(NAME) from error
    except KeyError as error:
        return error


def test_an_exception_is_its_classes_and_places() -> None:
    entry = json.loads(Lines("json").format(record("bot.x", "the turn failed, error id 0a1b2c3d", broken())))
    assert entry["error_id"] == "0a1b2c3d" and entry["error"] == "KeyError"
    assert [place.rpartition(":")[0] or place for place in entry["trace"]] == [
        "tests/ops/test_logs.py", "ValueError", "tests/ops/test_logs.py", "KeyError",
    ]  # fmt: skip
    text = Lines("text").format(record("bot.x", "the turn failed", broken()))
    assert NAME not in text and ODD not in text and text.count("\n") == 4


@pytest.mark.parametrize(
    "error, shown",
    [
        (StoreUnavailable("BOT_DATABASE_URL: refused"), "bot.store.errors.StoreUnavailable: BOT_DATABASE_URL: refused"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
        (ValueError(NAME), "ValueError"),
        (json.JSONDecodeError("x", NAME, 0), "json.decoder.JSONDecodeError"),
    ],
)
def test_only_messages_that_hold_no_text_are_shown(error: BaseException, shown: str) -> None:
    assert described(error) == shown


def test_libraries_say_where_but_not_what_while_the_server_serves() -> None:
    line = record("rasa.core.processor", f"cannot handle {ODD}")
    before, serving_ = json.loads(Lines("json").format(line)), json.loads(Lines("json", serving=True).format(line))
    assert before["event"] == f"cannot handle {ODD}"
    assert (serving_["event"], serving_["place"]) == (WITHHELD, "part:7")
    ours = json.loads(Lines("json", serving=True).format(record("bot.server", "draining", fields={"ms": 5})))
    assert (ours["event"], ours["ms"]) == ("draining", 5)


async def test_an_action_server_logs_nothing_that_users_write_either(
    model: Path, tmp_path: Path, environment: Any
) -> None:
    port, database = free_port(), tmp_path / "campus.db"
    url = f"sqlite:///{database}"
    upgrade(url)
    with acting(port, tmp_path, BOT_DATABASE_URL=url, BOT_LOG_FORMAT="json", BOT_LOG_LEVEL="DEBUG") as log:
        here = environment(BOT_ACTION_URL=f"http://127.0.0.1:{port}/webhook", BOT_DATABASE_URL=url)
        assistant = Assistant.load(here, model=model, store=memory_store())
        for text in (f"我叫{NAME}，{PHONE}，{ODD}", "转人工", ODD, "上海"):
            await assistant.turn(text, SENDER, "web")
        for file in tmp_path.glob("campus.db*"):
            file.unlink()
        database.mkdir()
        apology = (await assistant.turn(f"电话{PHONE}，找{NAME}", SENDER, "web")).messages[0]["text"]
        assert "抱歉" in apology
        written = log.read_text("utf-8")
    assert [word for word in TELLTALE if word in written] == []
    lines = [json.loads(line) for line in written.splitlines() if line.startswith('{"time"')]
    assert lines[-1]["error_id"] == apology.partition("编号 ")[2][:8] and lines[-1]["logger"] == "actions.base"
