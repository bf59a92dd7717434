"""Production does not start with a secret that anybody knows or guesses; development does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.settings import PROJECT, SettingsError

SECRET = "7d1c0b5e93fa4826e5b1a09c37d846f2"
PAGES = (".env.example", "README.md", "docs/deploy.md", "docs/operations.md", "docs/wechat.md", "docs/security.md")


def production(environment: Any, **variables: str) -> Any:
    return environment(**{"BOT_ENVIRONMENT": "production", "BOT_SECRET": SECRET, **variables})


@pytest.mark.parametrize(
    "secret, said",
    [
        ("0" * 32, "fewer than 8 different characters"),
        ("abababab" * 8, "fewer than 8 different characters"),
        ("0123456789abcdef" * 2, "repeats one piece"),
        ("changeme-please-with-something-else", "is a placeholder"),
        ("Change_Me-4f1d9c7be2a8063541d0c2f79b", "is a placeholder"),
        ("your-key-of-at-least-32-characters!", "is a placeholder"),
        ("at-least-32-characters-as-an-example", "is a placeholder"),
    ],
)
def test_a_secret_that_is_none_is_refused_by_name_and_not_shown(environment: Any, secret: str, said: str) -> None:
    with pytest.raises(SettingsError, match=f"^BOT_SECRET: .*{said}") as caught:
        production(environment, BOT_SECRET=secret)
    assert secret not in str(caught.value)
    assert environment(BOT_ENVIRONMENT="development").signing_secret() == secret


def test_a_missing_secret_is_refused(environment: Any) -> None:
    with pytest.raises(SettingsError, match=r"^BOT_SECRET: must be set in production"):
        production(environment, BOT_SECRET="")


def test_what_openssl_makes_is_taken(environment: Any) -> None:
    import secrets

    for made in (secrets.token_hex(16), secrets.token_hex(32), secrets.token_urlsafe(32)):
        assert production(environment, BOT_SECRET=made).signing_secret() == made


def test_no_page_shows_a_secret_that_would_be_taken(environment: Any) -> None:
    """Whoever copies a line of the documentation gets a refusal, not a secret that the world knows."""
    shown = {
        value
        for page in PAGES
        if (PROJECT / page).exists()
        for value in re.findall(r"BOT_(?:SECRET|WECHAT_ID_KEY)=([^\s`'\"]+)", (PROJECT / page).read_text("utf-8"))
    }
    taken = []
    for value in shown:
        try:
            production(environment, BOT_SECRET=value)
            taken.append(value)
        except SettingsError:
            continue
    assert taken == []


def test_the_key_of_pseudonyms_is_one_of_its_own(environment: Any) -> None:
    wechat = {"BOT_WECHAT_TOKEN": "Token123", "BOT_WECHAT_APP_ID": "wx1", "BOT_WECHAT_AES_KEY": "a" * 43}
    with pytest.raises(SettingsError, match="BOT_ENVIRONMENT: production refuses BOT_WECHAT_ID_KEY: it has fewer than 8"):
        production(environment, **wechat, BOT_WECHAT_ID_KEY="0" * 32)
    assert production(environment, **wechat, BOT_WECHAT_ID_KEY=SECRET[::-1]).wechat_token


@pytest.mark.parametrize(
    "url, said",
    [
        ("postgresql://campus@db.school.edu.cn/campus", "without a password"),
        ("postgresql://campus:@10.0.0.7:5432/campus", "without a password"),
        ("postgresql:///campus?host=db.school.edu.cn", "without a password"),
        ("postgresql:///campus?host=/run/postgresql,db.school.edu.cn", "without a password"),
        ("postgresql://campus@127.0.0.1,db.school.edu.cn/campus", "without a password"),
        ("postgresql://campus@127.0.0.1/campus?hostaddr=10.0.0.7", "without a password"),
        ("postgresql://postgres:postgres@db/campus", "anybody would try first"),
        ("postgresql+psycopg2://app:PassWord@db/x", "anybody would try first"),
        ("postgresql://app:change-me@db/x", "anybody would try first"),
        ("postgresql://app:change%2Dme@db/x", "anybody would try first"),
        ("postgresql://app:campus@db/x", "anybody would try first"),
        ("postgresql://yibao:yibao@db/x", "anybody would try first"),
        ("postgresql://app:yibao@db/yibao", "anybody would try first"),
        ("postgresql:///x?host=db&user=app&password=postgres", "anybody would try first"),
    ],
)
def test_a_database_without_a_password_of_its_own_is_refused_by_name(environment: Any, url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=f"^BOT_DATABASE_URL: .*{said}"):
        production(environment, BOT_DATABASE_URL=url)
    assert environment(BOT_ENVIRONMENT="development").database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/campus.db",
        "postgresql://campus:5f0c9ad1@db.school.edu.cn/campus",
        "postgresql://campus@db.school.edu.cn/campus?sslcert=/run/secrets/client.pem",
        # trust and peer authentication of this machine itself
        "postgresql://postgres@127.0.0.1:5432/campus",
        "postgresql://postgres:postgres@localhost/campus",
        "postgresql://postgres@[::1]:5432/campus",
        "postgresql:///campus?host=/run/postgresql",
    ],
)
def test_a_database_with_one_or_on_this_machine_is_taken(environment: Any, url: str) -> None:
    assert production(environment, BOT_DATABASE_URL=url).database_url == url


@pytest.mark.parametrize("url, said", [("redis://redis:6379/0", "without a password"),
                                       ("rediss://:redis@cache/0", "anybody would try first")])  # fmt: skip
def test_a_redis_without_one_too(environment: Any, url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=f"^BOT_REDIS_URL: .*{said}"):
        production(environment, BOT_REDIS_URL=url)
    assert production(environment, BOT_REDIS_URL="redis://127.0.0.1:6379/3").redis_url
    assert production(environment, BOT_REDIS_URL="redis://:9c1f77e2@redis:6379/0").redis_url
