"""BOT_PROXIES: whose word the server takes for a client's address."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from sanic import Sanic
from sanic.compat import Header
from sanic.request import Request

from bot.server import build_app
from bot.settings import SettingsError

SENT = "198.51.100.7, 203.0.113.5"
"""Of a client that names an address of its own; the last one was put there by the proxy next to us."""


@pytest.fixture
def fresh() -> Iterator[None]:
    """Sanic keeps its applications by name."""
    Sanic._app_registry.pop("campus_yibao", None)
    yield
    Sanic._app_registry.pop("campus_yibao", None)


@pytest.mark.parametrize(
    ("proxies", "address"),
    [("0", ""), ("1", "203.0.113.5"), ("2", "198.51.100.7"), ("3", "")],
    ids=["nobody is believed", "the one before us", "two before us", "fewer than there should be"],
)
def test_the_address_is_the_one_that_our_own_proxy_saw(
    environment: Any, fresh: None, proxies: str, address: str
) -> None:
    app = build_app(environment(BOT_PROXIES=proxies))
    headers = Header({"x-forwarded-for": SENT, "x-real-ip": "198.51.100.9", "forwarded": "for=198.51.100.9"})
    request = Request(b"/webhooks/web/session", headers, "1.1", "POST", None, app)  # type: ignore[arg-type]
    # empty: the server takes the address of the connection
    assert request.remote_addr == address


@pytest.mark.parametrize("value", ["-1", "4", "one"])
def test_an_impossible_number_is_refused_by_name(environment: Any, value: str) -> None:
    with pytest.raises(SettingsError, match="BOT_PROXIES: "):
        environment(BOT_PROXIES=value)
