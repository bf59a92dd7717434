"""One run over all sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np

from bot.evaluation.calibration import configured, cross_validate, margin_curve, reject_curve, training_examples
from bot.evaluation.consistency import measure_consistency
from bot.evaluation.measures import accept, catch_urgent, find_entities, reach_facts, understand
from bot.evaluation.money import gold_cases, measure_money
from bot.evaluation.report import Evaluation
from bot.evaluation.sets import (
    blind_entities,
    blind_foreign,
    blind_questions,
    blind_urgent,
    collected_foreign,
    collected_questions,
    inventory_questions,
)
from bot.evaluation.talks import load_talks, measure_talks
from bot.nlu.intent_model import Thresholds

REJECTS = tuple(np.arange(0.05, 1.0, 0.05))
MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


async def evaluate(
    assistant: Any, model: Path, collected: Optional[Path], *, calibrate: bool, say: Callable[[str], None]
) -> Evaluation:
    """Measure everything; `say` is told what is going on."""
    texts, intents = training_examples()
    say("blind sets")
    run = Evaluation(
        examples=len(texts),
        intents=len(set(intents)),
        model_bytes=model.stat().st_size,
        blind=await understand(assistant, blind_questions()),
        blind_foreign=await accept(assistant, blind_foreign()),
        urgent=await catch_urgent(assistant, blind_urgent()),
        entities=await find_entities(assistant, blind_entities()),
        decline=configured().get("decline", Thresholds.decline),
        doubt=configured().get("doubt", Thresholds.doubt),
        margin=configured().get("margin", Thresholds.margin),
    )
    if collected:
        say("collected utterances")
        run.collected = await understand(assistant, collected_questions(collected))
        run.collected_foreign = await accept(assistant, collected_foreign(collected))
    say("messages about money")
    cases = gold_cases()
    halves = {
        "readable": [case for case in cases if not case.is_hidden],
        "hidden": [case for case in cases if case.is_hidden],
    }
    run.money = {name: await measure_money(assistant, half) for name, half in halves.items()}
    say("talks")
    talks = load_talks()
    parts = {
        "readable": [talk for talk in talks if not talk.is_hidden],
        "hidden": [talk for talk in talks if talk.is_hidden],
    }
    run.talks = {name: await measure_talks(assistant, part) for name, part in parts.items()}
    run.consistency = await measure_consistency(assistant)
    say("facts of the inventory, asked in conversations")
    run.facts = await reach_facts(assistant, inventory_questions())
    if calibrate:
        say("cross-validation of the thresholds")
        fold = cross_validate(texts, intents)
        run.rejects, run.margins = reject_curve(fold, REJECTS), margin_curve(fold, MARGINS)
    return run
