"""The kept look-up of event classes answers as Rasa's own does."""

from typing import Optional

import pytest
from rasa.shared.core import events
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.utils.common import all_subclasses

from bot.engine import event_types

NAMES = sorted({cls.type_name for cls in all_subclasses(Event) if cls.type_name})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("default", [None, SlotSet])
def test_every_event_type_is_found_as_by_rasa(name: str, default: Optional[type]) -> None:
    event_types.install()
    assert Event.resolve_by_type(name, default) is event_types._original(name, default)


def test_unknown_event_type_is_an_error_or_the_default() -> None:
    event_types.install()
    assert Event.resolve_by_type("nothing", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="nothing"):
        Event.resolve_by_type("nothing")


def test_stored_event_is_read_back() -> None:
    event_types.install()
    assert Event.from_parameters({"event": "slot", "name": "city", "value": "shanghai"}) == SlotSet("city", "shanghai")
    assert events.deserialise_events([{"event": "action", "name": "action_listen"}])[0].action_name == "action_listen"
