"""Who a conversation belongs to, as far as a log may say it: the same sender has the same reference, nobody is named by it."""

from __future__ import annotations

import hashlib
import hmac

from bot.settings import settings

DIGITS = 12


def reference(sender: str) -> str:
    """Twelve hexadecimal digits for a sender: an HMAC with this installation's secret, so that no list of senders undoes it."""
    key = settings().signing_secret().encode()
    return hmac.new(key, b"log reference\0" + sender.encode(), hashlib.sha256).hexdigest()[:DIGITS]
