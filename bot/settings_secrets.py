"""What is no secret: values that anybody would try first. Production refuses them (bot/settings.py). Pure."""

from __future__ import annotations

import ipaddress
import re
from typing import List, Optional
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

DISTINCT = 8
"""Different characters that a secret must have; 32 hexadecimal digits drawn by chance practically never have fewer."""
_PLACEHOLDER = re.compile(r"change.?me|example|password|placeholder|replace|secret|your.?key|示例|密钥", re.IGNORECASE)
_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
DEFAULT_PASSWORDS = frozenset(
    ("123456", "12345678", "admin", "campus", "changeme", "default", "example", "pass", "password", "postgres", "redis",
     "root", "secret", "test")
)
"""Passwords that images, documentation and lists of attackers begin with; compared in lower case, without - and _."""
_OTHER_WAYS = ("sslcert", "passfile")
"""Parameters of libpq that identify a client without a password in the address."""


def weakness(secret: str) -> Optional[str]:
    """What is wrong with a secret, None when nothing is."""
    if len(set(secret)) < DISTINCT:
        return f"has fewer than {DISTINCT} different characters"
    if _REPEATED.fullmatch(secret):
        return "repeats one piece"
    if _PLACEHOLDER.search(secret):
        return "is a placeholder"
    return None


def password_fault(url: str) -> Optional[str]:
    """What is wrong with the password of a database's address; None when nothing is, or the server is this machine."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    hosts = _hosts(parts, [*query.get("host", []), *query.get("hostaddr", [])])
    if all(map(_is_this_machine, hosts)) or any(name in query for name in _OTHER_WAYS):
        return None
    password = unquote(parts.password or "") or "".join(query.get("password", []))
    if not password:
        return "names a server without a password"
    guessed = {*DEFAULT_PASSWORDS, unquote(parts.username or "").lower(), parts.path.strip("/").lower()}
    if password.lower() in guessed or re.sub("[-_]", "", password.lower()) in guessed:
        return "has a password that anybody would try first"
    return None


def _hosts(parts: SplitResult, named: List[str]) -> List[str]:
    """The servers of an address: before its path, in its query, or none, which is the socket of this machine."""
    given = [*(parts.netloc.rpartition("@")[2].split(",")), *(one for each in named for one in each.split(","))]
    return [one for one in given if one]


def _is_this_machine(host: str) -> bool:
    """Whether a host (perhaps with a port) is the loopback interface or the folder of a socket."""
    name = host if host.startswith("/") else (urlsplit(f"//{host}").hostname or "")
    if name.startswith("/") or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
