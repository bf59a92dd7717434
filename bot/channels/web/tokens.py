"""Session tokens: the server makes the session id, the signature makes it unforgeable, the date lets it end."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable

import jwt

LIFETIME = 30 * 86_400
"""Seconds that a session lasts; as long as its records are kept at the least."""
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class WebSession:
    """A session of the web chat."""

    id: str
    """128 random bits, made here; the client cannot choose it."""
    expires: int
    """Seconds since the epoch."""

    @property
    def sender(self) -> str:
        """Under what name the conversation is kept."""
        return f"web:{self.id}"


class InvalidToken(ValueError):
    """A token that is forged, spoilt or expired."""


def new_session(clock: Callable[[], float] = time.time) -> WebSession:
    """A session that nobody can guess."""
    return WebSession(secrets.token_urlsafe(16), int(clock()) + LIFETIME)


def sign(session: WebSession, secret: str) -> str:
    """The token that the client keeps."""
    return jwt.encode({"sid": session.id, "exp": session.expires}, secret, algorithm=_ALGORITHM)


def read(token: str, secret: str, clock: Callable[[], float] = time.time) -> WebSession:
    """The session of a token. Raises InvalidToken."""
    try:
        session = _verified(token, secret)
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise InvalidToken(str(error)) from error
    if session.expires <= clock():
        raise InvalidToken("the session has expired")
    return session


@lru_cache(maxsize=4_096)
def _verified(token: str, secret: str) -> WebSession:
    """What a token says, once its signature is checked: a conversation brings the same token with every message."""
    options: Any = {"require": ["exp", "sid"], "verify_exp": False}
    claims = jwt.decode(token, secret, algorithms=[_ALGORITHM], options=options)
    return WebSession(str(claims["sid"]), int(claims["exp"]))
