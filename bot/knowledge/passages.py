"""Documents as passages: text, Markdown, DOCX and PDF files split by section, each passage with its place."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Callable, Iterable, Iterator, List, Mapping, Optional, Tuple

from bot.policy.book import PolicyBook

MAX_CHARACTERS = 600
"""Longest text of a passage."""
MAX_HEADING = 30
"""Characters of a heading that name its section."""
GAP = 2
BODY = "正文"
"""Section of what stands before the first heading."""

_MARKDOWN = re.compile(r"#{1,6}\s+(?=\S)")
_CHAPTER = re.compile(
    r"\d{1,2}[.．、]\s*(?=\S.*[？?]$)"  # 7. 如何办理…？
    r"|[一二三四五六七八九十]{1,3}、(?=\S)"
    r"|[Qq]\d{1,2}(?=[\s.．、:：])"
    r"|STEP\s*\d{1,2}\b"
)
_ITEM = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)](?=\s*\S)")
_TITLE = re.compile(r"[^\t。，；：！？、,;:!?|]{5,24}")
"""A line that is a heading when at least GAP empty lines stand before it; else the chapter before would claim it."""
_SENTENCE = re.compile(r"[^。！？；!?;]*[。！？；!?;]+|[^。！？；!?;]+")
_PDF_ENCRYPTED = "is encrypted; save it without a password"
_PDF_SCANNED = "has no text layer (a scan?); it must be run through OCR first"


class UnreadableDocument(ValueError):
    """A file that gives no passages; the message is one line, for the person who brought the file."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = " ".join(reason.split())
        super().__init__(f"{path}: {self.reason}")


@dataclass(frozen=True)
class Passage:
    """A piece of one section of a document, as it stands there."""

    document: str
    """Id of a document of the knowledge; of any other file its name without the ending."""
    title: str
    section: str
    lines: Optional[Tuple[int, int]]
    """First and last line, counted from 1; None for DOCX and PDF."""
    page: Optional[int]
    """Page of a PDF, counted from 1."""
    text: str


@dataclass(frozen=True)
class _Line:
    text: str
    number: Optional[int] = None
    page: Optional[int] = None
    heading: bool = False
    """By its style; headings in words are found by their numbers."""


def read_passages(path: Path, book: PolicyBook) -> List[Passage]:
    """The passages of a file, in its order.

    Raises UnreadableDocument: unknown ending, broken, encrypted, without text, or in an unknown encoding.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise UnreadableDocument(path, f"has an unknown ending; allowed are {', '.join(_READERS)}")
    try:
        lines = read(path)
    except OSError as error:
        raise UnreadableDocument(path, f"cannot be read: {error.strerror or error}") from error
    known = next((document for document in book.documents.values() if document.file == path.name), None)
    document, title = (known.id, known.title) if known else (path.stem, path.stem)
    passages = [
        Passage(document, title, section, _span(piece), piece[0].page, "\n".join(line.text for line in piece))
        for section, lines_of_section in _sections(lines)
        for piece in _pieces(lines_of_section)
    ]
    if not passages:
        raise UnreadableDocument(path, "is empty")
    return passages


def load_passages(folder: Path, book: PolicyBook) -> Tuple[List[Passage], List[UnreadableDocument]]:
    """The passages of every file of a folder that has a supported ending, and the files that gave none."""
    passages: List[Passage] = []
    faults: List[UnreadableDocument] = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in _READERS:
            try:
                passages += read_passages(path, book)
            except UnreadableDocument as fault:
                faults.append(fault)
    return passages, faults


def _read_text(path: Path) -> List[_Line]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableDocument(path, "is neither UTF-8 nor GB18030 text; save it as UTF-8")
    if "\0" in text:
        raise UnreadableDocument(path, "is not a text file; it holds NUL bytes")
    markdown = path.suffix.lower() == ".md"
    lines = []
    # split at line feeds alone, so that the numbers are those of an editor; a form feed ends no line
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        mark = _MARKDOWN.match(line) if markdown else None
        lines.append(_Line(line[mark.end() if mark else 0 :].strip(), number, heading=bool(mark)))
    return lines


def _read_pdf(path: Path) -> List[_Line]:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it has to say is in the message of the fault
    content = BytesIO(path.read_bytes())
    try:
        reader = PdfReader(content)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument(path, _PDF_ENCRYPTED)
        pages = [page.extract_text() for page in reader.pages]
    except UnreadableDocument:
        raise
    except FileNotDecryptedError as error:
        raise UnreadableDocument(path, _PDF_ENCRYPTED) from error
    except Exception as error:  # a broken file can fail anywhere in the library
        raise UnreadableDocument(path, f"is no PDF or is broken ({type(error).__name__})") from error
    if not any(text.strip() for text in pages):
        raise UnreadableDocument(path, _PDF_SCANNED)
    return [_Line(line.strip(), page=page) for page, text in enumerate(pages, 1) for line in text.split("\n")]


def _read_docx(path: Path) -> List[_Line]:
    import mammoth

    content = BytesIO(path.read_bytes())
    try:
        html: str = mammoth.convert_to_html(content, convert_image=lambda image: [], external_file_access=False).value
    except Exception as error:  # a broken file can fail anywhere in the library
        raise UnreadableDocument(path, f"is no DOCX or is broken ({type(error).__name__})") from error
    blocks = _Blocks()
    blocks.feed(html)
    blocks.close()
    return blocks.lines


class _Blocks(HTMLParser):
    """The blocks of mammoth's HTML as lines; a row of a table is one line."""

    HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

    def __init__(self) -> None:
        super().__init__()
        self.lines: List[_Line] = []
        self._text = ""
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("td", "th"):
            self._cells += 1
            self._text += " | " if self._cells > 1 else ""
        elif tag == "br" or (tag == "li" and self._text):
            self._text += "\n"

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr" or (not self._cells and tag in ("p", "li", *self.HEADINGS)):
            self.lines += [_Line(part.strip(), heading=tag in self.HEADINGS) for part in self._text.split("\n")]
            self._text, self._cells = "", 0


_READERS: Mapping[str, Callable[[Path], List[_Line]]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".docx": _read_docx,
    ".pdf": _read_pdf,
}


def _short(heading: str) -> str:
    return heading if len(heading) <= MAX_HEADING else heading[:MAX_HEADING] + "…"


def _sections(lines: Iterable[_Line]) -> Iterator[Tuple[str, List[_Line]]]:
    """Lines by section and page; an item such as （二） belongs to the chapter before it."""
    chapter, section = "", BODY
    held: List[_Line] = []
    gap = 0
    for line in lines:
        gap, before = (0 if line.text else gap + 1), gap
        title = before >= GAP and _TITLE.fullmatch(line.text)
        starts = line.heading or title or _CHAPTER.match(line.text)
        item = None if starts else _ITEM.match(line.text)
        if held and (starts or item or line.page != held[0].page):
            yield section, held
            held = []
        if item:
            section = f"{chapter}{item.group()}" if chapter else _short(line.text)
        elif starts:
            chapter = section = _short(line.text)
        held.append(line)
    if held:
        yield section, held


def _pieces(lines: Iterable[_Line]) -> Iterator[List[_Line]]:
    """Lines with text, packed into pieces of at most MAX_CHARACTERS; a longer line is cut at its sentences."""
    piece: List[_Line] = []
    size = 0
    for line in (part for whole in lines if whole.text for part in _cut(whole)):
        if piece and size + 1 + len(line.text) > MAX_CHARACTERS:
            yield piece
            piece, size = [], 0
        size += len(line.text) + (1 if piece else 0)
        piece.append(line)
    if piece:
        yield piece


def _cut(line: _Line) -> List[_Line]:
    if len(line.text) <= MAX_CHARACTERS:
        return [line]
    parts = [""]
    for sentence in sentences(line.text):
        for start in range(0, len(sentence), MAX_CHARACTERS):
            part = sentence[start : start + MAX_CHARACTERS]
            if len(parts[-1]) + len(part) > MAX_CHARACTERS:
                parts.append("")
            parts[-1] += part
    return [_Line(part, line.number, line.page, line.heading) for part in parts if part]


def sentences(text: str) -> List[str]:
    """A text cut after each end of a sentence; joined they are the text again."""
    return _SENTENCE.findall(text)


def _span(piece: List[_Line]) -> Optional[Tuple[int, int]]:
    first, last = piece[0].number, piece[-1].number
    return (first, last) if first is not None and last is not None else None
