"""The tables are upgraded under a running server of the version before; it goes on, and starts again."""

from __future__ import annotations

import signal
from pathlib import Path

import sqlalchemy as sa

from bot.store.engine import sessions
from bot.store.schema import upgrade
from tests.database import postgres_database
from tests.ops.servers import Server, serving

NEXT = (
    "CREATE TABLE next_things (id INTEGER PRIMARY KEY, what VARCHAR(20))",
    "ALTER TABLE tickets ADD COLUMN next_column VARCHAR(20)",
    "ALTER TABLE web_events ADD COLUMN next_flag BOOLEAN DEFAULT false NOT NULL",
    "UPDATE alembic_version SET version_num = '0999'",
)
"""What a migration of the next version may do: it only adds."""


def ticket(server: Server, sender: str) -> str:
    for text in ("转人工", "我的报销被退回来了", "上海", "不用"):
        said = server.say(sender, text)
    return said.partition("工单号 ")[2][:9]


def test_a_running_server_goes_on_over_an_upgrade_and_starts_again_on_it(model: Path, tmp_path: Path) -> None:
    with postgres_database() as url:
        upgrade(url)
        here = {"BOT_DATABASE_URL": url, "BOT_DRAIN_SECONDS": "0"}
        with serving(tmp_path, model, **here) as server:
            server.say("anna", "我在兰州")
            before = ticket(server, "otto")
            with sessions(url).write() as session:
                for statement in NEXT:
                    session.execute(sa.text(statement))
            assert "三乙 75%" in server.say("anna", "住院报多少比例")  # Lanzhou's: the conversation is still known
            after = ticket(server, "emma")
            status, begun = server.post("/webhooks/web/session", {})
            assert status == 201
            message = {"id": "message-0001", "text": "门诊和急诊报多少比例"}
            assert server.post("/webhooks/web/messages", message, token=begun["token"])[0] == 200
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(20) == 0
        with serving(tmp_path, model, wait="/ready", **here) as server:  # crashed, or rolled back
            status, body = server.get("/ready")
            assert (status, body["checks"]["database"]["detail"]) == (200, "revision 0999 (newer than this version)")
            for number in (before, after):
                assert number in server.say("someone", f"查询 {number}")
            assert "三乙 75%" in server.say("anna", "住院报多少比例")
            assert "newer than this version knows" in server.said()
        sessions(url).engine.dispose()
