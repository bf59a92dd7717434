"""A real server and who means it no good: deep JSON, other people's sessions, mark-up, one message that would hold it."""

from __future__ import annotations

import json
import urllib.request
from typing import Any, Dict, Iterator, Tuple

import pytest

from tests.ops.servers import Server, serving

SECRET = "7d1c0b5e93fa4826e5b1a09c37d846f2"


@pytest.fixture(scope="module")
def server(model: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    given = {"BOT_SECRET": SECRET, "BOT_LOG_LEVEL": "INFO", "BOT_SESSION_LIMIT": "1000"}
    with serving(tmp_path_factory.mktemp("abuse"), model, wait="/ready", **given) as running:
        yield running


def begin(server: Server) -> str:
    status, body = server.post("/webhooks/web/session", {})
    assert status == 201
    return str(body["token"])


def say(server: Server, token: str, text: str, client_id: str = "message-1") -> Tuple[int, Any]:
    """Send a message and again, as the widget does, until its turn is over; at most about a minute."""
    for _ in range(8):
        status, answer = server.post("/webhooks/web/messages", {"id": client_id, "text": text}, token=token)
        if status != 202:
            break
    return status, answer


@pytest.mark.parametrize("path", ["/webhooks/web/messages", "/webhooks/web/session", "/webhooks/rest/webhook"])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 8_000,
        b'{"a":' * 1_600 + b"1" + b"}" * 1_600,
        b"[" * 4_000 + b"]" * 4_000,
        b'{"id": "message-1", "text": ' + b"[" * 3_000 + b"]" * 3_000 + b"}",
        b'{"sender": "a", "message": ' + b"[" * 3_000 + b"]" * 3_000 + b"}",
        b'{"id": 1e999, "text": NaN}',
        b"9" * 8_000,
    ],
)
def test_json_that_is_made_to_hurt_is_refused_in_words(server: Server, path: str, body: bytes) -> None:
    token = begin(server)
    status, answer = server.post(path, None, raw=body, token=token)
    assert status in (400, 413, 422) and answer["error"], (status, answer)
    assert server.get("/health")[0] == 200


@pytest.mark.parametrize("escape", ["\\ud800", "\\udc00x", "\\u0000", "\\u202e", "\\u001b[2J"])
def test_what_is_no_character_is_left_out(server: Server, escape: str) -> None:
    token = begin(server)
    body = f'{{"id": "message-1", "text": "怎么确认参保{escape}"}}'.encode()
    assert server.post("/webhooks/web/messages", None, raw=body, token=token)[0] in (200, 202)
    status, answer = say(server, token, "怎么确认参保")
    assert status == 200 and [event["kind"] for event in answer["events"]] == ["user", "bot"]
    alone = f'{{"id": "message-2", "text": "{escape}"}}'.encode()
    assert server.post("/webhooks/web/messages", None, raw=alone, token=token)[0] in (200, 202)


def asking(server: Server, token: str, path: str) -> Any:
    request = urllib.request.Request(server.base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def test_a_session_reads_rates_and_erases_its_own_only(server: Server) -> None:
    mine, theirs = begin(server), begin(server)
    status, said = say(server, mine, "三甲门诊花了八百能报多少，我在上海")
    assert status == 200
    reply = next(event for event in said["events"] if event["kind"] == "bot")
    # numbers of events run over all sessions: whoever counts must find nothing
    for path in ("/webhooks/web/history", "/webhooks/web/events?after=0&wait=0"):
        assert "八百" in json.dumps(asking(server, mine, path), ensure_ascii=False)
        assert "八百" not in json.dumps(asking(server, theirs, path), ensure_ascii=False)
    rating: Dict[str, Any] = {"seq": reply["seq"], "value": "up"}
    assert server.post("/webhooks/web/feedback", rating, token=theirs)[0] == 404
    assert server.post("/webhooks/web/feedback", rating, token=mine)[0] == 204
    assert say(server, theirs, "删除我的记录", "erase-01")[0] == 200
    assert say(server, theirs, "是的", "erase-02")[0] == 200
    assert "八百" in json.dumps(asking(server, mine, "/webhooks/web/history"), ensure_ascii=False)


def test_mark_up_goes_through_as_text_of_a_type_that_no_browser_shows(server: Server) -> None:
    token = begin(server)
    text = "<img src=x onerror=alert(1)>怎么确认参保"
    assert say(server, token, text, "markup-01")[0] == 200, server.said()[-3000:]
    body = json.dumps({"id": "markup-01", "text": text}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{server.base}/webhooks/web/messages", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        events = json.loads(answer.read())["events"]
    assert events[0]["text"] == text
    assert "<img" not in json.dumps(events[1:], ensure_ascii=False)


@pytest.mark.parametrize("piece", ["大一学生", "读大一", "打错了", "我想要", "那么", "\u00a0", "８", "一千"])
def test_a_message_of_one_piece_repeated_is_answered(server: Server, piece: str) -> None:
    """Before, 上海 with 大一学生 a hundred times kept the process busy for good: no student was answered any more."""
    token = begin(server)
    status, answer = say(server, token, f"上海{(piece * 500)[:480]}吃")
    assert status == 200 and len(answer["events"]) == 2
    status, answer = say(server, token, f"转人工，少{(piece * 500)[:480]}元", "message-2")
    assert status == 200 and len(answer["events"]) == 2


def test_a_line_end_makes_no_second_line_in_the_log(server: Server) -> None:
    token = begin(server)
    forged = "2099-01-01 00:00:00 ERROR forged"
    assert say(server, token, f"你好\r\n{forged}")[0] == 200
    server.post("/webhooks/web/%0d%0a2099-01-01%20ERROR%20forged", {})
    server.post("/webhooks/web/messages", {"id": "message-1\r\nforged", "text": forged})
    assert "forged" not in server.said() and server.said().strip()
