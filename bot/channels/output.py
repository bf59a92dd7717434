"""Collects what a turn says, one message a reply with everything that belongs to it."""

from __future__ import annotations

from typing import Any, Dict

from rasa.core.channels.channel import CollectingOutputChannel


class ReplyChannel(CollectingOutputChannel):
    """Rasa's collector splits text at blank lines and sends cards apart; a reply is one bubble."""

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep a bot utterance whole: text, buttons, and the card under `custom`."""
        kept = {"recipient_id": recipient_id}
        kept.update({key: message[key] for key in ("text", "buttons", "custom") if message.get(key)})
        if len(kept) > 1:
            await self._persist_message(kept)
