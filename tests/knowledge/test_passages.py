"""Reading documents: every format is made here, with the library or byte by byte; no line of an official document."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import List, Sequence, Tuple

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from typer.testing import CliRunner

from bot.cli.knowledge import knowledge_app
from bot.knowledge.base import knowledge
from bot.knowledge.passages import MAX_CHARACTERS, Passage, UnreadableDocument, load_passages, read_passages

BOOK = knowledge().book


def write_docx(path: Path, body: str) -> Path:
    """The least that Word would open."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>')
    return path


def paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r><w:t>{text}</w:t></w:r></w:p>"


def write_pdf(path: Path, pages: Sequence[Sequence[str]], password: str = "") -> Path:
    """A PDF with one line of text below the other; a page without lines is like a scanned one."""
    writer = PdfWriter()
    font = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in _FONT})
    for lines in pages:
        page = writer.add_blank_page(300, 300)
        if lines:
            stream = DecodedStreamObject()
            shown = " ".join(f"({line}) Tj T*" for line in lines)
            stream.set_data(f"BT /F1 12 Tf 14 TL 20 250 Td {shown} ET".encode("ascii"))
            page[NameObject("/Contents")] = stream
            fonts = DictionaryObject({NameObject("/F1"): font})
            page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password)
    writer.write(path)
    return path


_FONT = (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica"))


def shown(passages: List[Passage]) -> List[Tuple[str, object, object]]:
    return [(passage.section, passage.lines, passage.page) for passage in passages]


def test_text_is_split_at_numbers_and_keeps_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(
        "校医院通知\n\n1. 夜里能看病吗？\n能。\n1.先挂号。\n\n一、时间\n每天。\n（一）周末\n休息。\n"
        "Q1 远吗\n不远。\nSTEP 1 出门\n走。\n",
        "utf-8",
    )
    passages = read_passages(path, BOOK)
    assert shown(passages) == [
        ("正文", (1, 1), None),
        ("1. 夜里能看病吗？", (3, 5), None),
        ("一、时间", (7, 8), None),
        ("一、时间（一）", (9, 10), None),
        ("Q1 远吗", (11, 12), None),
        ("STEP 1 出门", (13, 14), None),
    ]
    assert {(passage.document, passage.title) for passage in passages} == {("notice", "notice")}
    assert passages[1].text == "1. 夜里能看病吗？\n能。\n1.先挂号。"


def test_a_title_after_a_wide_gap_ends_the_chapter_before(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("一、时间\n每天。\n\n\n\n写给新同学的信\n\n你好。\n\n\n\n这一句只是换了页。\n", "utf-8")
    assert [passage.section for passage in read_passages(path, BOOK)] == ["一、时间", "写给新同学的信"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_give_the_same(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(f"一、校医院{end}周末休息。{end}".encode(encoding))
    (passage,) = read_passages(path, BOOK)
    assert (passage.text, passage.lines) == ("一、校医院\n周末休息。", (1, 2))


def test_markdown_headings(tmp_path: Path) -> None:
    path = tmp_path / "a.MD"
    path.write_text("# 校医院\n开门。\n\n## 夜间\n关门。\n", "utf-8")
    assert shown(read_passages(path, BOOK)) == [("校医院", (1, 2), None), ("夜间", (4, 5), None)]


def test_docx_headings_and_table_rows(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("级别", "一级"))
    body = (
        paragraph("开头")
        + paragraph("校医院", "Heading1")
        + paragraph("开门。")
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    )
    passages = read_passages(write_docx(tmp_path / "a.docx", body), BOOK)
    assert [(passage.section, passage.text) for passage in passages] == [
        ("正文", "开头"),
        ("校医院", "校医院\n开门。\n级别 | 一级"),
    ]
    assert passages[0].lines is None and passages[0].page is None


def test_pdf_pages(tmp_path: Path) -> None:
    passages = read_passages(write_pdf(tmp_path / "a.pdf", [["Q1 Open at night?", "No."], ["At weekends"]]), BOOK)
    assert shown(passages) == [("Q1 Open at night?", None, 1), ("Q1 Open at night?", None, 2)]
    assert passages[1].text == "At weekends"


def test_long_text_is_cut_at_sentences_and_nothing_is_lost(tmp_path: Path) -> None:
    text = "校医院周末不开门。" * 200 + "无" * 1500
    (tmp_path / "a.txt").write_text(f"一、时间\n{text}\n", "utf-8")
    passages = read_passages(tmp_path / "a.txt", BOOK)
    assert max(len(passage.text) for passage in passages) <= MAX_CHARACTERS
    assert "".join(passage.text for passage in passages).replace("\n", "") == f"一、时间{text}"
    assert all(passage.text.endswith("。") for passage in passages[:2])
    assert passages[-1].lines == (2, 2)


def test_known_documents_have_their_id_and_title(documents: Path) -> None:
    passages, faults = load_passages(documents, BOOK)
    assert faults == []
    assert {passage.document for passage in passages} == set(BOOK.documents)
    for passage in passages:
        document = BOOK.documents[passage.document]
        physical = (documents / document.file).read_text("utf-8").split("\n")
        assert passage.lines and passage.title == document.title and len(passage.text) <= MAX_CHARACTERS
        first, last = passage.lines
        cited = "".join("".join(physical[first - 1 : last]).split())
        assert "".join(passage.text.split()) in cited


def broken(folder: Path, kind: str) -> Path:
    path = folder / kind
    if kind == "encrypted.pdf":
        return write_pdf(path, [["secret"]], password="p")
    if kind == "scan.pdf":
        return write_pdf(path, [[], []])
    if kind == "empty.docx":
        return write_docx(path, "")
    if kind == "cut.pdf":
        whole = write_pdf(path, [["text"]]).read_bytes()
        path.write_bytes(whole[: len(whole) // 3])
    elif kind == "cut.docx":
        path.write_bytes(write_docx(path, paragraph("text")).read_bytes()[:300])
    elif kind == "zip.docx":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "a")
    elif kind == "absent.txt":
        pass
    else:
        path.write_bytes(
            {
                "empty.txt": b"",
                "blank.md": b" \n\n",
                "utf16.txt": "医".encode("utf-16") + b"\xff",
                "nul.txt": b"a\0b",
                "words.pdf": b"no pdf",
                "words.docx": b"no docx",
                "zero.pdf": b"",
                "old.doc": b"a",
                "none": b"a",
            }[kind]
        )
    return path


@pytest.mark.parametrize(
    "kind, words",
    [
        ("encrypted.pdf", "encrypted"),
        ("scan.pdf", "OCR"),
        ("cut.pdf", "broken"),
        ("words.pdf", "broken"),
        ("zero.pdf", "broken"),
        ("cut.docx", "broken"),
        ("zip.docx", "broken"),
        ("words.docx", "broken"),
        ("empty.docx", "empty"),
        ("empty.txt", "empty"),
        ("blank.md", "empty"),
        ("utf16.txt", "UTF-8 nor GB18030"),
        ("nul.txt", "NUL"),
        ("old.doc", ".txt, .md, .docx, .pdf"),
        ("none", ".txt, .md, .docx, .pdf"),
        ("absent.txt", "cannot be read"),
    ],
)
def test_unreadable_files_say_why_in_one_line(tmp_path: Path, kind: str, words: str) -> None:
    path = broken(tmp_path, kind)
    with pytest.raises(UnreadableDocument) as caught:
        read_passages(path, BOOK)
    assert words in str(caught.value) and str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_gives_what_can_be_read_and_the_faults(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# 校医院\n开门。\n", "utf-8")
    (tmp_path / "picture.png").write_bytes(b"x")
    scan = broken(tmp_path, "scan.pdf")
    passages, faults = load_passages(tmp_path, BOOK)
    assert [passage.document for passage in passages] == ["good"]
    assert [fault.path for fault in faults] == [scan]


def test_import_counts_passages_and_fails_with_one_line_a_file(tmp_path: Path) -> None:
    good, scan = tmp_path / "good.md", broken(tmp_path, "scan.pdf")
    good.write_text("# 校医院\n开门。\n", "utf-8")
    runner = CliRunner()
    done = runner.invoke(knowledge_app, ["import", str(scan), str(good)])
    assert done.exit_code == 1
    assert f"{good}: 1 passages" in done.output.splitlines() and "OCR" in done.output
    assert len(done.output.splitlines()) == 2
    assert runner.invoke(knowledge_app, ["import", str(good)]).exit_code == 0
