"""The chat widget, the page that is all widget (/), and a demonstration of how a school embeds it (/demo.html)."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any, Awaitable, Callable, Coroutine

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

STATIC = Path(__file__).parent / "web" / "static"
FILES = {
    "/": ("index.html", "text/html"),
    "/demo.html": ("demo.html", "text/html"),
    "/demo.css": ("demo.css", "text/css"),
    "/widget.js": ("widget.js", "text/javascript"),
    "/widget.more.js": ("widget.more.js", "text/javascript"),
    "/widget.en.js": ("widget.en.js", "text/javascript"),
}
# the hashes are the widget's style sheets, for browsers that cannot construct one
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' {styles}; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class PageChannel(InputChannel):
    """Serves the built files of web/ and nothing else; they talk to the web channel."""

    @classmethod
    def name(cls) -> str:
        return "page"

    @classmethod
    def url_prefix(cls) -> str:
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("page_channel")
        built = json.loads((STATIC / "build.json").read_text("utf-8"))
        policy = POLICY.format(styles=" ".join(f"'{value}'" for value in built["styles"]))
        for path, (name, kind) in FILES.items():
            handler = _handler((STATIC / name).read_bytes(), kind, policy)
            routes.add_route(handler, path, methods=["GET"], name=f"page_{name.replace('.', '_')}")
        return routes


def _handler(plain: bytes, kind: str, policy: str) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse]]:
    """Answer with one file, read and compressed once."""
    packed = gzip.compress(plain, 9, mtime=0)
    tag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": tag,
    }

    async def answer(request: Request) -> HTTPResponse:
        if request.headers.get("if-none-match") == tag:
            return response.empty(304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return response.raw(plain, content_type=f"{kind}; charset=utf-8", headers=headers)
        compressed = {**headers, "Content-Encoding": "gzip"}
        return response.raw(packed, content_type=f"{kind}; charset=utf-8", headers=compressed)

    return answer
