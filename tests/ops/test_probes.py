"""/health, /ready and /metrics of a real server, with real stores that come and go, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import sqlalchemy as sa

from bot.store.engine import sessions
from bot.store.schema import newest_revision, upgrade
from tests.database import postgres_database
from tests.engine.test_action_server import free_port
from tests.ops.action_server import acting
from tests.ops.servers import Server, serving

WELL = {
    "status": "ready",
    "checks": {
        "rehearsal": {"state": "ok", "detail": "a question was answered"},
        "database": {"state": "ok", "detail": f"revision {newest_revision()}"},
    },
}


def until(server: Server, status: int, seconds: float = 15) -> Any:
    """Ask /ready until it has a status; returns its body."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, body = server.get("/ready")
        if found == status:
            return body
        time.sleep(0.2)
    pytest.fail(f"/ready stayed at {found} {body}")


def rows(database: Path) -> Dict[str, int]:
    """How many rows each table has that has any."""
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    return {name: count for name, count in counts.items() if count}


def test_a_server_that_is_well_says_so_and_its_rehearsal_left_nothing(model: Path, tmp_path: Path) -> None:
    with serving(tmp_path, model) as server:
        assert server.get("/ready") == (200, WELL)
        assert server.get("/health") == (200, {"status": "ok", "model": model.name})
        assert rows(tmp_path / "campus.db") == {"alembic_version": 1}
        server.say("anna", "门诊和急诊报多少比例")
        status, body = server.get("/metrics")
        assert status == 200
        for line in (
            'campus_turns_total{channel="rest",outcome="answered"} 1.0',
            'campus_topic_answers_total{topic="outpatient_rate"} 1.0',
            'campus_turn_seconds_bucket{channel="rest",le="10.0"} 1.0',
            f'campus_model_info{{model="{model.name}",version="0.1.0"}} 1.0',
            "campus_turns_in_flight 0.0",
        ):
            assert line in body.splitlines()
        assert "process_resident_memory_bytes" in body and "_created" not in body


def test_a_database_that_goes_away_and_comes_back(model: Path, tmp_path: Path) -> None:
    database = tmp_path / "campus.db"
    with serving(tmp_path, model) as server:
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE alembic_version RENAME TO elsewhere")
        body = until(server, 503)
        assert body["status"] == "not ready" and "bot database upgrade" in body["checks"]["database"]["detail"]
        assert server.get("/health")[0] == 200
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE elsewhere RENAME TO alembic_version")
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
        time.sleep(1.1)
        assert f"is at revision 0001, not at {newest_revision()}" in until(server, 503)["checks"]["database"]["detail"]
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0999'")  # a newer version is being rolled out
        assert until(server, 200)["checks"]["database"]["detail"] == "revision 0999 (newer than this version)"


@contextmanager
def wall(target: int) -> Iterator[Any]:
    """A port that passes everything on to another, until its `freeze` is set: then what is sent stays unanswered."""
    port, frozen, ended = free_port(), threading.Event(), threading.Event()

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                while frozen.is_set() and not ended.is_set():
                    time.sleep(0.02)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            sink.close()

    def accept(listener: socket.socket) -> None:
        while not ended.is_set():
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", target))
            for pair in ((near, far), (far, near)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", port)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield port, frozen
        ended.set()


def test_a_database_that_hangs_is_said_in_two_seconds_and_no_probe_waits_longer(model: Path, tmp_path: Path) -> None:
    with postgres_database() as url:
        upgrade(url)
        real = sa.engine.make_url(url)
        with wall(real.port or 5432) as (port, frozen):
            behind = real.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
            with serving(tmp_path, model, BOT_DATABASE_URL=behind) as server:
                assert server.get("/ready")[0] == 200
                frozen.set()
                time.sleep(1.1)
                began = time.monotonic()
                with ThreadPoolExecutor(20) as pool:
                    asked = [pool.submit(server.get, "/ready") for _ in range(20)]
                    alive = server.get("/health", timeout=1)  # the loop turns while the database hangs
                    answers = [each.result() for each in asked]
                assert alive[0] == 200 and time.monotonic() - began < 4
                assert {status for status, _ in answers} == {503}
                assert answers[0][1]["checks"]["database"]["detail"] == "does not answer within 2 s"
                frozen.clear()
                until(server, 200)
        sessions(url).engine.dispose()


@contextmanager
def redis_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of this test's own."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait(10)


def test_without_redis_the_assistant_is_degraded_and_still_ready(model: Path, tmp_path: Path) -> None:
    port = free_port()
    with redis_server(port) as redis, serving(tmp_path, model, BOT_REDIS_URL=f"redis://127.0.0.1:{port}/0") as server:
        assert server.get("/ready")[1]["status"] == "ready"
        redis.kill()
        redis.wait(10)
        time.sleep(1.1)
        status, body = server.get("/ready")
        assert (status, body["status"]) == (200, "degraded")
        assert body["checks"]["redis"] == {
            "state": "degraded",
            "detail": "BOT_REDIS_URL does not answer (ConnectionError)",
        }
        with redis_server(port):
            time.sleep(1.1)
            assert server.get("/ready")[1]["status"] == "ready"


class _Broken(BaseHTTPRequestHandler):
    """What stands at the address of the action server answers, and not as one."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(500)

    def log_message(self, *_: Any) -> None:
        pass


def test_a_process_whose_actions_fail_is_not_ready_until_they_work(model: Path, tmp_path: Path) -> None:
    port = free_port()
    broken = ThreadingHTTPServer(("127.0.0.1", port), _Broken)
    threading.Thread(target=broken.serve_forever, daemon=True).start()
    with serving(tmp_path, model, BOT_ACTION_URL=f"http://127.0.0.1:{port}/webhook") as server:
        status, body = server.get("/ready")
        assert status == 503 and body["checks"]["rehearsal"]["state"] == "failed"
        assert 'campus_errors_total{kind="warm_up"} 1.0' in server.get("/metrics")[1]
        broken.shutdown()
        broken.server_close()
        with acting(port, tmp_path):
            until(server, 200, 30)
        assert rows(tmp_path / "campus.db") == {"alembic_version": 1}


def test_on_sigterm_it_is_unready_at_once_answers_for_the_grace_and_ends(model: Path, tmp_path: Path) -> None:
    with serving(tmp_path, model, BOT_DRAIN_SECONDS="2") as server:
        server.say("anna", "我在兰州")
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        status, body = server.get("/ready")
        assert (status, body["status"]) == (503, "draining")
        assert server.get("/health")[0] == 200
        assert "campus_draining 1.0" in server.get("/metrics")[1]
        assert "三乙 75%" in server.say("anna", "住院报多少比例")  # Lanzhou's: the conversation goes on
        assert server.process.wait(20) == 0
        assert time.monotonic() - began >= 2
        with pytest.raises(urllib.error.URLError):
            server.get("/health")


def test_turns_that_run_when_the_grace_is_over_still_end(model: Path, tmp_path: Path) -> None:
    with serving(tmp_path, model, BOT_DRAIN_SECONDS="0.2") as server, ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(server.say, f"student-{number}", "门诊和急诊报多少比例") for number in range(24)]
        time.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        assert all("【上海】" in each.result() for each in asked)
        assert server.process.wait(20) == 0


def test_a_second_sigterm_ends_the_grace(model: Path, tmp_path: Path) -> None:
    with serving(tmp_path, model, BOT_DRAIN_SECONDS="60") as server:
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        os.kill(server.process.pid, signal.SIGTERM)
        assert server.process.wait(10) == 0
