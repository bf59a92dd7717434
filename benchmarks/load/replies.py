"""Whether a reply counts: what is empty, or only says that something broke, is an error, whatever its status."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence

EMPTY = "empty"
APOLOGY = "apology"
REFUSED = "refused"
MALFORMED = "malformed"


def texts(body: Any) -> Optional[List[str]]:
    """What the assistant said, in the answer of the REST channel or of the web channel; None: it is neither."""
    events = body.get("events") if isinstance(body, Mapping) else body
    if not isinstance(events, list) or not all(isinstance(event, Mapping) for event in events):
        return None
    return [str(event.get("text") or "") for event in events if event.get("kind", "bot") == "bot"]


def fault(body: Any, apologies: Sequence[str], refusals: Sequence[str] = ()) -> Optional[str]:
    """What is wrong with an answer, None when nothing is. Both lists hold what such a reply begins with."""
    said = texts(body)
    if said is None:
        return MALFORMED
    said = [text for text in said if text.strip()]
    if not said:
        return EMPTY
    for name, beginnings in ((APOLOGY, apologies), (REFUSED, refusals)):
        if any(text.startswith(tuple(beginnings)) for text in said if beginnings):
            return name
    return None
