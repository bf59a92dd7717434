"""The settings: environment variables with defaults, read once, refused by name when wrong."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Literal, Optional

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, validator

from bot.settings_files import UnreadableSettingFile, from_files
from bot.settings_secrets import password_fault, weakness
from bot.settings_wechat import WeChatSettings

PROJECT = Path(__file__).resolve().parents[1]
KNOWLEDGE = PROJECT / "knowledge"
SECRET_FILE = PROJECT / ".bot" / "secret"
SECRET_LENGTH = 32
"""Characters that a secret must have at least."""


class SettingsError(ValueError):
    """A setting has a wrong value; the message names the variable and what it takes."""


class Settings(WeChatSettings):
    """Every setting of the assistant. The README lists them; a test holds the two together."""

    environment: Literal["development", "production"] = Field(
        "development",
        env="BOT_ENVIRONMENT",
        description="production: starts with secrets of its own only, and without the REST channel of this machine",
    )
    database_url: str = Field(
        f"sqlite:///{PROJECT / '.bot' / 'campus.db'}",
        env="BOT_DATABASE_URL",
        description="Where conversations, tickets and feedback are kept: sqlite:///… or postgresql://…",
    )
    redis_url: Optional[str] = Field(
        None,
        env="BOT_REDIS_URL",
        description="redis://…: what several processes share for a moment (locks, limits); default: each has its own",
    )
    documents: Optional[Path] = Field(
        None,
        env="BOT_DOCUMENTS",
        description="Folder with the four official documents; citations then open the passage",
    )
    fixed_today: Optional[date] = Field(
        None, env="BOT_TODAY", description="The day to take as today (YYYY-MM-DD); default: the machine's date"
    )
    default_city: Optional[Literal["shanghai", "lanzhou"]] = Field(
        None, env="BOT_DEFAULT_CITY", description="City of a school's own installation: shanghai or lanzhou"
    )
    model: Path = Field(
        PROJECT / "models", env="BOT_MODEL", description="A trained model, or the folder whose newest model is used"
    )
    action_url: Optional[AnyHttpUrl] = Field(
        None, env="BOT_ACTION_URL", description="Webhook of an action server; default: actions run in the assistant"
    )
    rate_limit: int = Field(
        30, ge=1, le=10_000, env="BOT_RATE_LIMIT", description="Messages that one sender may send in a minute"
    )
    session_limit: int = Field(
        30,
        ge=1,
        le=100_000,
        env="BOT_SESSION_LIMIT",
        description="Web chats that one address may begin in a minute; a whole dormitory can sit behind one",
    )
    web_origins: str = Field(
        "", env="BOT_WEB_ORIGINS", description="Pages that may embed the chat, by commas: https://www.school.edu.cn"
    )
    proxies: int = Field(
        0,
        ge=0,
        le=3,
        env="BOT_PROXIES",
        description="Proxies of our own before the assistant: whose X-Forwarded-For is believed; 0: nobody's",
    )
    secret: Optional[SecretStr] = Field(
        None,
        env="BOT_SECRET",
        description="Signs the sessions of the web chat; at least 32 characters. Default: one that is made and kept in .bot/",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", env="BOT_LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR"
    )

    log_format: Literal["text", "json"] = Field(
        "text", env="BOT_LOG_FORMAT", description="text for people, json for machines: one object a line"
    )
    drain_seconds: float = Field(
        3,
        ge=0,
        le=120,
        env="BOT_DRAIN_SECONDS",
        description="Seconds for which a process still answers after SIGTERM, while /ready says 503",
    )

    class Config:
        frozen = True

        @classmethod
        def customise_sources(cls, init_settings: Any, env_settings: Any, file_secret_settings: Any) -> Any:
            """What is passed, then the environment, then the files that the environment names."""
            return init_settings, env_settings, from_files

    @validator("documents")
    def documents_is_a_folder(cls, value: Optional[Path]) -> Optional[Path]:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} is not a folder")
        return value

    @validator("database_url")
    def database_url_is_supported(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg2://")):
            raise ValueError("takes sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @validator("redis_url")
    def redis_url_is_supported(cls, value: Optional[str]) -> Optional[str]:
        if value is not None and not value.startswith(("redis://", "rediss://")):
            raise ValueError("takes redis://:PASSWORD@HOST:6379/0, or rediss:// with TLS")
        return value

    @validator("database_url", "redis_url")
    def production_has_a_password(cls, value: Optional[str], values: Dict[str, Any]) -> Optional[str]:
        if value and values.get("environment") == "production" and (fault := password_fault(value)):
            raise ValueError(f"{fault}; production takes none or a usual one only from this machine")
        return value

    @validator("environment")
    def production_has_its_own_pseudonyms(cls, value: str, values: Dict[str, Any]) -> str:
        """Here, since the settings of WeChat come before it: they cannot know what the environment is."""
        key = values.get("wechat_id_key")
        if value == "production" and key and (fault := weakness(key.get_secret_value())):
            raise ValueError(f"production refuses BOT_WECHAT_ID_KEY: it {fault}; `openssl rand -hex 32` makes one")
        return value

    @validator("web_origins")
    def origins_are_addresses(cls, value: str) -> str:
        wrong = [one for one in _listed(value) if not re.fullmatch(r"https?://[\w.-]+(:\d{1,5})?", one)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}: takes addresses such as https://www.school.edu.cn, without a path")
        return value

    @validator("secret")
    def secret_is_long(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        if value is not None and len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"takes at least {SECRET_LENGTH} characters; `openssl rand -hex 32` makes some")
        return value

    @validator("secret", always=True)
    def production_has_its_own_secret(cls, value: Optional[SecretStr], values: Dict[str, Any]) -> Optional[SecretStr]:
        if values.get("environment") != "production":
            return value
        if value is None:
            raise ValueError("must be set in production; `openssl rand -hex 32` makes one")
        if fault := weakness(value.get_secret_value()):
            raise ValueError(f"{fault}, which production refuses; `openssl rand -hex 32` makes one")
        return value

    @validator("fixed_today", "documents", "default_city", "action_url", "secret", "redis_url", pre=True)
    def empty_means_unset(cls, value: Any) -> Any:
        return None if value == "" else value

    def origins(self) -> FrozenSet[str]:
        """The pages that may embed the chat."""
        return frozenset(_listed(self.web_origins))

    def signing_secret(self) -> str:
        """What signs sessions: BOT_SECRET, else one of this installation's own, made once and kept beside its data."""
        return self.secret.get_secret_value() if self.secret else _own_secret()

    def today(self) -> date:
        """The day that answers and calculations take as today."""
        return self.fixed_today or date.today()


def _listed(value: str) -> List[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


@lru_cache(maxsize=1)
def _own_secret() -> str:
    SECRET_FILE.parent.mkdir(parents=True, exist_ok=True)
    if not SECRET_FILE.exists():
        made = SECRET_FILE.with_name(f"secret.{os.getpid()}")
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(SECRET_LENGTH))
        # a whole file or none: another process that starts now takes the one that was there first
        with contextlib.suppress(FileExistsError):
            os.link(made, SECRET_FILE)
        made.unlink()
    return SECRET_FILE.read_text("utf-8").strip()


def variables() -> Dict[str, Any]:
    """The environment variables by name, each with its pydantic field."""
    return {next(iter(field.field_info.extra["env_names"])).upper(): field for field in Settings.__fields__.values()}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises SettingsError: a variable has a wrong value.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # every field has a default; mypy misreads Field(…, ge=…)
    except UnreadableSettingFile as error:
        raise SettingsError(str(error)) from error
    except ValidationError as error:
        fields = {name: field.field_info.extra["env"] for name, field in Settings.__fields__.items()}
        faults = [f"{fields[str(fault['loc'][0])]}: {fault['msg']}" for fault in error.errors()]
        raise SettingsError("; ".join(faults)) from error
