"""A turn as Rasa's processor does it, without what this assistant does not use and pays for in each turn.

It touches private methods of Rasa 3.6.21; the conversation tests hold that it says the same.
"""

from __future__ import annotations

import copy
import logging
import os
import re
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

from rasa.core.actions.action import (
    Action,
    ActionExecutionRejection,
    ActionListen,
    RemoteAction,
    action_for_name_or_text,
)
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import ACTION_EXTRACT_SLOTS
from rasa.shared.core.events import ActionExecutionRejected, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.engine.graph_runner import DirectGraphRunner
from bot.engine.sessions import is_long, is_old
from bot.ops import turns

logger = logging.getLogger(__name__)

BEFORE = "before"
"""Key of a message's metadata that the role extractor reads (bot/nlu/roles/extractor.py)."""
SAID, SAID_BEFORE = "said", "said_before"
"""Keys of a message's metadata that the reading classifier reads: the last reply and the message before."""
COUNTED = "按这些算的"
"""Beginning of the line of a result that says what it counts (bot/dialogue/render.py)."""
_HISTORY = re.compile("，(?:起付线|今年)")
"""Where that line goes on with what was before the bill."""
MOST_BEFORE = 80
"""Characters of the last bubble that can say what a short answer means."""


def with_context(message: UserMessage, tracker: Optional[DialogueStateTracker]) -> UserMessage:
    """A copy of a message that carries what was said before it; the message that is stored stays without."""
    events = tracker.events if tracker else ()
    reply = next((event.text for event in reversed(events) if isinstance(event, BotUttered) and event.text), None)
    if reply is None:
        return message
    before = next((event.text for event in reversed(events) if isinstance(event, UserUttered) and event.text), "")
    read = copy.copy(message)
    counted = counted_line(reply)[-MOST_BEFORE:]
    context = {BEFORE: f"助手：{counted}" if counted else "", SAID: told_line(reply), SAID_BEFORE: before}
    read.metadata = {**(message.metadata or {}), **context}
    return read


def counted_line(reply: str) -> str:
    """The line of a reply that a number in a short answer refers to: of a result what was counted, else the last question.

    Empty for a reply that only tells rules: they give a number no role (一年先自付 300 元 makes 花了五百 nothing used of it).
    """
    lines = reply.splitlines()
    asked = next((line for line in reversed(lines) if "？" in line), "")
    return _HISTORY.split(next((line for line in lines if line.startswith(COUNTED)), asked))[0]


def told_line(reply: str) -> str:
    """The line of a reply that the next message meets: the last question in it, else the first line."""
    lines = reply.splitlines()
    return next((line for line in reversed(lines) if line.endswith(("？", "?"))), lines[0])


class TurnProcessor(MessageProcessor):
    """Rasa's processor with short sessions, a direct graph and no copies of a tracker that nobody changes."""

    @staticmethod
    def _load_model(model_path: Union[str, Path]) -> Tuple[str, ModelMetadata, GraphRunner]:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = loader.load_predict_graph_runner(
                Path(folder), Path(model_path), LocalModelStorage, DirectGraphRunner
            )
        return os.path.basename(model_path), metadata, runner

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        """A long session ends as one that expired: its slots are carried over (bot/engine/sessions.py)."""
        minutes = self.domain.session_config.session_expiration_time
        return is_long(tracker) or (minutes > 0 and is_old(tracker, minutes, time.time()))

    async def parse_message(
        self, message: UserMessage, tracker: Optional[DialogueStateTracker] = None, only_output_properties: bool = True
    ) -> Dict[str, Any]:
        """As Rasa does, with what was said before at hand; what was decided is noted for operations."""
        read = with_context(message, tracker)
        found: Dict[str, Any] = await super().parse_message(read, tracker, only_output_properties)
        turns.parsed(found)
        return found

    async def run_anonymization_pipeline(self, tracker: DialogueStateTracker) -> None:
        """There is none: what is personal was blackened before Rasa saw the message (bot/privacy.py)."""

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        extract = action_for_name_or_text(ACTION_EXTRACT_SLOTS, self.domain, self.action_endpoint)
        events = await extract.run(output_channel, self.nlg, tracker, self.domain)
        await self._send_bot_messages(events, tracker, output_channel)
        tracker.update_with_events(events, self.domain)
        return tracker

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: Optional[List[Event]],
        prediction: PolicyPrediction,
    ) -> None:
        """Rasa copies what it would log, whether it logs or not."""
        found = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in found):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(found, self.domain)

    def _check_for_unseen_features(self, parse_data: Dict[str, Any]) -> None:
        """Rasa would warn of intents and entities that the domain lacks; `bot regress lint` finds them before."""

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Slots are not logged: they hold what students said."""

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """Rasa hands each action a copy, a replay of all events; only what is built in changes its own."""
        if not isinstance(action, (ActionListen, RemoteAction)):
            return await super()._run_action(action, tracker, output_channel, nlg, prediction)
        try:
            events = await action.run(output_channel, nlg, tracker, self.domain)
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return self.should_predict_another_action(action.name())
        except Exception:
            # the turn ends without a reply, which the assistant makes an apology of
            logger.exception("action %s could not be run", action.name())
            events = []
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())
