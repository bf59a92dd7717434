"""The settings of the WeChat channel; part of bot.settings.Settings."""

from __future__ import annotations

import re
from typing import Any, Dict, Literal, Optional

from pydantic import AnyHttpUrl, BaseSettings, Field, SecretStr, validator

_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}", re.ASCII)
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}", re.ASCII)
ID_KEY_MIN = 32
"""Characters of the key of pseudonyms: 16 random bytes in hexadecimal."""


class WeChatSettings(BaseSettings):
    """Everything about the official account. Secrets have no defaults and print as stars."""

    wechat_previous_token: Optional[SecretStr] = Field(
        None, env="BOT_WECHAT_PREVIOUS_TOKEN", description="The token before, while it is being changed"
    )
    wechat_aes_key: Optional[SecretStr] = Field(
        None, env="BOT_WECHAT_AES_KEY", description="EncodingAESKey of the console, 43 letters and digits"
    )
    wechat_previous_aes_key: Optional[SecretStr] = Field(
        None, env="BOT_WECHAT_PREVIOUS_AES_KEY", description="The EncodingAESKey before, while it is being changed"
    )
    wechat_app_id: Optional[str] = Field(None, env="BOT_WECHAT_APP_ID", description="AppID of the account, wx…")
    wechat_secret: Optional[SecretStr] = Field(
        None, env="BOT_WECHAT_SECRET", description="AppSecret; verified accounts answer late with it"
    )
    wechat_id_key: Optional[SecretStr] = Field(
        None, env="BOT_WECHAT_ID_KEY", description="Key that turns OpenIDs into pseudonyms, 32 characters or more"
    )
    wechat_mode: Literal["plain", "compatible", "safe"] = Field(
        "safe", env="BOT_WECHAT_MODE", description="How messages are encrypted: plain, compatible or safe"
    )
    wechat_verified: bool = Field(
        False, env="BOT_WECHAT_VERIFIED", description="Whether the account is verified (认证) and may write first"
    )
    wechat_transfer: bool = Field(
        False, env="BOT_WECHAT_TRANSFER", description="Hand who wants a person to the account's own customer service"
    )
    wechat_pending: Literal["database", "memory"] = Field(
        "database", env="BOT_WECHAT_PENDING", description="Where pending answers are kept: database or memory"
    )
    wechat_api: AnyHttpUrl = Field(
        "https://api.weixin.qq.com", env="BOT_WECHAT_API", description="Address of WeChat's interface"
    )
    wechat_url: Optional[AnyHttpUrl] = Field(
        None, env="BOT_WECHAT_URL", description="Public address of the webhook, for `bot wechat check`"
    )
    wechat_token: Optional[SecretStr] = Field(
        None, env="BOT_WECHAT_TOKEN", description="Token of the console; the channel is off without it"
    )

    class Config:
        frozen = True

    @validator("*", pre=True)
    def empty_is_unset(cls, value: Any, field: Any) -> Any:
        return field.default if value == "" and field.name.startswith("wechat_") else value

    @validator("wechat_token", "wechat_previous_token")
    def token_as_in_the_console(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        return _shaped(value, _TOKEN, "takes 3 to 32 letters and digits, as set in the console")

    @validator("wechat_aes_key", "wechat_previous_aes_key")
    def aes_key_as_in_the_console(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        return _shaped(value, _AES_KEY, "takes the 43 letters and digits of EncodingAESKey")

    @validator("wechat_id_key")
    def id_key_is_long(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        if value is not None and len(value.get_secret_value()) < ID_KEY_MIN:
            raise ValueError(f"takes {ID_KEY_MIN} characters or more; make one with `openssl rand -hex 32`")
        return value

    @validator("wechat_token")
    def nothing_is_missing(cls, value: Optional[SecretStr], values: Dict[str, Any]) -> Optional[SecretStr]:
        """Runs last, so it sees the others; a setting that was wrong is not in `values` and named by itself."""
        if value is None:
            return value
        needed = {"wechat_app_id": True, "wechat_id_key": True}
        needed["wechat_aes_key"] = values.get("wechat_mode") != "plain"
        needed["wechat_secret"] = bool(values.get("wechat_verified"))
        missing = [f"BOT_{name.upper()}" for name, is_needed in needed.items() if is_needed and name in values
                   and not values[name]]  # fmt: skip
        if missing:
            raise ValueError(f"with it, {' and '.join(missing)} must be set too")
        return value


def _shaped(value: Optional[SecretStr], pattern: re.Pattern[str], takes: str) -> Optional[SecretStr]:
    if value is not None and not pattern.fullmatch(value.get_secret_value()):
        raise ValueError(takes)
    return value
