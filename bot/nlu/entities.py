"""Rasa component: the entities of a message that are words of the vocabulary, found by a spaCy matcher."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from bot.nlu.context import Found, assign_cities, drop_weak_care, mark_denied
from bot.nlu.normalizer import normal_text
from bot.nlu.text import SPELLINGS_FILE, NormalText
from bot.nlu.vocabulary import UNWRITTEN_FILE, VOCABULARY_FILE, fingerprint, load_vocabulary

FOUND = "found_words"
"""Message property: the words of the vocabulary with their places in the normal text."""
_STAY = re.compile(
    r"住(?:了|过|咗)?[\d一二两三四五六七八九十半几]{1,3}多?(?:天|晚|周|个?星期|个?月|次|回|趟)(?!宿舍|校)"
    r"|(?<![写寫标注])住(?:的|在|进|的是)?(?:[一二三123]级|三[甲乙])(?!宿舍)|住咗院|住进了?(?:医院|病房)|进了?病房|住病房"
)
"""A stay that is told without its name (住了三天)."""
WEAK_CARE = ("拿药", "开药", "配药", "挂号")
"""Words that mean an outpatient visit only when nothing else says what it was."""
# a place name inside the name of something else is not the student's city
_NOT_A_CITY = ("沪惠保", "兰州拉面", "上海迪士尼", "兰州牛肉面")


class EntityFinder:
    """Finds entities in a normal text. Pure: used by the component and by tests alike."""

    def __init__(self, vocabulary: Dict[str, Dict[str, Any]]) -> None:
        self._nlp = spacy.blank("zh")
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="ORTH")
        for entity, values in vocabulary.items():
            for value, spellings in values.items():
                self._matcher.add(f"{entity}={value}", [self._nlp.make_doc(spelling) for spelling in spellings])

    def find(self, normal: NormalText) -> List[Found]:
        """What the vocabulary finds in a normal text, by position; the longest spelling wins."""
        text = normal.text
        if not text:
            return []
        spans = filter_spans(self._matcher(self._nlp.make_doc(text), as_spans=True))
        named = [
            Found(*_entity_and_value(span.label_), span.start_char, span.end_char)
            for span in spans
            if not self._inside_a_name(text, span.start_char, span.end_char)
        ]
        if not any(one.entity == "care" and one.value in ("inpatient", "observation") for one in named):
            named += [Found("care", "inpatient", *match.span()) for match in [_STAY.search(text)] if match]
        named += _pronouns(text, named)
        named = assign_cities(text, drop_weak_care(text, mark_denied(text, named), WEAK_CARE))
        return sorted(named, key=lambda one: (one.start, one.end))

    @staticmethod
    def _inside_a_name(text: str, start: int, end: int) -> bool:
        return any(
            name in text and text.find(name) <= start and end <= text.find(name) + len(name) for name in _NOT_A_CITY
        )


_PRONOUNS = {
    "third": re.compile(r"(?<![其吉])[他她佢伊](?!们|们的)"),
    "first": re.compile(r"(?<!自)(?:我|俺|偶)(?!们|校|国)"),
}
"""Whom a pronoun means: somebody who is spoken of, or the student himself."""


def _pronouns(text: str, named: List[Found]) -> List[Found]:
    """The pronouns of a message that are no part of a word of the vocabulary (我弟)."""
    taken = {place for one in named for place in range(one.start, one.end)}
    found = ((value, match) for value, form in _PRONOUNS.items() for match in form.finditer(text))
    return [Found("person", value, *match.span()) for value, match in found if match.start() not in taken][:2]


def as_entity(one: Found, normal: NormalText) -> Dict[str, Any]:
    """An entity with offsets in the message as typed."""
    first, last = normal.span_in_original(one.start, one.end)
    entity = {"entity": one.entity, "value": one.value, "start": first, "end": last, "confidence_entity": 1.0}
    return {**entity, "role": one.role} if one.role else entity


def _entity_and_value(label: str) -> Tuple[str, str]:
    entity, value = label.split("=", 1)
    return entity, value


@lru_cache(maxsize=1)
def entity_finder() -> EntityFinder:
    """The finder over the knowledge base's vocabulary."""
    return EntityFinder(load_vocabulary())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PolicyEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Sets the entities of each message that are words: city, care, level, status …"""

    @staticmethod
    def supported_languages() -> Optional[List[str]]:
        return ["zh"]

    @staticmethod
    def required_packages() -> List[str]:
        return ["spacy"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        return fingerprint(VOCABULARY_FILE, UNWRITTEN_FILE, SPELLINGS_FILE)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PolicyEntityExtractor:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if not message.get(TEXT):
                continue
            normal = normal_text(message)
            found = entity_finder().find(normal)
            message.set(FOUND, found)
            entities = self.add_extractor_name([as_entity(one, normal) for one in found])
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
