"""The web channel's addresses (docs/web-api.yml): sessions, messages, events, feedback, erasure, passages."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, Optional, Tuple

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.guard import MAX_CHARACTERS
from bot.channels.limits import SharedRateLimiter
from bot.channels.web import tokens
from bot.channels.web.errors import WebError
from bot.channels.web.log import WebLog
from bot.channels.web.requests import (
    FeedbackRequest,
    MessageRequest,
    PassageRequest,
    PollRequest,
    SessionRequest,
    parse,
)
from bot.channels.web.turns import Turns
from bot.desk.feedback import record_feedback
from bot.knowledge.base import knowledge
from bot.knowledge.quotes import passage
from bot.ops import metrics
from bot.settings import settings
from bot.store.engine import sessions
from bot.store.errors import StoreUnavailable
from bot.store.shared import shared

Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]
_METHODS = "GET, POST, DELETE, OPTIONS"


class WebChannel(InputChannel):
    """Sessions are made and signed here; a message has the client's id and is one turn however often it is sent."""

    def __init__(self) -> None:
        self._log = WebLog(sessions())
        self._begun = SharedRateLimiter("sessions", settings().session_limit, shared())
        self._said = SharedRateLimiter("turns", settings().rate_limit, shared())
        self._turns: Optional[Turns] = None

    @classmethod
    def name(cls) -> str:
        return "web"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("web_channel")
        for path, method, handler in self.table():
            routes.add_route(_guarded(handler), path, methods=[method], name=f"{method}_{path.strip('/')}")
        for path in sorted({path for path, _, _ in self.table()}):
            routes.add_route(_preflight, path, methods=["OPTIONS"], name=f"OPTIONS_{path.strip('/')}")
        return routes

    def table(self) -> Tuple[Tuple[str, str, Handler], ...]:
        """Every address: path, method, handler."""
        return (
            ("/session", "POST", self.begin),
            ("/session", "DELETE", self.forget),
            ("/messages", "POST", self.message),
            ("/events", "GET", self.events),
            ("/history", "GET", self.history),
            ("/feedback", "POST", self.feedback),
            ("/passage", "GET", self.passage),
            ("/status", "GET", self.status),
        )

    async def begin(self, request: Request) -> HTTPResponse:
        """A new session, with the greeting as its first event."""
        asked = parse(SessionRequest, request)
        if not await self._begun.allows(request.remote_addr or request.ip):
            raise WebError("too_fast", retry_after=60)
        session = tokens.new_session()
        assistant = request.app.ctx.assistant
        if asked.city:
            await assistant.learn_city(session.sender, asked.city)
        greeting = self._log.add(session.sender, "bot", assistant.greeting())
        expires = datetime.fromtimestamp(session.expires, timezone.utc).isoformat()
        body = {"token": tokens.sign(session, _secret()), "expires_at": expires, "greeting": greeting}
        return _json(body, status=201)

    async def message(self, request: Request) -> HTTPResponse:
        """One turn; 202 when it takes longer than the client should wait."""
        session, said = _session(request), parse(MessageRequest, request)
        if len(said.text) > MAX_CHARACTERS:
            raise WebError("too_long")
        if not await self._said.allows(session.sender) and not self._log.find(session.sender, said.id):
            metrics.turned_away("web")
            raise WebError("too_fast", retry_after=30)
        events = await self._of(request).send(session, said.id, said.text)
        return _json({"status": "pending"}, status=202) if events is None else _json({"status": "done", "events": events})

    async def events(self, request: Request) -> HTTPResponse:
        """Long-poll: late answers, replies of staff, what was said in another tab."""
        session, asked = _session(request), parse(PollRequest, request)
        return _json({"events": await self._of(request).news(session, asked.after, asked.wait)})

    async def history(self, request: Request) -> HTTPResponse:
        """The last events, for a reload."""
        return _json({"events": self._log.history(_session(request).sender)})

    async def feedback(self, request: Request) -> HTTPResponse:
        """A thumb on one reply; the topic or the calculation is read from its card."""
        session, given = _session(request), parse(FeedbackRequest, request)
        event = self._log.get(session.sender, given.seq)
        card: Dict[str, Any] = (event or {}).get("card") or {}
        subject = {"topic": card["data"]["topic"]} if card.get("kind") == "answer" else None
        subject = {"calculation": card["data"]["name"]} if card.get("kind") == "calculation" else subject
        if subject is None:
            raise WebError("not_found", "这一条没有可以评价的内容。")
        record_feedback(sessions(), session.sender, given.value, comment=given.comment, **subject)
        return response.empty()

    async def forget(self, request: Request) -> HTTPResponse:
        """Erase everything of the session."""
        await request.app.ctx.assistant.erase(_session(request).sender)
        return response.empty()

    async def passage(self, request: Request) -> HTTPResponse:
        """The words of a document behind a citation, where the office keeps the documents."""
        asked = parse(PassageRequest, request)
        found = passage(asked.document, asked.first, asked.last, knowledge().book)
        if found is None:
            raise WebError("not_found")
        return _json(found)

    async def status(self, request: Request) -> HTTPResponse:
        """Whether the assistant answers, and for which city it is set up."""
        assistant = request.app.ctx.assistant
        return _json({"ready": True, "version": assistant.agent.model_name, "default_city": settings().default_city})

    def _of(self, request: Request) -> Turns:
        if self._turns is None:
            self._turns = Turns(request.app.ctx.assistant, self._log)
        return self._turns


def _secret() -> str:
    return settings().signing_secret()


def _session(request: Request) -> tokens.WebSession:
    match = re.fullmatch(r"Bearer ([\w.-]{20,1024})", request.headers.get("authorization", ""))
    if not match:
        raise WebError("session_expired")
    try:
        return tokens.read(match[1], _secret())
    except tokens.InvalidToken:
        raise WebError("session_expired") from None


def _allowed(request: Request) -> Optional[str]:
    """The origin to name in the answer; None for a request from our own page or from no page at all.

    Raises WebError: a page that is not on the list.
    """
    origin = request.headers.get("origin")
    if not origin or origin.split("://")[-1] == request.headers.get("host"):
        return None
    if origin not in settings().origins():
        raise WebError("origin_refused")
    return str(origin)


def _with_origin(answer: HTTPResponse, origin: Optional[str]) -> HTTPResponse:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Vary"] = "Origin"
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


def _guarded(handler: Handler) -> Handler:
    """The handler behind the origin list, with every refusal in the one shape."""

    @wraps(handler)
    async def guarded(request: Request) -> HTTPResponse:
        origin: Optional[str] = None
        try:
            origin = _allowed(request)
            return _with_origin(await handler(request), origin)
        except WebError as error:
            return _with_origin(error.response(), origin)
        except StoreUnavailable:
            return _with_origin(WebError("unavailable", retry_after=10).response(), origin)

    return guarded


async def _preflight(request: Request) -> HTTPResponse:
    try:
        origin = _allowed(request)
    except WebError as error:
        return error.response()
    answer = _with_origin(response.empty(), origin)
    answer.headers["Access-Control-Allow-Methods"] = _METHODS
    answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answer.headers["Access-Control-Max-Age"] = "600"
    return answer


def _json(body: Any, status: int = 200) -> HTTPResponse:
    return response.json(body, status=status, ensure_ascii=False)
