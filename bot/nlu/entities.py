"""Rasa component: the entities of a message, from the vocabulary (spaCy matcher) and from its numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Dict, List, Optional

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

from bot.nlu.normalizer import normal_text
from bot.nlu.quantities import find_quantities
from bot.nlu.text import NormalText
from bot.nlu.vocabulary import VOCABULARY_FILE, fingerprint, load_vocabulary

_TREATMENT = re.compile(r"ct|核磁|b超|胃镜|肠镜|拍片|化验|验血|输液|打针|挂水|吊瓶|缝针|拔牙|补牙|手术|押金|检查|药费|换药|看牙")
SMALLEST_BARE_BILL = 20
"""Yuan; smaller bare numbers are ordinals, days, choices."""
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

    def find(self, normal: NormalText) -> List[Dict[str, Any]]:
        """Entities with offsets in the message as typed, ordered by position; the longest spelling wins."""
        if not normal.text:
            return []
        doc = self._nlp.make_doc(normal.text)
        spans = filter_spans(self._matcher(doc, as_spans=True))
        found = [
            self._entity(span.label_, span.start_char, span.end_char, normal)
            for span in spans
            if not self._inside_a_name(normal.text, span.start_char, span.end_char)
        ]
        for quantity in find_quantities(normal.text):
            entity = self._entity(f"{quantity.kind}={quantity.value}", quantity.start, quantity.end, normal)
            found.append({**entity, "about": True} if quantity.about else entity)
        self._promote_bare_numbers(normal.text, found)
        return sorted(found, key=lambda entity: (entity["start"], entity["end"]))

    @staticmethod
    def _promote_bare_numbers(text: str, found: List[Dict[str, Any]]) -> None:
        """Beside a hospital level, a kind of care or a treatment, a bare number of some size is a bill (三乙，12000)."""
        if not ({"level", "care"} & {entity["entity"] for entity in found} or _TREATMENT.search(text)):
            return
        for entity in found:
            if entity["entity"] == "number" and Decimal(entity["value"]) >= SMALLEST_BARE_BILL:
                entity.update(entity="amount", value=f"{Decimal(entity['value']):.2f}")

    @staticmethod
    def _inside_a_name(text: str, start: int, end: int) -> bool:
        return any(
            name in text and text.find(name) <= start and end <= text.find(name) + len(name) for name in _NOT_A_CITY
        )

    @staticmethod
    def _entity(label: str, start: int, end: int, normal: NormalText) -> Dict[str, Any]:
        """`label` is entity=value."""
        entity, value = label.split("=", 1)
        first, last = normal.span_in_original(start, end)
        return {"entity": entity, "value": value, "start": first, "end": last, "confidence_entity": 1.0}


@lru_cache(maxsize=1)
def entity_finder() -> EntityFinder:
    """The finder over the knowledge base's vocabulary."""
    return EntityFinder(load_vocabulary())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PolicyEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Sets the entities of each message: city, care, level, status, amount, admission, lapsed_years …"""

    @staticmethod
    def supported_languages() -> Optional[List[str]]:
        return ["zh"]

    @staticmethod
    def required_packages() -> List[str]:
        return ["spacy"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        return fingerprint(VOCABULARY_FILE)

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
            entities = self.add_extractor_name(entity_finder().find(normal_text(message)))
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
