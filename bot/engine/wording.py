"""Which variation of a fixed reply is said: the first that was not said last, so that no reply comes twice in a row.

Rasa picks one at random; a fixed order can be tested.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

REMEMBERED = 12
"""Replies that are looked back at."""


class VariedResponses(TemplatedNaturalLanguageGenerator):
    """The responses of the domain in turn."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """The first variation that was not said lately, else the one said longest ago; None where none is defined."""
        if utter_action not in self.responses:
            return None
        said = [event.text for event in reversed(tracker.events) if isinstance(event, BotUttered)][:REMEMBERED]
        slots = tracker.current_slot_values()
        suitable = ResponseVariationFilter(self.responses).responses_for_utter_action(
            utter_action, output_channel, slots
        )
        if not suitable:
            return None
        # not said lately, or longest ago
        chosen = max(suitable, key=lambda one: said.index(one.get("text")) if one.get("text") in said else REMEMBERED)
        return self._fill_response(dict(chosen), slots, **kwargs)
