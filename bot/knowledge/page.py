"""docs/knowledge.md: every answer by city and topic, for somebody who does not program. Generated, with a check."""

from __future__ import annotations

from typing import Iterator, List, Optional

from bot.knowledge.base import CityAnswer, Knowledge, Situation
from bot.knowledge.coverage import load_inventory, statements
from bot.knowledge.render import cite, place
from bot.knowledge.topics import CITIES, CITY_NAMES, Topic
from bot.policy.parameters import COHORT_TITLES
from bot.settings import KNOWLEDGE

HEAD = """# 知识总览

这一页由 `bot knowledge page` 生成，请不要手改；要改答案，请改 `knowledge/` 里的主题文件。
每个答案按它有效期的最后一天写出。"""


def page(known: Knowledge) -> str:
    """The whole page in Markdown."""
    lines: List[str] = [HEAD]
    for city in CITIES:
        lines.append(f"## {CITY_NAMES[city]}\n\n" + "\n".join(_contents(known, city)))
        for topic in known.topics[city].values():
            lines += _section(known, topic)
    lines += _conflicts(known)
    return "\n\n".join(lines) + "\n"


def _contents(known: Knowledge, city: str) -> Iterator[str]:
    for topic in known.topics[city].values():
        yield f"- [{topic.title}](#{city}-{topic.id})"


def _section(known: Knowledge, topic: Topic) -> Iterator[str]:
    yield f'<a id="{topic.city}-{topic.id}"></a>\n### {topic.title}'
    yield f"`{topic.id}` · 有效期 {topic.valid.first} 至 {topic.valid.last}"
    yield from _answer(known, topic, None)
    yield from _statements(known, topic)
    for cohort in topic.cohorts:
        yield f"**{COHORT_TITLES.get(cohort, cohort)}**"
        yield from _answer(known, topic, cohort)


def _statements(known: Knowledge, topic: Topic) -> Iterator[str]:
    """Where each statement of the answer stands."""
    rows = statements(known, load_inventory(KNOWLEDGE), topic.city, topic.id)
    if rows:
        yield "逐条出处：\n\n" + "\n".join(f"- {row.text}：{place(row, known)}" for row in rows)


def _answer(known: Knowledge, topic: Topic, cohort: Optional[str]) -> Iterator[str]:
    valid = topic.variant(cohort).valid or topic.valid
    situation = Situation(today=valid.last, city=topic.city, cohort=cohort)
    answer: CityAnswer = known.answer(topic.id, situation).cities[0]
    yield f"短答：{answer.short}"
    if answer.full and answer.full != answer.short:
        yield f"详答：{answer.full}"
    if answer.steps:
        yield "\n".join(f"{number}. {step}" for number, step in enumerate(answer.steps, 1))
    if answer.conflicts:
        yield "\n".join(f"> 注意：{sentence}" for sentence in answer.conflicts)
    yield cite(answer.citations, known.book)


def _conflicts(known: Knowledge) -> Iterator[str]:
    yield "## 文件之间说法不一致的地方"
    for conflict in known.book.conflicts.values():
        yield f"- **{conflict.id} {conflict.title}**：{conflict.say}"
