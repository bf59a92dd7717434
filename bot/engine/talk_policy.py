"""Rasa's policy: which action answers a message, as the dispatcher decides (bot/dialogue/respond.py)."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.respond import action_for
from bot.dialogue.sources import Sources
from bot.dialogue.talk import TALK, Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.base import knowledge
from bot.settings import settings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class TalkPolicy(Policy):
    """One action for each message, then listen. It learns nothing: rules are read by the dispatcher itself."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Optional[TrackerFeaturizer] = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"priority": 6}

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    def train(
        self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TalkPolicy:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return self._certainly(ACTION_LISTEN_NAME, domain)
        return self._certainly(_action(tracker), domain)

    def _certainly(self, action: str, domain: Domain) -> PolicyPrediction:
        probabilities = [0.0] * domain.num_actions
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities)


def _action(tracker: DialogueStateTracker) -> str:
    """The action for the latest message of a conversation."""
    before = next((event.text for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    message = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
    if message is None:
        return ACTION_LISTEN_NAME
    known = settings()
    turn = UserTurn.of(message.text or "", message.parse_data or {}, before)
    talk = Talk.read(tracker.get_slot(TALK), known.default_city)
    return action_for(turn, talk, Sources(knowledge(), known.today(), known.default_city))
