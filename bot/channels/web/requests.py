"""What clients of the web channel may send. Everything else is refused, with the field that is wrong."""

from __future__ import annotations

import re
from typing import Any, Dict, Literal, Optional, Type, TypeVar

from pydantic import BaseModel, Extra, Field, StrictStr, ValidationError, validator
from sanic.request import Request

from bot.channels.web.errors import WebError

MAX_BODY = 8_192
"""Bytes: 500 characters in JSON escapes and a comment fit twice."""
_NO_CHARACTER = re.compile("[\u0000\ud800-\udfff]")
"""What JSON escapes can say and no database takes."""


class _Request(BaseModel):
    class Config:
        extra = Extra.forbid


class SessionRequest(_Request):
    """A new session, perhaps for a city that the school's page names."""

    city: Optional[Literal["shanghai", "lanzhou"]] = None
    language: Optional[Literal["zh", "en"]] = None


class MessageRequest(_Request):
    """One message under the client's own id."""

    id: StrictStr = Field(regex=r"^[A-Za-z0-9_-]{8,64}$")
    text: StrictStr = Field(min_length=1, max_length=4_000)

    @validator("text")
    def text_can_be_kept(cls, value: str) -> str:
        """The message is kept as it came, before the guard looks at it."""
        return _NO_CHARACTER.sub("", value)


class PollRequest(_Request):
    """What is newer than `after`, waiting up to `wait` seconds."""

    after: int = Field(0, ge=0, le=2**31 - 1)
    wait: float = Field(0, ge=0, le=25)


class FeedbackRequest(_Request):
    """A thumb on the reply `seq`."""

    seq: int = Field(ge=1, le=2**31 - 1)
    value: Literal["up", "down"]
    comment: StrictStr = Field("", max_length=500)


class PassageRequest(_Request):
    """Lines of a document."""

    document: str = Field(regex=r"^[a-z0-9-]{1,40}$")
    first: int = Field(ge=1, le=100_000)
    last: int = Field(ge=1, le=100_000)


Parsed = TypeVar("Parsed", bound=_Request)


def parse(model: Type[Parsed], request: Request) -> Parsed:
    """The request as its model. Raises WebError: too large, no JSON, a field that is wrong."""
    try:
        return model.parse_obj(_query(request) if request.method == "GET" else _body(request))
    except ValidationError as error:
        fields = "、".join(sorted({".".join(map(str, fault["loc"])) for fault in error.errors()}))
        raise WebError("bad_request", f"请求里这些内容不对：{fields}。") from None


def _query(request: Request) -> Dict[str, Any]:
    return {name: values[-1] for name, values in request.args.items()}


def _body(request: Request) -> Dict[str, Any]:
    if len(request.body) > MAX_BODY:
        raise WebError("too_large")
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise WebError("not_json")
    try:
        body = request.json
    except Exception:
        raise WebError("bad_request") from None
    if not isinstance(body, dict):
        raise WebError("bad_request")
    return body
