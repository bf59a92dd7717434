"""How the questions of the inventory are understood: right topic, offered, a sibling calculation, wrong, declined.

python benchmarks/inventory.py [--errors]
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter

import bot.cli  # noqa: F401  (quiet environment before TensorFlow)
from benchmarks.blind import FOREIGN, offered
from bot.cli.quiet import configure_logging
from bot.knowledge.coverage import load_inventory
from bot.knowledge.dialogues import load_dialogues
from bot.settings import KNOWLEDGE, settings


async def main(show_errors: bool) -> None:
    """Print the shares over all questions."""
    from bot.engine.assistant import Assistant, memory_store

    assistant = Assistant.load(settings(), store=memory_store())
    dialogues, counts = load_dialogues(), Counter()
    for facts in load_inventory(KNOWLEDGE).values():
        for fact in facts:
            for question in fact["questions"]:
                parsed = await assistant.parse(question)
                intent, topic = parsed["intent"]["name"], fact["topic"]
                if intent == topic:
                    outcome = "right"
                elif parsed["route"] == "offer":
                    outcome = "offered" if topic in offered(parsed) else "wrong offer"
                elif intent in dialogues and topic in dialogues[intent].rules:
                    outcome = "calculation of the topic"
                else:
                    outcome = "declined" if intent in FOREIGN else "wrong"
                counts[outcome] += 1
                if show_errors and outcome in ("wrong", "declined"):
                    print(f"{outcome:9} {topic:22} {intent:22} {question}")
    total = sum(counts.values())
    print(f"{total} questions: " + ", ".join(f"{name} {count / total:.1%}" for name, count in counts.most_common()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true")
    configure_logging("ERROR")
    asyncio.run(main(parser.parse_args().errors))
