"""A plain chat page at /, for a first look; it talks to the REST channel of the same machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

STATIC = Path(__file__).parent / "static"
FILES = {"chat.js": "text/javascript", "chat.css": "text/css"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PageChannel(InputChannel):
    """Serves the page, its script and its style."""

    @classmethod
    def name(cls) -> str:
        return "page"

    @classmethod
    def url_prefix(cls) -> str:
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("page_channel")

        @routes.route("/", methods=["GET"])
        async def page(request: Request) -> HTTPResponse:
            return response.html((STATIC / "chat.html").read_text("utf-8"), headers=HEADERS)

        @routes.route("/static/<name:str>", methods=["GET"])
        async def asset(request: Request, name: str) -> HTTPResponse:
            if name not in FILES:
                return response.json({"error": "no such file"}, status=404)
            return response.raw(
                (STATIC / name).read_bytes(), content_type=f"{FILES[name]}; charset=utf-8", headers=HEADERS
            )

        return routes
