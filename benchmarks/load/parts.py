"""Which function belongs to which part of a turn."""

from __future__ import annotations

from importlib import import_module
from typing import Any, List, Tuple

import yaml

import bot.engine.assistant as assistant_module
from benchmarks.load.watch import Watch
from bot.engine.actions_in_process import InProcessActions
from bot.engine.wording import VariedResponses
from bot.settings import PROJECT

IN_THE_PROCESSOR: Tuple[Tuple[str, str], ...] = (
    ("_update_tracker_session", "session start"),
    ("parse_message", "NLU: around the components"),
    ("run_action_extract_slots", "slots filled"),
    ("_predict_next_with_tracker", "policies: around them"),
    ("_run_action", "actions: around the call"),
)


def measure_classes(watch: Watch) -> None:
    """Measure what the model is made of. Before it is loaded: its graph keeps the functions that it finds then."""
    watch.at(assistant_module, "screen", "guard")
    for component in _classes("pipeline"):
        watch.at(component, "process", f"NLU: {component.__name__}")
    for policy in _classes("policies"):
        watch.at(policy, "predict_action_probabilities", f"policies: {policy.__name__}")
    watch.at(InProcessActions, "request", "actions: the call")
    watch.at(VariedResponses, "generate", "actions: fixed replies")


def measure_assistant(watch: Watch, assistant: Any) -> None:
    """Measure a loaded assistant."""
    store, processor = assistant.agent.tracker_store, assistant.agent.processor
    watch.at(assistant._limiter, "allows", "guard")
    watch.at(assistant._after, "finish", "after the actions")
    watch.at(store, "retrieve", "tracker read")
    watch.at(store, "save", "tracker written")
    for name, part in IN_THE_PROCESSOR:
        watch.at(processor, name, part)
    watch.at(processor.graph_runner, "run", "graph runner")


def _classes(section: str) -> List[Any]:
    """The classes that config.yml names in a section, all of them our own."""
    names = [each["name"] for each in yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))[section]]
    return [getattr(import_module(module), name) for module, _, name in (path.rpartition(".") for path in names)]
