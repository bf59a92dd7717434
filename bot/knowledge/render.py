"""Answers of the knowledge base as replies: short first, then how far they hold and what they rest on."""

from __future__ import annotations

from datetime import date
from typing import List, Sequence

from bot.knowledge.base import Answer, CityAnswer, Knowledge
from bot.knowledge.coverage import Statement
from bot.knowledge.search import PassageHit
from bot.knowledge.statements import Ranked
from bot.knowledge.topics import CITY_NAMES
from bot.policy.book import Citation, PolicyBook
from bot.reply import Card, Reply, Suggestion

HOTLINE = "12393"
"""Medical insurance hotline: sh-qa-2025 问题14; for texts that are no topic (apologies, refusals)."""
DETAILS = Suggestion(title="说详细一点", message="说详细一点")
MAX_SUGGESTIONS = 4
MAX_STATEMENTS = 8


def cite(citations: Sequence[Citation], book: PolicyBook) -> str:
    """The line that names document, section and lines; sections of one document stand together."""
    by_document: dict[str, List[str]] = {}
    for citation in citations:
        first, last = citation.lines
        lines = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        entry = f"{citation.section}（{lines}）"
        if entry not in by_document.setdefault(citation.document, []):
            by_document[citation.document].append(entry)
    return "依据：" + "；".join(
        f"《{book.documents[name].title}》" + "、".join(parts) for name, parts in by_document.items()
    )


def place(statement: Statement, knowledge: Knowledge) -> str:
    """Document and lines of one statement."""
    first, last = statement.lines
    lines = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
    return f"《{knowledge.book.documents[statement.document].title}》{lines}"


def render_sources(rows: Sequence[Statement], knowledge: Knowledge) -> Reply:
    """Where the statements of an answer stand, at most eight of them."""
    lines = ["这一条答案的依据，逐条是："]
    lines += [f"· {row.text}：{place(row, knowledge)}" for row in rows[:MAX_STATEMENTS]]
    if len(rows) > MAX_STATEMENTS:
        lines.append(f"另外还有 {len(rows) - MAX_STATEMENTS} 条，出自同样的章节。")
    return Reply(text="\n".join(lines))


def year_note(year: int) -> str:
    """What is said when today lies after the documents' time."""
    return f"以上按 {year} 年度的文件；更新的规定文件里没有，办理前请拨 {HOTLINE} 核实。"


def place_short(citations: Sequence[Citation], book: PolicyBook) -> str:
    """Document and section of an answer on one line; lines and further sections stand in `cite`."""
    first = citations[0]
    others = len({(c.document, c.section) for c in citations}) - 1
    return f"依据：《{book.documents[first.document].title}》{first.section}" + (
        f"等 {others + 1} 处" if others else ""
    )


def _brief_lines(answer: CityAnswer, book: PolicyBook) -> List[str]:
    lines = [answer.short, *(f"注意：{sentence}" for sentence in answer.conflicts)]
    if answer.lapsed_year:
        lines.append(year_note(answer.lapsed_year))
    return [*lines, place_short(answer.citations, book)]


def _more_lines(answer: CityAnswer, book: PolicyBook) -> List[str]:
    return [*(f"{number}. {step}" for number, step in enumerate(answer.steps, 1)), cite(answer.citations, book)]


def _detailed_lines(answer: CityAnswer, book: PolicyBook) -> List[str]:
    lines = [answer.full or answer.short, *(f"{number}. {step}" for number, step in enumerate(answer.steps, 1))]
    lines += [f"注意：{sentence}" for sentence in answer.conflicts]
    if answer.lapsed_year:
        lines.append(year_note(answer.lapsed_year))
    return [*lines, cite(answer.citations, book)]


def _both_lines(answer: Answer, book: PolicyBook) -> List[str]:
    lines: List[str] = []
    for city in answer.cities:
        lines.append(f"【{CITY_NAMES[city.city]}】{city.short}")
        if city.lapsed_year:
            lines.append(year_note(city.lapsed_year))
        lines.append(place_short(city.citations, book))
    missing = [name for name in CITY_NAMES if name not in {city.city for city in answer.cities}]
    lines += [f"【{CITY_NAMES[name]}】手头的文件没有写这一点，请问学校或拨 {HOTLINE}。" for name in missing]
    return lines


def render(
    answer: Answer,
    knowledge: Knowledge,
    *,
    city: str | None = None,
    detailed: bool = False,
    beside: Sequence[Suggestion] = (),
    lead: Sequence[str] = (),
    also: Sequence[str] = (),
) -> Reply:
    """The reply to an answer of any status.

    `beside`: what else the question may have meant; `lead`, `also`: statements on what was asked,
    before and after the short answer.
    """
    if answer.status == "unknown_topic":
        raise ValueError(f"no topic {answer.topic!r} in knowledge/; the intent has no answer file")
    if answer.status == "silent":
        return _silent(answer, city or "")
    if answer.status == "both_cities":
        text = "\n".join(_both_lines(answer, knowledge.book))
        return Reply(text=text, suggestions=city_choices(), card=_card(answer, knowledge))
    one = answer.cities[0]
    suggestions = [] if detailed or not one.full else [DETAILS]
    suggestions += [*beside, *(Suggestion(title=title, message=title) for _, title in one.next)]
    suggestions = list(dict.fromkeys(suggestions))
    lines = _detailed_lines(one, knowledge.book) if detailed else _brief_lines(one, knowledge.book)
    lines = [lines[0], *also, *lines[1:]]
    return Reply(
        text="\n".join([*lead, *lines]),
        more=None if detailed else "\n".join(_more_lines(one, knowledge.book)),
        suggestions=tuple(suggestions[:MAX_SUGGESTIONS]),
        card=_card(answer, knowledge),
    )


NOT_TOLD = "这一点文件没有写，请问学校医保老师或拨 " + HOTLINE + "。写到的相关内容："


def render_statements(
    answer: Answer, ranked: Sequence[Sequence[Ranked]], knowledge: Knowledge, *, is_told: bool = True
) -> Reply:
    """The statements that come nearest to a question on the last answer, of each city that was asked for.

    A statement of another topic stands under that topic's title, so that it is not taken for one on the last answer.
    `is_told`: whether any of them is about the very point; else that it is unwritten is said first.
    """
    lines: List[str] = [] if is_told else [NOT_TOLD]
    cited: List[Citation] = []
    for one, found in zip(answer.cities, ranked):
        texts = "\n".join(_by_topic(found, answer.topic, knowledge))
        lines.append(texts if len(answer.cities) == 1 else f"【{CITY_NAMES[one.city]}】{texts}")
        cited += [citation for each in found for citation in each.sentence.citations]
    if cited:
        lines.append(place_short(cited, knowledge.book))
    more = (DETAILS, Suggestion(title=answer.title, message=answer.title))
    return Reply(text="\n".join(lines), more=cite(cited, knowledge.book) if cited else None, suggestions=more)


def _by_topic(ranked: Sequence[Ranked], own: str, knowledge: Knowledge) -> List[str]:
    """The statements of each topic in one line, best topic first; those of another than `own` under its title."""
    lines: dict[str, str] = {}
    for each in ranked:
        topic, city = each.sentence.topic, each.sentence.city
        head = "" if topic == own else f"关于“{knowledge.title(topic, city)}”："
        lines[topic] = lines.get(topic, head) + each.sentence.text
    return list(lines.values())


def render_brief(answers: Sequence[Answer], knowledge: Knowledge, *, city: str | None = None) -> Reply:
    """Two or three topics in one bubble: the short answer of each under its title, the citations at the end."""
    lines: List[str] = []
    citations: List[Citation] = []
    for number, answer in enumerate(answers, 1):
        lines.append(f"{number}. {answer.title}")
        if answer.status == "silent":
            lines.append(f"手头的{CITY_NAMES[city or '']}文件没有写，请问学校或拨 {HOTLINE}。")
        for one in answer.cities:
            lines.append(one.short if len(answer.cities) == 1 else f"【{CITY_NAMES[one.city]}】{one.short}")
            lines += [f"注意：{sentence}" for sentence in one.conflicts]
            citations += one.citations[:1]
    lapsed = [one.lapsed_year for answer in answers for one in answer.cities if one.lapsed_year]
    if lapsed:
        lines.append(year_note(max(lapsed)))
    if citations:
        lines.append(cite(citations, knowledge.book))
    both = any(answer.status == "both_cities" for answer in answers)
    more = tuple(Suggestion(title=answer.title, message=answer.title) for answer in answers)
    return Reply(text="\n".join(lines), suggestions=city_choices() if both else more)


def city_choices() -> tuple[Suggestion, ...]:
    """Each city as a choice to tap."""
    return tuple(Suggestion(title=f"我在{name}", message=f"我在{name}") for name in CITY_NAMES.values())


def _silent(answer: Answer, city: str) -> Reply:
    other = next(name for key, name in CITY_NAMES.items() if key != city)
    return Reply(
        text=f"关于“{answer.title}”，手头的{CITY_NAMES[city]}文件没有写，我不能猜。请问学校医保老师或拨 {HOTLINE}。",
        suggestions=(Suggestion(title=f"换成{other}", message=f"{other}的呢"),),
    )


def render_passage(hit: PassageHit, book: PolicyBook, today: date) -> Reply:
    """A passage in the document's own words, with its place; it is said that this is no answer."""
    passage = hit.passage
    place = f"（第 {passage.page} 页）" if passage.page else ""
    if passage.lines:
        first, last = passage.lines
        place = f"（第 {first} 行）" if first == last else f"（第 {first}–{last} 行）"
    lines = [
        "这个问题我没有整理好的回答，文件里最接近的是这一段，不一定正好答你所问。",
        f"原文{'' if hit.excerpt == passage.text else '（节选）'}：{hit.excerpt}",
    ]
    document = book.documents.get(passage.document)
    if document and today > document.last_day:
        lines.append(year_note(document.last_day.year))
    lines.append(f"依据：《{passage.title}》{passage.section}{place}")
    return Reply(text="\n".join(lines), suggestions=(Suggestion(title="找老师问", message="转人工"),))


def _card(answer: Answer, knowledge: Knowledge) -> Card:
    return Card(
        kind="answer",
        data={
            "topic": answer.topic,
            "title": answer.title,
            "cities": [
                {
                    "city": city.city,
                    "short": city.short,
                    "full": city.full,
                    "steps": list(city.steps),
                    "table": city.table.dict() if city.table else None,
                    "conflicts": list(city.conflicts),
                    "lapsed_year": city.lapsed_year,
                    "citations": [
                        {**citation.dict(), "title": knowledge.book.documents[citation.document].title}
                        for citation in city.citations
                    ],
                }
                for city in answer.cities
            ],
        },
    )
