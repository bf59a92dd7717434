"""What the channel is told by the settings, checked and ready to use."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal, Optional, Tuple

from pydantic import SecretStr

from bot.settings import Settings

Mode = Literal["plain", "compatible", "safe"]
PATIENCE_S = 4.5
"""How long a delivery may wait for its answer; WeChat closes after 5."""
API = "https://api.weixin.qq.com"


@dataclass(frozen=True)
class WeChatConfig:
    """One official account. Secrets do not show when it is printed."""

    app_id: str
    tokens: Tuple[str, ...] = field(repr=False)
    """The current token, then the previous one while it is being changed."""
    id_key: bytes = field(repr=False)
    """Key of the pseudonyms. Changing it makes every user a new one."""
    aes_keys: Tuple[str, ...] = field(default=(), repr=False)
    """The current EncodingAESKey, then the previous one."""
    secret: Optional[str] = field(default=None, repr=False)
    """AppSecret; only verified accounts need it, to answer late and to push the menu."""
    mode: Mode = "safe"
    verified: bool = False
    transfer: bool = False
    """Whether who wants a person is handed to the account's own customer service."""
    shared: bool = True
    """Whether several processes may serve the account: what is pending is then kept in the database."""
    api: str = API
    rate_limit: int = 30
    """Messages of one user in a minute."""
    database_url: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Optional[WeChatConfig]:
        """The configuration; None while BOT_WECHAT_TOKEN is not set, which keeps the channel off."""
        if settings.wechat_token is None:
            return None
        id_key = _open(settings.wechat_id_key) or ""
        return cls(
            app_id=settings.wechat_app_id or "",
            tokens=_known(settings.wechat_token, settings.wechat_previous_token),
            id_key=id_key.encode(),
            aes_keys=_known(settings.wechat_aes_key, settings.wechat_previous_aes_key),
            secret=_open(settings.wechat_secret),
            mode=settings.wechat_mode,
            verified=settings.wechat_verified,
            transfer=settings.wechat_transfer,
            shared=settings.wechat_pending == "database",
            api=str(settings.wechat_api).rstrip("/"),
            rate_limit=settings.rate_limit,
            database_url=settings.database_url,
        )

    def sender(self, openid: str) -> str:
        """The pseudonym of a user: what tracker, logs and tickets know instead of the OpenID."""
        return "wx:" + self._digest("user", openid)

    def short(self, key: str) -> str:
        """A message's key without the OpenID in it: 32 hexadecimal digits."""
        return self._digest("message", key)

    def _digest(self, purpose: str, value: str) -> str:
        return hmac.new(self.id_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


def _open(secret: Optional[SecretStr]) -> Optional[str]:
    return secret.get_secret_value() if secret else None


def _known(*given: Optional[SecretStr]) -> Tuple[str, ...]:
    return tuple(secret.get_secret_value() for secret in given if secret)
