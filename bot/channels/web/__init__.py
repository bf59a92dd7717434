"""The web channel: what the chat widget on a school's page talks to."""

from bot.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
