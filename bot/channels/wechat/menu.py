"""The account's menu: read from a file, checked, and in the form that WeChat takes. Pure but for reading the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence

import yaml

from bot.channels.wechat.events import ASK_PREFIX

DEFAULT = Path(__file__).with_name("menu.yml")
MAX_BUTTONS, MAX_SUB = 3, 5
MAX_NAME, MAX_SUB_NAME = 16, 60
"""Bytes of a name on the first and on the second level."""
MAX_KEY = 128
"""Bytes of what a button sends."""


class MenuError(ValueError):
    """A menu that WeChat would refuse; the message names every fault."""


def load_menu(path: Path = DEFAULT) -> Sequence[Mapping[str, Any]]:
    """The buttons of a menu file. Raises MenuError."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MenuError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, list) or not 1 <= len(found) <= MAX_BUTTONS:
        raise MenuError(f"{path} must be a list of 1 to {MAX_BUTTONS} buttons")
    faults = [fault for button in found for fault in _faults(button, MAX_NAME, top=True)]
    if faults:
        raise MenuError(f"{path}: {'; '.join(faults)}")
    return found


def _faults(button: Any, longest: int, *, top: bool) -> Iterator[str]:
    if not isinstance(button, dict) or not isinstance(button.get("name"), str):
        yield f"{button!r} has no name"
        return
    name = button["name"]
    if len(name.encode()) > longest:
        yield f"{name}: a name may have {longest} bytes, this one has {len(name.encode())}"
    given = [key for key in ("sub", "ask", "url") if button.get(key)]
    if len(given) != 1 or set(button) - {"name", *given} or (given == ["sub"] and not top):
        yield f"{name}: needs one of ask, url" + (", sub" if top else "")
    elif given == ["sub"]:
        below = button["sub"]
        if not isinstance(below, list) or len(below) > MAX_SUB:
            yield f"{name}: sub must be a list of at most {MAX_SUB} buttons"
        else:
            yield from (fault for each in below for fault in _faults(each, MAX_SUB_NAME, top=False))
    elif not isinstance(button[given[0]], str) or len((ASK_PREFIX + button[given[0]]).encode()) > MAX_KEY:
        yield f"{name}: {given[0]} must be a text of at most {MAX_KEY} bytes"


def questions(menu: Sequence[Mapping[str, Any]]) -> List[str]:
    """Every question that a menu asks."""
    every = [each for button in menu for each in button.get("sub", [button])]
    return [each["ask"] for each in every if "ask" in each]


def as_wechat(menu: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """The body of menu/create."""
    return {"button": [_button(each) for each in menu]}


def _button(button: Mapping[str, Any]) -> Dict[str, Any]:
    if "sub" in button:
        return {"name": button["name"], "sub_button": [_button(each) for each in button["sub"]]}
    if "url" in button:
        return {"type": "view", "name": button["name"], "url": button["url"]}
    return {"type": "click", "name": button["name"], "key": ASK_PREFIX + button["ask"]}
