"""Load goes to this machine only: nobody else's server is put under it, not even by a slip."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


class NotThisMachine(ValueError):
    """The address is not one of this machine."""


def require_loopback(url: str) -> str:
    """The address itself. By number only: a name may lead anywhere.

    Raises NotThisMachine.
    """
    parts = urlsplit(url)
    try:
        allowed = parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        allowed = False
    if not allowed:
        raise NotThisMachine(f"{url}: load is put on this machine only, for example http://127.0.0.1:5005")
    return url.rstrip("/")
