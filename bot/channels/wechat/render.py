"""Replies as WeChat shows them: one text of at most 1,900 bytes, choices as links, 更多 for what does not fit. Pure.

WeChat cuts or refuses texts near 2,048 bytes. A link weixin://bizmsgmenu sends its text as if the user had typed it;
Android decodes that text twice, so % and + must not stand in it.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, List, Mapping, Sequence, Tuple
from urllib.parse import quote

LIMIT = 1_900
"""Bytes in UTF-8 of everything that one message shows."""
NOTICE = 300
"""Bytes kept free on each page for a line about another answer (`with_notice`)."""
PAGE = LIMIT - NOTICE
MAX_CHOICES = 8
MAX_TITLE = 24
"""Characters of a choice's title; longer ones are cut on the screen, and typed by their number."""
CHOICES = 1_000
"""Bytes that choices may take; the rest of them stand there with their number only."""
MORE, SHOW = "更多", "看结果"
_ADDRESS = r"https?://[!#-;=?-~]+"
_ATOM = re.compile(
    rf"<a [^>]*>[^<]*</a>|{_ADDRESS}|\n+|[^\n。！？；]+?(?=https?://|<a )|[^\n。！？；]*[。！？；]+[”’）」》]*|[^\n]+"
)
"""What is not cut while it fits a message: links, addresses, sentences."""
_FIGURES = re.compile(r"(?:[^\s，。：]+ [\d,.–]+ (?:元|个月|次|家)[，。]){2,}")
_FIGURE = re.compile(r"([^\s，。]+) ([\d,.–]+ (?:元|个月|次|家))[，。]")
_TAG = re.compile(r"<(?=[A-Za-z/!])")
_TWICE_DECODED = str.maketrans({"%": "％", "+": "＋"})
_IN_LINK = str.maketrans({"<": "＜", ">": "＞", "\n": " "})


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def link(shown: str, sent: str, tap: str) -> str:
    """A link that sends a text when it is tapped; `tap` comes back with it on most clients. Neither may be empty."""
    content = quote(sent.translate(_TWICE_DECODED), safe="")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={quote(tap, safe="")}">{_label(shown)}</a>'


def _label(text: str) -> str:
    return text.translate(_IN_LINK)


def pages(reply: Mapping[str, Any]) -> Tuple[str, ...]:
    """A reply of the assistant as messages: the first is shown, each 更多 shows the next. Never empty."""
    text = tidy(str(reply.get("text") or ""))
    behind = tidy(str((reply.get("custom") or {}).get("more") or ""))
    choices = choice_lines(reply.get("buttons") or [])
    more = "\n" + link(f"{MORE} ▸", MORE, "more")
    room = PAGE - size(choices) - size(more)
    first, *rest = split(text, room) or [""]
    rest += split(behind, PAGE - size(more))
    shown = [first + choices, *rest]
    return tuple(page + more if number < len(shown) else page for number, page in enumerate(shown, 1))


def tidy(text: str) -> str:
    """Plain text for a narrow screen: figures of a calculation one a line, no markup, nothing that looks like a tag."""
    lines = [_figures(line) for line in _TAG.sub("＜", text.replace("**", "")).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _figures(line: str) -> str:
    if not _FIGURES.fullmatch(line):
        return line
    return "\n".join(f"{label}：{figure}" for label, figure in _FIGURE.findall(line))


def choice_lines(buttons: Sequence[Mapping[str, str]]) -> str:
    """The choices, numbered, each a link while there is room; a number can always be typed."""
    lines: List[str] = []
    for number, button in enumerate(buttons[:MAX_CHOICES], 1):
        title = button["title"]
        line = f"{number}. {link(title, title, str(number))}"
        if len(title) > MAX_TITLE or size("\n".join([*lines, line])) > CHOICES - _bare(buttons, number):
            line = f"{number}. {_label(title[:MAX_TITLE])}"
        lines.append(line)
    return "\n\n点一下或回复数字：\n" + "\n".join(lines) if lines else ""


def _bare(buttons: Sequence[Mapping[str, str]], after: int) -> int:
    """Bytes that the choices after this one need at least."""
    return sum(size(button["title"][:MAX_TITLE]) + 4 for button in buttons[after:MAX_CHOICES])


def with_notice(page: str, notice: str) -> str:
    """A page with one more line, within the limit. Raises ValueError: the line is longer than what is kept free."""
    if size(notice) + 2 > NOTICE:
        raise ValueError(f"a notice may have {NOTICE - 2} bytes, this one has {size(notice)}")
    return f"{page}\n\n{notice}"


def split(text: str, limit: int) -> List[str]:
    """A text in parts of at most `limit` bytes, cut at sentences where possible, never inside a link or an address."""
    parts: List[str] = []
    current = ""
    for atom in _atoms(text, limit):
        if current and size((current + atom).rstrip()) > limit:
            parts.append(current)
            current = atom.lstrip("\n")
        else:
            current += atom
    return [part.strip("\n").rstrip() for part in [*parts, current] if part.strip()]


def _atoms(text: str, limit: int) -> Iterator[str]:
    for match in _ATOM.finditer(text):
        atom = match.group()
        if size(atom) <= limit:
            yield atom
        else:
            yield from _slices(atom, limit)


def _slices(atom: str, limit: int) -> Iterator[str]:
    """A sentence that is longer than a whole message, in pieces between characters."""
    piece = ""
    for sign in atom:
        if size(piece) + size(sign) > limit:
            yield piece
            piece = ""
        piece += sign
    yield piece
