"""The web channel over HTTP, on the real server with a real database."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest

from bot.desk.tickets import Desk
from bot.desk.values import TicketRequest
from bot.settings import PROJECT
from bot.store.engine import Sessions, make_engine
from tests.engine.test_action_server import free_port, wait_for

BOT = Path(sys.executable).with_name("bot")
SCHOOL = "https://www.school.edu.cn"


class Server:
    """A running server and its database."""

    def __init__(self, base: str, database: str) -> None:
        self.base, self.database = f"{base}/webhooks/web", database

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: Optional[str] = None,
        raw: Optional[bytes] = None,
        **headers: str,
    ) -> Tuple[int, Any, Dict[str, str]]:
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): v for name, v in headers.items()}}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(f"{self.base}{path}", data=data, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                content = answer.read()
                return answer.status, json.loads(content) if content else None, _lower(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read()), _lower(error.headers)

    def begin(self, **body: str) -> str:
        status, session, _ = self.call("POST", "/session", body)
        assert status == 201
        return str(session["token"])

    def say(self, token: str, text: str, client_id: Optional[str] = None) -> List[Dict[str, Any]]:
        status, answer, _ = self.call("POST", "/messages", {"id": client_id or new_id(), "text": text}, token)
        assert (status, answer["status"]) == (200, "done"), answer
        return list(answer["events"])


def _lower(headers: Any) -> Dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def new_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    url = f"sqlite:///{tmp_path_factory.mktemp('web') / 'campus.db'}"
    process = subprocess.Popen(
        [str(BOT), "run", "--port", str(port)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "BOT_DATABASE_URL": url,
            "BOT_MODEL": str(model),
            "BOT_WEB_ORIGINS": SCHOOL,
            "BOT_SECRET": "k" * 40,
            "BOT_TODAY": "2025-10-15",
            "BOT_RATE_LIMIT": "40",
            "PYTHONPATH": str(PROJECT),
        },
    )
    wait_for(f"http://127.0.0.1:{port}/health", process, 60)
    yield Server(f"http://127.0.0.1:{port}", url)
    process.kill()
    process.wait(10)


def test_session_begins_with_a_greeting_and_knows_the_city_of_the_page(server: Server) -> None:
    status, session, headers = server.call("POST", "/session", {"city": "shanghai"})
    assert status == 201 and session["greeting"]["kind"] == "bot" and session["greeting"]["buttons"]
    assert headers["cache-control"] == "no-store"
    answer = server.say(session["token"], "三甲住院一万能报多少")[1]
    assert answer["text"].startswith("医保报销 5,820.00 元")
    assert answer["card"]["data"]["outputs"]["fund"] == "5820.00" and "300.00" in answer["more"]


def test_message_sent_again_is_the_same_turn(server: Server) -> None:
    token, client_id = server.begin(city="shanghai"), new_id()
    first = server.say(token, "门诊报多少", client_id)
    assert server.say(token, "门诊报多少", client_id) == first
    history = server.call("GET", "/history", token=token)[1]["events"]
    assert [event["kind"] for event in history] == ["bot", "user", "bot"]


def test_a_contact_reaches_the_ticket_and_the_chat_keeps_it_blackened(server: Server) -> None:
    token = server.begin(city="shanghai")
    for line in ("保费多少", "转人工"):
        server.say(token, line)
    answer = server.say(token, "我的手机13812345678")[1]
    number = re.search(r"T[2-9B-Z]{8}", answer["text"])
    assert number and Desk(Sessions(make_engine(server.database))).show(number[0]).contact == "我的手机13812345678"
    kept = json.dumps(server.call("GET", "/history", token=token)[1]["events"], ensure_ascii=False)
    assert "我的手机" in kept and "13812345678" not in kept


def test_same_message_at_once_is_one_turn(server: Server) -> None:
    token, client_id = server.begin(city="lanzhou"), new_id()
    answers: List[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(server.say(token, "医保费多少钱", client_id))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 5 and all(answer == answers[0] for answer in answers)
    assert sum(event["kind"] == "bot" for event in server.call("GET", "/history", token=token)[1]["events"]) == 2


def test_two_tabs_see_the_same_and_waiting_ends_when_something_is_said(server: Server) -> None:
    token = server.begin(city="shanghai")
    last = server.call("GET", "/history", token=token)[1]["events"][-1]["seq"]
    seen: List[Any] = []
    waiting = threading.Thread(
        target=lambda: seen.append((server.call("GET", f"/events?after={last}&wait=20", token=token), time.monotonic()))
    )
    waiting.start()
    time.sleep(0.5)
    began = time.monotonic()
    server.say(token, "怎么领医保码")
    waiting.join()
    (status, body, _), ended = seen[0]
    assert status == 200 and body["events"][0]["text"] == "怎么领医保码" and ended - began < 5


def test_turn_is_not_lost_when_the_client_goes_away(server: Server) -> None:
    token, client_id = server.begin(city="shanghai"), new_id()
    body = json.dumps({"id": client_id, "text": "住院报多少"}).encode()
    host, port = server.base.split("//")[1].split("/")[0].split(":")
    import socket

    with socket.create_connection((host, int(port))) as connection:
        head = (
            f"POST /webhooks/web/messages HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
    events = server.say(token, "住院报多少", client_id)
    assert events[1]["text"].startswith("每次住院先扣起付线")


def test_reply_of_staff_arrives_in_the_session(server: Server) -> None:
    import jwt

    token = server.begin(city="shanghai")
    sender = f"web:{jwt.decode(token, options={'verify_signature': False})['sid']}"
    engine = make_engine(server.database)
    desk = Desk(Sessions(engine))
    ticket = desk.open_ticket(TicketRequest(sender=sender, channel="web", question="名字录错了怎么办"))
    desk.reply(ticket.number, "王老师", "请周一到办公室来一趟。")
    engine.dispose()
    events = server.call("GET", "/events?after=0&wait=5", token=token)[1]["events"]
    staff = [event for event in events if event["kind"] == "staff"]
    assert [(event["text"], event["ticket"]) for event in staff] == [("请周一到办公室来一趟。", ticket.number)]


def test_feedback_is_kept_on_what_the_reply_was_about(server: Server) -> None:
    token = server.begin(city="shanghai")
    answer = server.say(token, "怎么办异地备案")[1]
    status, _, _ = server.call("POST", "/feedback", {"seq": answer["seq"], "value": "down", "comment": "没看懂"}, token)
    assert status == 204
    status, refused, _ = server.call("POST", "/feedback", {"seq": 999_999, "value": "up"}, token)
    assert (status, refused["error"]["code"]) == (404, "not_found")


def test_erasure_leaves_nothing_in_the_database(server: Server) -> None:
    token = server.begin(city="shanghai")
    server.say(token, "校医院看感冒独一无二的一句话能报吗")
    file = Path(server.database.removeprefix("sqlite:///"))
    assert server.call("DELETE", "/session", token=token)[0] == 204
    assert server.call("GET", "/history", token=token)[1]["events"] == []
    assert "独一无二的一句话" not in _texts(file)


def _texts(file: Path) -> str:
    import sqlite3

    with sqlite3.connect(file) as database:
        return "".join(str(row) for table in ("events", "web_events") for row in database.execute(f"select * from {table}"))


@pytest.mark.parametrize("token", [None, "x" * 40, "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiJ2aWN0aW0ifQ.AAAA"])
def test_nobody_talks_without_a_session_of_ours(server: Server, token: Optional[str]) -> None:
    status, body, _ = server.call("POST", "/messages", {"id": new_id(), "text": "你好"}, token)
    assert (status, body["error"]["code"]) == (401, "session_expired")


@pytest.mark.parametrize(
    "raw, code, status",
    [
        (b"{", "bad_request", 400),
        (b"[]", "bad_request", 400),
        (b'{"id": "short", "text": "x"}', "bad_request", 400),
        (b'{"id": "aaaaaaaa", "text": 5}', "bad_request", 400),
        (b'{"id": "aaaaaaaa", "text": "x", "sender": "victim"}', "bad_request", 400),
        (b'{"id": "aaaaaaaa", "text": "' + b"x" * 501 + b'"}', "too_long", 422),
        (b'{"id": "aaaaaaaa", "text": "' + b"x" * 9000 + b'"}', "too_large", 413),
    ],
)
def test_what_cannot_be_a_message_is_refused_with_a_code_and_a_sentence(
    server: Server, raw: bytes, code: str, status: int
) -> None:
    found, body, _ = server.call("POST", "/messages", token=server.begin(), raw=raw)
    assert (found, body["error"]["code"]) == (status, code) and body["error"]["message"]


def test_only_json_is_taken_so_that_no_foreign_form_can_post(server: Server) -> None:
    status, body, _ = server.call("POST", "/session", {}, Content_Type="text/plain")
    assert (status, body["error"]["code"]) == (415, "not_json")


def test_pages_on_the_list_may_embed_and_others_may_not(server: Server) -> None:
    status, _, headers = server.call("POST", "/session", {}, Origin=SCHOOL)
    assert status == 201 and headers["access-control-allow-origin"] == SCHOOL
    assert headers["access-control-expose-headers"] == "Retry-After"
    status, body, headers = server.call("POST", "/session", {}, Origin="https://evil.example")
    assert (status, body["error"]["code"]) == (403, "origin_refused") and "access-control-allow-origin" not in headers
    status, _, headers = server.call("OPTIONS", "/messages", Origin=SCHOOL, Access_Control_Request_Method="POST")
    assert status == 204 and "Authorization" in headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in headers


def test_who_is_too_fast_is_told_when_to_come_back(server: Server) -> None:
    token = server.begin()
    answers = [server.call("POST", "/messages", {"id": new_id(), "text": "你好"}, token) for _ in range(42)]
    refused = [answer for answer in answers if answer[0] == 429]
    assert refused and refused[0][1]["error"]["code"] == "too_fast" and int(refused[0][2]["retry-after"]) > 0
