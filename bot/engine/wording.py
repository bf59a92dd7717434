"""Which variation of a fixed reply is said: the first that was not said last, so that no reply comes twice in a row.

Rasa picks one at random; a fixed order can be tested.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker


class VariedResponses(TemplatedNaturalLanguageGenerator):
    """The responses of the domain in turn."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """The first variation whose text was not the last thing said; None for a response that is not defined."""
        if utter_action not in self.responses:
            return None
        last = next((event.text for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
        slots = tracker.current_slot_values()
        suitable = ResponseVariationFilter(self.responses).responses_for_utter_action(
            utter_action, output_channel, slots
        )
        chosen = next((one for one in suitable if one.get("text") != last), suitable[0] if suitable else None)
        return None if chosen is None else self._fill_response(dict(chosen), slots, **kwargs)
