"""What can go wrong between WeChat and the channel.

WeChatError
├── Refused    a request that is not answered: who sent it has no right, or it cannot be read
└── ApiError   WeChat's own interface refused or did not answer
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["busy", "token", "right", "window", "too_long", "setup", "lost", "other"]
"""What to do about a failed call.

busy      try again shortly (-1, 5xx, no connection)
token     the access token is void: fetch a new one, once
right     the account may not do this at all: answer when asked instead
window    not to this user now (48 hours over, quota used up, not following)
too_long  cut the text
setup     a wrong setting that only a person can mend (IP list, secret)
lost      no answer came in time: it may have been done, so never do it again
other     nothing is known about it
"""


class WeChatError(RuntimeError):
    """Base of what this channel raises."""


class Refused(WeChatError):
    """A request that is turned away; the reason is for the log and holds nothing that was sent."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


class ApiError(WeChatError):
    """A call to WeChat failed. Holds WeChat's error code and request id, never a token or a text."""

    def __init__(self, code: int, kind: Kind, rid: str = "", hint: str = "") -> None:
        self.code, self.kind, self.rid, self.hint = code, kind, rid, hint
        super().__init__(f"WeChat errcode {code} ({kind})" + (f", rid {rid}" if rid else ""))
