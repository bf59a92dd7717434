"""The assistant as channels see it: a message of a sender in, replies out, and never silence."""

from __future__ import annotations

import copy
import gc
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.base import apology, new_error_id
from bot.channels.guard import screen
from bot.channels.limits import SharedRateLimiter
from bot.channels.output import ReplyChannel
from bot.dialogue.talk import TALK, Talk
from bot.engine import event_types, result_check
from bot.engine.actions_in_process import InProcessActions
from bot.engine.actions_remote import RemoteActions
from bot.engine.after_turn import MASKED, AfterTurn
from bot.engine.choices import chosen, ordinal
from bot.engine.lock_store import SenderLocks
from bot.engine.models import find_model
from bot.engine.processor import BEFORE, TurnProcessor
from bot.engine.tracker_store import open_store
from bot.engine.wording import VariedResponses
from bot.ops import turns
from bot.settings import Settings
from bot.store.schema import ready_sessions
from bot.store.shared import shared

logger = logging.getLogger(__name__)

TOO_FAST = "你发得太快了，请等一分钟再说。"


@dataclass(frozen=True)
class Delivery:
    """How a message came."""

    id: Optional[str] = None
    """The channel's name for it."""
    again: bool = False
    """Whether it came before and its turn may have run already: in a process that was killed before it could answer."""
    counted: bool = False
    """Whether the channel itself holds its senders to a rate."""


@dataclass(frozen=True)
class TurnReplies:
    """What a turn said."""

    messages: List[Dict[str, Any]] = field(default_factory=list)
    error_id: Optional[str] = None
    """Set when something broke and the messages are an apology."""


class Assistant:
    """A loaded model with its actions and its store."""

    def __init__(self, agent: Agent, limiter: SharedRateLimiter) -> None:
        self.agent = agent
        self._limiter = limiter
        self._after = AfterTurn(agent)

    @classmethod
    def load(
        cls, settings: Settings, *, model: Optional[Path] = None, store: Optional[TrackerStore] = None
    ) -> Assistant:
        """Load model, actions and store as the settings say; the tables of the desk are brought up to date.

        With a store of its own (terminal) the database is left alone until somebody turns to the desk.
        Raises NoModel, StoreUnavailable.
        """
        result_check.install()
        event_types.install()
        chosen = store or open_store(settings.database_url)
        if store is None:
            ready_sessions(settings.database_url)
        endpoint = RemoteActions(str(settings.action_url)) if settings.action_url else InProcessActions()
        together = None if store else shared(settings.redis_url)
        agent = Agent(action_endpoint=endpoint, generator=VariedResponses({}), lock_store=SenderLocks(together))
        # Rasa's agent would wrap the store in one that forgets silently when the database is down
        agent.tracker_store = chosen
        agent.processor = TurnProcessor(
            find_model(model or settings.model), chosen, agent.lock_store, agent.nlg, action_endpoint=endpoint
        )
        agent.domain = chosen.domain = agent.processor.domain
        agent.nlg.responses = agent.domain.responses
        gc.freeze()
        gc.enable()
        return cls(agent, SharedRateLimiter("turns", settings.rate_limit, together))

    async def turn(self, message: object, sender: str, channel: str, delivery: Delivery = Delivery()) -> TurnReplies:
        """Answer one message. Whatever happens, there is a reply."""
        with turns.observed_turn(channel, sender):
            return await self._turn(message, sender, channel, delivery)

    async def _turn(self, message: object, sender: str, channel: str, delivery: Delivery) -> TurnReplies:
        if not delivery.counted and not await self._limiter.allows(sender):
            turns.ended("too_fast")
            return _only(sender, TOO_FAST)
        screened = screen(message)
        if screened.refusal:
            turns.ended("refused")
            return _only(sender, screened.refusal)
        output = ReplyChannel()
        said = UserMessage(
            screened.text,
            output_channel=output,
            sender_id=sender,
            input_channel=channel,
            message_id=delivery.id,
            metadata={MASKED: True} if screened.masked else None,
        )
        try:
            async with self.agent.lock_store.lock(sender):
                await self._answer(said, again=delivery.again)
            turns.said(output.messages)
            await self._after.finish(output.messages, str(message), sender, masked=screened.masked)
        except Exception:
            return self._failed(sender, "the turn failed")
        if not output.messages:
            return self._failed(sender, "the turn ended without a reply", "silence")
        return TurnReplies([one_bubble(sender, output.messages)])

    async def _answer(self, said: UserMessage, *, again: bool) -> None:
        """Run a turn, or repeat what it said if it ran before. The caller holds the sender's lock."""
        assert self.agent.processor is not None and said.output_channel is not None
        if again:
            tracker = await self.agent.tracker_store.retrieve(said.sender_id)
            replies = replies_to(said.message_id, tracker)
            for reply in replies:
                await said.output_channel.send_response(said.sender_id, reply)
            if replies:
                return
        said.text = await self._meant(said.text or "", said.sender_id)
        await self.agent.processor.handle_message(said)

    async def learn_city(self, sender: str, city: str) -> None:
        """Begin a conversation that knows the student's city: the school's page said it."""
        processor = self.agent.processor
        assert processor is not None
        async with self.agent.lock_store.lock(sender):
            tracker = await processor.fetch_tracker_with_initial_session(sender)
            tracker.update(SlotSet(TALK, Talk(city=city).dict()))
            await processor.save_tracker(tracker)

    async def erase(self, sender: str) -> None:
        """Delete everything that is kept of a sender. Raises StoreUnavailable: then nothing was deleted."""
        await self._after.erase(sender)

    def greeting(self) -> Dict[str, Any]:
        """What a new visitor reads first."""
        said = self.agent.domain.responses["utter_greet"][0]
        buttons = [{"title": one["title"], "message": one["payload"]} for one in said.get("buttons", [])]
        return {"text": said["text"], "buttons": buttons}

    async def _meant(self, text: str, sender: str) -> str:
        """The message itself, or the choice of the last reply that it names by its number."""
        which = ordinal(text)
        if which is None:
            return text
        return chosen(which, await self.agent.tracker_store.retrieve(sender)) or text

    def beside(self) -> Assistant:
        """The same model and actions with stores in memory: what is said to it is kept nowhere."""
        agent = copy.copy(self.agent)
        agent.processor = copy.copy(self.agent.processor)
        assert agent.processor is not None
        agent.tracker_store = agent.processor.tracker_store = InMemoryTrackerStore(agent.domain)
        agent.lock_store = agent.processor.lock_store = SenderLocks()
        return Assistant(agent, SharedRateLimiter("beside", 1_000, None))

    async def parse(self, text: str, before: str = "") -> Dict[str, Any]:
        """What the NLU makes of a text, without a conversation; `before` is what was said just before (助手：…, 我：…)."""
        assert self.agent.processor is not None, "the assistant was not loaded"
        message = UserMessage(text, metadata={BEFORE: before} if before else None)
        return await self.agent.processor.parse_message(message)

    @staticmethod
    def _failed(sender: str, what: str, kind: Literal["turn", "silence"] = "turn") -> TurnReplies:
        error_id = new_error_id()
        turns.broke(kind, error_id)
        logger.error("%s, error id %s", what, error_id, exc_info=kind == "turn")
        return TurnReplies(_only(sender, apology(error_id)).messages, error_id)


def replies_to(message_id: Optional[str], tracker: Optional[DialogueStateTracker]) -> List[Dict[str, Any]]:
    """What was said to a message in the latest session; nothing when its turn did not run to its end."""
    found: List[Dict[str, Any]] = []
    mine = False
    for event in tracker.events if tracker and message_id else ():
        if isinstance(event, UserUttered):
            mine = event.message_id == message_id
        elif mine and isinstance(event, BotUttered):
            found.append(event.message())
    return found


def one_bubble(sender: str, messages: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """Everything that a turn said as one message: texts one below the other, the choices of the last that has some.

    A question in the middle of a calculation is answered and the open question put again: still one bubble.
    """
    merged: Dict[str, Any] = {"recipient_id": sender, "text": "\n\n".join(m["text"] for m in messages if m.get("text"))}
    for key in ("buttons", "custom"):
        given = [message[key] for message in messages if message.get(key)]
        if given:
            merged[key] = given[-1]
    more = [message["custom"]["more"] for message in messages if (message.get("custom") or {}).get("more")]
    if more:
        merged["custom"] = {**merged["custom"], "more": "\n\n".join(more)}
    return merged


def _only(sender: str, text: str) -> TurnReplies:
    return TurnReplies([{"recipient_id": sender, "text": text}])


def memory_store() -> TrackerStore:
    """A store for one process's lifetime: terminal, tests."""
    return InMemoryTrackerStore(Domain.empty())
