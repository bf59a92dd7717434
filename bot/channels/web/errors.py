"""The one shape of every error that the web channel answers: a code for the client, a sentence for the person."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from sanic import response
from sanic.response import HTTPResponse

ERRORS: Dict[str, Tuple[int, str]] = {
    "bad_request": (400, "请求的格式不对。"),
    "session_expired": (401, "会话过期了，请重新打开聊天窗口。"),
    "origin_refused": (403, "这个网页没有被允许使用本助手，请学校管理员把它加进 BOT_WEB_ORIGINS。"),
    "not_found": (404, "没有这个内容。"),
    "too_large": (413, "内容太大了。"),
    "not_json": (415, "请用 JSON 发送。"),
    "too_long": (422, "这段话太长了，请缩短到 500 个字以内。"),
    "too_fast": (429, "你发得太快了，请稍等再试。"),
    "unavailable": (503, "系统暂时不可用，请稍后再试，急事请拨 12393。"),
}
"""Code -> status and sentence."""


class WebError(Exception):
    """A request that is refused."""

    def __init__(self, code: str, message: Optional[str] = None, *, retry_after: Optional[int] = None) -> None:
        self.code = code
        self.status, sentence = ERRORS[code]
        self.message = message or sentence
        self.retry_after = retry_after
        super().__init__(f"{code}: {self.message}")

    def response(self) -> HTTPResponse:
        """The error as an answer; `Retry-After` in seconds where waiting helps."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        body = {"error": {"code": self.code, "message": self.message}}
        return response.json(body, status=self.status, headers=headers, ensure_ascii=False)
