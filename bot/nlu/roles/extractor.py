"""Rasa component: the numbers of a message as entities with roles, and the case that they tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.case.amounts import is_list_number
from bot.nlu.case.assemble import assemble
from bot.nlu.case.clauses import Place
from bot.nlu.case.words import CASE_WORDS_FILE, found_this_year
from bot.nlu.context import Found
from bot.nlu.entities import FOUND, as_entity, entity_finder
from bot.nlu.message import MessageText, read_message
from bot.nlu.roles.model import NONE, Annotated, Roled, RoleModel, said_before
from bot.nlu.text import SPELLINGS_FILE
from bot.nlu.vocabulary import VOCABULARY_FILE, fingerprint
from bot.settings import settings

MARKED = "marked_roles"
"""Property of an example whose numbers are marked; it teaches no intent (bot/examples.py)."""
CASE = "case"
"""Message property: what the message tells of a case, as plain data (`bot.nlu.case.types.Case`)."""
BEFORE = "before"
"""Key of a message's metadata: what was said just before it."""
NLU = Path(__file__).parents[1]
MODEL_FILE = "roles.crfsuite"
ENTITY_OF: Mapping[str, Tuple[str, str]] = {
    **{f"date_{role}": ("date", role) for role in ("care", "receipt", "today", "enrol", "other")},
    **{"years_lapsed": ("years", "lapsed"), "years_repaid": ("years", "repaid")},
    **{"calendar_year": ("year", "calendar"), "study_year": ("year", "study")},
    **{"visit_ordinal": ("ordinal", ""), "visit_count": ("count", ""), "stay_days": ("days", ""), "age": ("age", "")},
    **{
        "grade": ("level", ""),
        "phone_or_id": ("number", "phone"),
        "other": ("number", "other"),
        NONE: ("number", "other"),
    },
}
"""Role of the model -> Rasa's entity and role; every other role is one of an `amount`."""
NUMBER_NAMES = ("amount", "years", "days", "age", "number")
"""Entities that a plain number can be."""
OWN_KINDS = {"date": "other", "percent": "", "ordinal": "", "count": ""}
"""Kinds of mention that are entities of their own whatever the role -> Rasa's role when the model's is none of theirs."""
ROLE_OF = {each: role for role, each in ENTITY_OF.items() if role != NONE}


def entity_of(role: str) -> Tuple[str, str]:
    """Rasa's entity and role for a role of the model."""
    return ENTITY_OF.get(role, ("amount", role))


def annotated(message: Message) -> Annotated:
    """A training example with marked numbers as the role model takes it."""
    marks = tuple(
        (mark["start"], mark["end"], ROLE_OF.get((mark["entity"], mark.get("role") or ""), mark.get("role") or "other"))
        for mark in message.get(ENTITIES, [])
    )
    return Annotated(message.get(TEXT), (message.get(METADATA) or {}).get(BEFORE, ""), marks)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class RoleExtractor(GraphComponent, EntityExtractorMixin):
    """Learns the roles of numbers from data/nlu/roles; sets amounts, dates, years, ordinals and counts, and the case."""

    def __init__(
        self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: Optional[RoleModel] = None
    ) -> None:
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._model = model

    @staticmethod
    def required_packages() -> List[str]:
        return ["sklearn_crfsuite"]

    @staticmethod
    def supported_languages() -> Optional[List[str]]:
        return ["zh"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        code = sorted(path for folder in ("roles", "mentions") for path in (NLU / folder).glob("*.py"))
        return fingerprint(VOCABULARY_FILE, SPELLINGS_FILE, CASE_WORDS_FILE, *code)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RoleExtractor:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the role model on the messages with marked numbers. Raises ValueError when there are none."""
        marked = [message for message in training_data.training_examples if message.get(MARKED)]
        self._model = RoleModel().fit([annotated(message) for message in marked])
        with self._model_storage.write_to(self._resource) as folder:
            (folder / MODEL_FILE).write_bytes(self._model.content)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RoleExtractor:
        """Load a trained model. Raises ValueError when the archive holds none."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, RoleModel((folder / MODEL_FILE).read_bytes()))

    def process(self, messages: List[Message]) -> List[Message]:
        assert self._model is not None, "the role extractor is used before it is trained or loaded"
        for message in messages:
            if not message.get(TEXT):
                continue
            read = read_message(message.get(TEXT))
            before = (message.get(METADATA) or {}).get(BEFORE, "")
            roled = self._model.roles(read.text, read.mentions, said_before(before))
            words = message.get(FOUND)
            words = entity_finder().find(read.normal) if words is None else words
            words = with_roles_of_grades(words, roled)
            message.set(FOUND, words)
            kept = [as_entity(one, read.normal) for one in [*words, *_deductible(read.text)]]
            kept += [number_entity(each, read) for each in roled if _is_told(each)]
            ordered = sorted(kept, key=lambda entity: (entity["start"], entity["end"]))
            message.set(ENTITIES, self.add_extractor_name(ordered), add_to_output=True)
            message.set(CASE, case_of(read, roled, words), add_to_output=True)
        return messages


def _deductible(text: str) -> List[Found]:
    """Words that say whether the yearly deductible is used up or unused."""
    for value, rule in (("full", "deductible_used_up"), ("none", "deductible_unused")):
        match = found_this_year(rule, text)
        if match:
            return [Found("deductible", value, match.start(), match.end())]
    return []


def _is_told(each: Roled) -> bool:
    """A grade is an entity of the vocabulary already; what is no number says nothing, unless it stands alone."""
    return each.mention.kind != "grade" and not (
        each.role == NONE and each.mention.unit == "money" and not each.mention.value
    )


def with_roles_of_grades(words: Sequence[Found], roled: Sequence[Roled]) -> List[Found]:
    """Grades that the role model finds denied become `denied`; those that are none (计算机二级) go."""
    kept = []
    for word in words:
        if word.entity not in ("level", "denied"):
            kept.append(word)
            continue
        role = next(
            (
                r.role
                for r in roled
                if r.mention.kind == "grade" and r.mention.start < word.end and r.mention.end > word.start
            ),
            "",
        )
        if word.entity == "denied" and role == "grade" and word.value.startswith("level="):
            kept.append(replace(word, entity="level", value=word.value.removeprefix("level=")))
        elif role == "denied" and word.entity == "level":
            kept.append(replace(word, entity="denied", value=f"level={word.value}"))
        elif role in ("", "grade", "denied", "rule"):
            kept.append(word)
    return kept


def _entity_and_role(each: Roled, text: str) -> Tuple[str, str]:
    """Rasa's entity and role: the form of a mention decides what it is, the model's role only what it does."""
    mention, (name, role) = each.mention, entity_of(each.role)
    if mention.kind == "year":
        study = text[mention.end : mention.end + 1] in ("级", "届")
        return "year", "denied" if each.role == "denied" else "study" if study else "calendar"
    if mention.kind in OWN_KINDS:
        return (
            (name, role)
            if name == mention.kind
            else (mention.kind, "denied" if each.role == "denied" else OWN_KINDS[mention.kind])
        )
    if name == "amount" and mention.unit not in ("", "money"):
        # 一年, 三天: what has another unit is no amount, whatever the words around it
        return "number", "other"
    return (name, role) if name in NUMBER_NAMES else ("number", "other")


def number_entity(each: Roled, read: MessageText) -> Dict[str, Any]:
    """A mention as an entity of Rasa: value, role, how sure it is, and what else it could be."""
    mention = each.mention
    first, last = read.normal.span_in_original(mention.start, mention.whole_end)
    name, role = ("number", "other") if is_list_number(read.text, mention) else _entity_and_role(each, read.text)
    entity: Dict[str, Any] = {
        "entity": name,
        "value": mention.value,
        "start": first,
        "end": last,
        "confidence_entity": round(each.probability, 3),
    }
    if role:
        entity.update(role=role, confidence_role=round(each.probability, 3))
    if mention.high:
        entity["high"] = mention.high
    if mention.about:
        entity["about"] = True
    if mention.unit:
        entity["unit"] = mention.unit
    return entity


def case_of(read: MessageText, roled: Sequence[Roled], words: Sequence[Found]) -> Dict[str, Any]:
    """What the message tells of a case, as plain data without what is empty."""
    places = [
        Place(word.entity, word.value, word.start, word.end) for word in words if word.entity in ("care", "level")
    ]
    told = assemble(read.text, roled, places, settings().today().year)
    return told.dict(exclude_defaults=True)
