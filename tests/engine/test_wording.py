from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.wording import VariedResponses

RESPONSES = VariedResponses({"utter_thanks": [{"text": "不客气。"}, {"text": "不用谢。"}], "utter_one": [{"text": "好。"}]})


async def generated(name: str, last: str) -> str:
    tracker = DialogueStateTracker.from_events("s", [BotUttered(last)])
    reply = await RESPONSES.generate(name, tracker, "test")
    assert reply is not None
    return str(reply["text"])


async def test_variation_that_was_not_said_last_is_taken() -> None:
    assert await generated("utter_thanks", "你好。") == "不客气。"
    assert await generated("utter_thanks", "不客气。") == "不用谢。"
    assert await generated("utter_one", "好。") == "好。"


async def test_undefined_response_is_none() -> None:
    assert await RESPONSES.generate("utter_nothing", DialogueStateTracker.from_events("s", []), "test") is None
