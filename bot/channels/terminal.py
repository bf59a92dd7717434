"""Replies as lines of a terminal: the text, then the choices as numbers."""

from __future__ import annotations

from typing import Any, Mapping


def render(reply: Mapping[str, Any]) -> str:
    """One reply of a turn (text, what stands behind it, buttons) as text."""
    lines = [str(reply.get("text", ""))]
    more = (reply.get("custom") or reply.get("json_message") or {}).get("more")
    lines += [f"  {line}" for line in more.splitlines()] if more else []
    lines += [f"  [{number}] {button['title']}" for number, button in enumerate(reply.get("buttons") or [], 1)]
    return "\n".join(lines)
