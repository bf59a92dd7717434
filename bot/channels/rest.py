"""Rasa's REST channel, for this machine: same address and shape, behind the guard, and never an empty answer.

Its sender is whatever the client says, so in production it is closed.
"""

from __future__ import annotations

from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.settings import settings

SENDER_MAX = 128


class RestChannel(InputChannel):
    """POST /webhooks/rest/webhook {"sender": …, "message": …} -> [{"recipient_id", "text", "buttons"?, "custom"?}]."""

    @classmethod
    def name(cls) -> str:
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("rest_channel")
        if settings().environment == "production":
            return routes

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = request.json
            if not isinstance(body, dict) or not isinstance(body.get("message"), str):
                return fault(400, 'the body must be {"sender": "…", "message": "…"} with texts')
            sender = body.get("sender")
            if not isinstance(sender, str) or not 0 < len(sender) <= SENDER_MAX:
                return fault(400, f"sender must be a text of 1 to {SENDER_MAX} characters, one for each conversation")
            replies = await request.app.ctx.assistant.turn(body["message"], f"rest:{sender}", self.name())
            return response.json(replies.messages)

        return routes


def fault(status: int, message: str) -> HTTPResponse:
    """The one shape of an error that a client made."""
    return response.json({"error": message}, status=status)
