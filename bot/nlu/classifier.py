"""Rasa components that set the intent: rules first, then the open-set intent model."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.dialogues import load_dialogues
from bot.nlu.intent_model import Decision, IntentModel, Thresholds
from bot.nlu.patterns import PATTERNS_FILE, load_patterns
from bot.nlu.questions import Part, is_numbered, split_questions
from bot.nlu.roles.extractor import MARKED
from bot.nlu.siblings import of_bare_facts, settle
from bot.nlu.text import comparable
from bot.nlu.vocabulary import fingerprint
from bot.settings import KNOWLEDGE

logger = logging.getLogger(__name__)

ROUTE = "route"
"""Message property: urgent | chat | inform | answer | several | offer | decline."""
QUESTIONS = "questions"
"""Message property of the route `several`: text, intent and entities of each question."""
FOREIGN_ENTITIES = ("other_insurance", "other_place")
"""Entities that alone say nothing about the student."""
SHORTEST_URGENT = 7
"""Characters from which the classifier may find a message urgent; shorter ones are for the rules (想死), or 昨天 is one."""
SEVERAL = "several_questions"
"""Intent of a message that asks two or three things which are understood each for itself."""
INFORM = "inform"
BILLED = {"amount", "level"}
"""Entities that tell a case of the student's."""
"""Intent of a message that only gives facts (三甲，八百块): nothing is left of it without its entities."""


def _set_intent(message: Message, intent: str, confidence: float, route: str, ranking: List[Dict[str, Any]]) -> None:
    message.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
    message.set(ROUTE, route, add_to_output=True)


@lru_cache(maxsize=1)
def _titles() -> Dict[str, str]:
    """What stands on the buttons of calculations -> their intents: most have no examples of their own."""
    return {comparable(dialogue.title): intent for intent, dialogue in load_dialogues().items()}


def _only_facts(message: Message) -> bool:
    """Whether nothing but filler words is left of the message once its entities are taken away.

    A kind of care beside a circumstance and without a bill asks what follows from it (急诊没带卡).
    """
    text, entities = message.get(TEXT), message.get("entities") or []
    named = {entity["entity"] for entity in entities}
    if {"care", "gate"} <= named and not named & BILLED:
        return False
    rest = [char for index, char in enumerate(text) if not any(e["start"] <= index < e["end"] for e in entities)]
    ours = [entity for entity in entities if entity["entity"] not in FOREIGN_ENTITIES]
    return bool(ours) and load_patterns().is_filler("".join(rest))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RuleClassifier(GraphComponent, IntentClassifier):
    """Emergencies, crises, whole-message chat, and messages that only give facts."""

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        return fingerprint(PATTERNS_FILE, KNOWLEDGE / "dialogues.yml")

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RuleClassifier:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if not message.get(TEXT):
                continue
            decided = load_patterns().decide(message.get(TEXT))
            if decided is None:
                titled = _titles().get(comparable(message.get(TEXT)))
                decided = (titled, "answer") if titled else None
                if titled:
                    # the words of a button are not the student's: 算算低保、重残能补多少 says of neither that he is it
                    message.set(ENTITIES, [], add_to_output=True)
            if decided is None and _only_facts(message):
                special = of_bare_facts(message.get("entities"), message.get(TEXT), load_dialogues())
                decided = (special, "answer") if special else (INFORM, INFORM)
            if decided:
                intent, route = decided
                _set_intent(message, intent, 1.0, route, [{INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}])
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class OpenSetClassifier(GraphComponent, IntentClassifier):
    """Rasa's face of `IntentModel`: ranks the intents and decides to answer, to offer a choice or to decline."""

    @staticmethod
    def required_packages() -> List[str]:
        return ["sklearn"]

    @staticmethod
    def supported_languages() -> Optional[List[str]]:
        return ["zh"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {
            # intents that are not ours; one of them is given when the gate declines
            "foreign_intents": [],
            # intents that only short messages can have, and how many characters are short
            "short_intents": [],
            "short_limit": 6,
            # probability of being ours below which a message is declined, and below which it is met with an offer
            # (docs/evaluation.md, cross-validated)
            "decline": Thresholds.decline,
            "doubt": Thresholds.doubt,
            # distance of the two best intents below which up to three are offered (docs/evaluation.md)
            "margin": Thresholds.margin,
            # intents that go before everything, and the probability from which a message is one of them: a false alarm
            # costs a sentence, a miss perhaps a life
            "urgent_intents": [],
            "urgent": 0.15,
            # distance to the next intent from which a part of a message counts as a question of its own
            "part_margin": 0.3,
            # how many intents the ranking lists
            "ranking_length": 5,
        }

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[IntentModel] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> OpenSetClassifier:
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Raises InvalidConfigException: a threshold outside 0 to 1, or a length below 1."""
        for key in ("decline", "doubt", "margin", "urgent", "part_margin"):
            if not 0 <= config[key] <= 1:
                raise InvalidConfigException(
                    f"OpenSetClassifier: {key} is {config[key]}; it takes a number from 0 to 1"
                )
        for key in ("short_limit", "ranking_length"):
            if config[key] < 1:
                raise InvalidConfigException(f"OpenSetClassifier: {key} is {config[key]}; it takes a number from 1")

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the intent examples and store it.

        Raises InvalidConfigException: a configured intent has no examples; ValueError: too few examples of an intent.
        """
        examples = [
            (e.get(TEXT), e.get(INTENT)) for e in training_data.intent_examples if e.get(TEXT) and not e.get(MARKED)
        ]
        named = [name for key in ("foreign_intents", "short_intents", "urgent_intents") for name in self._config[key]]
        unknown = set(named) - {intent for _, intent in examples}
        if unknown:
            raise InvalidConfigException(f"OpenSetClassifier: no examples in data/nlu for {sorted(unknown)}")
        model = IntentModel(
            self._config["foreign_intents"],
            self._config["short_intents"],
            self._config["short_limit"],
            Thresholds(**{name: self._config[name] for name in ("decline", "doubt", "margin")}),
        )
        self._model = model.fit([text for text, _ in examples], [intent for _, intent in examples])
        self.persist()
        return self._resource

    def persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / "intent_model.joblib", compress=3)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> OpenSetClassifier:
        """Load a trained model. Raises ValueError when the model holds none: an untrained classifier never answers."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "intent_model.joblib"))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(ROUTE):
                continue
            if not message.get(TEXT):
                _set_intent(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, 1.0, "decline", [])
                continue
            assert self._model is not None, "the classifier is used before it is trained or loaded"
            decision = self._model.decide(message.get(TEXT))
            exact = self._model.known(message.get(TEXT))
            if exact:
                self._apply(decision, message, exact, "answer")
                continue
            urgent = self._urgent(decision, message.get(TEXT))
            if urgent:
                self._apply(decision, message, urgent, "urgent")
                continue
            several = self._several(message)
            if several:
                message.set(QUESTIONS, several, add_to_output=True)
                self._apply(decision, message, SEVERAL, "several")
                continue
            entities = message.get("entities") or []
            self._apply(decision, message, *self._settled(decision, entities, message.get(TEXT)))
        return messages

    def _settled(self, decision: Decision, entities: List[Dict[str, Any]], text: str) -> Tuple[str, str]:
        return settle(decision, entities, text, set(self._config["foreign_intents"]), load_dialogues())

    def _several(self, message: Message) -> List[Dict[str, Any]]:
        """The questions of a message that asks more than one thing; empty for all others."""
        parts = split_questions(message.get(TEXT))
        if len(parts) < 2:
            return []
        numbered = is_numbered(message.get(TEXT))
        questions = [question for part in parts if (question := self._question(part, message, numbered=numbered))]
        distinct = {question["intent"]: question for question in reversed(questions)}
        return list(reversed(distinct.values())) if len(distinct) > 1 else []

    def _question(self, part: Part, message: Message, *, numbered: bool) -> Optional[Dict[str, Any]]:
        """What a part of a message asks, None when it is not clear by itself; a numbered one needs less to be a question."""
        assert self._model is not None
        entities = [e for e in message.get("entities") or [] if part.start <= e["start"] and e["end"] <= part.end]
        decision = self._model.decide(part.text)
        intent, route = self._settled(decision, entities, part.text)
        foreign_or_chat = {*self._config["foreign_intents"], *self._config["short_intents"]}
        if numbered and route == "offer":
            intent, route = decision.ranking[0][0], "answer"
        clear = route == "answer" and (numbered or decision.margin >= self._config["part_margin"])
        if not clear or intent in foreign_or_chat:
            return None
        return {"text": part.text, "intent": intent, "entities": entities}

    def _urgent(self, decision: Decision, text: str) -> Optional[str]:
        """The urgent intent that a message may have, unless it asks about money around an emergency that is over."""
        if len(text) < SHORTEST_URGENT:
            return None
        probable = [name for name, score in decision.ranking if score >= self._config["urgent"]]
        found = next((name for name in probable if name in self._config["urgent_intents"]), None)
        return None if found and load_patterns().is_excused(found, text) else found

    def _apply(self, decision: Decision, message: Message, intent: str, route: str) -> None:
        ranking = [
            {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: score}
            for intent, score in decision.ranking[: self._config["ranking_length"]]
        ]
        if intent in self._config["foreign_intents"]:
            route = "decline"
        name = DEFAULT_NLU_FALLBACK_INTENT_NAME if route == "offer" else intent
        _set_intent(message, name, decision.confidence, route, ranking)
