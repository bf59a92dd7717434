"""Rasa component: what a message does in its talk, with the probability of each reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.reading.features import Context
from bot.nlu.reading.model import ReadingModel
from bot.nlu.reading.talks import load_talks, talk_files, with_complete
from bot.nlu.text import SPELLINGS_FILE
from bot.nlu.vocabulary import fingerprint

READINGS_KEY = "readings"
"""Message property: reading -> probability, likeliest first."""
SAID = "said"
"""Key of a message's metadata: the assistant's last reply."""
SAID_BEFORE = "said_before"
"""Key of a message's metadata: the student's previous message."""
MODEL_FILE = "readings.npz"


def context_of(metadata: Optional[Mapping[str, Any]]) -> Context:
    """The context that a message's metadata tell; what is missing or no text is empty."""
    values = metadata or {}
    said, before = (values.get(key) for key in (SAID, SAID_BEFORE))
    return Context(said if isinstance(said, str) else "", before if isinstance(before, str) else "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ReadingClassifier(GraphComponent, IntentClassifier):
    """Learns readings from data/talks; sets the property `readings` and leaves the intent alone."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[ReadingModel] = None,
    ) -> None:
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._model = model

    @staticmethod
    def required_packages() -> List[str]:
        return ["sklearn"]

    @staticmethod
    def supported_languages() -> Optional[List[str]]:
        return ["zh"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        code = sorted(Path(__file__).parent.glob("*.py"))
        return fingerprint(SPELLINGS_FILE, *talk_files(), *code)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ReadingClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the talks and store it. Raises ValueError: a talk file has a bad form, or there is none."""
        self._model = ReadingModel().fit(with_complete(load_talks()))
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
    ) -> ReadingClassifier:
        """Load a trained model. Raises ValueError when the archive holds none."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, ReadingModel((folder / MODEL_FILE).read_bytes()))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the readings of every message that has a text."""
        assert self._model is not None, "the reading classifier is used before it is trained or loaded"
        for message in messages:
            if not message.get(TEXT):
                continue
            found = self._model.read(message.get(TEXT), context_of(message.get(METADATA)))
            message.set(READINGS_KEY, {name: round(p, 3) for name, p in found.items()}, add_to_output=True)
        return messages
