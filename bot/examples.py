"""Training examples as Rasa messages that are cheap to copy and to compare.

Rasa copies all examples deeply for each of its importers and hashes every one of them time and again: with 20,000 examples
that is 20 of the 30 seconds of a training. A message of ours is a text with an intent, which is all that must be copied and
compared.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence

import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ExampleError(ValueError):
    """A file of examples has a fault; the message names it and says what is allowed."""


class Example(Message):
    """A text with its intent."""

    def __deepcopy__(self, memo: Dict[int, Any]) -> Example:
        copied = Example(data=dict(self.data), output_properties=set(self.output_properties))
        copied.features = list(self.features)
        return copied

    _cached_fingerprint: Optional[str]

    def fingerprint(self) -> str:
        """Text, intent and the names of what components added."""
        if self._cached_fingerprint is None:
            parts = (self.data[TEXT], str(self.data.get(INTENT)), *sorted(self.data))
            self._cached_fingerprint = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
        return self._cached_fingerprint


def example(text: str, intent: str) -> Example:
    """One example."""
    return Example(data={TEXT: text, INTENT: intent})


def read_examples(paths: Sequence[Path]) -> Iterator[Example]:
    """The examples of NLU files.

    Raises ExampleError: a file holds anything but intents with examples.
    """
    for path in paths:
        content = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  # the safe loader, in C where there is one
        if not isinstance(content, dict) or set(content) - {"version", "nlu"}:
            raise ExampleError(f"{path.name}: takes `version` and `nlu`, found {sorted(content or {})}")
        for block in content.get("nlu") or []:
            if set(block) != {"intent", "examples"}:
                raise ExampleError(f"{path.name}: takes blocks of `intent` and `examples`, found {sorted(block)}")
            for line in block["examples"].splitlines():
                if not line.startswith("- "):
                    raise ExampleError(f"{path.name}: {block['intent']}: {line!r} does not begin with `- `")
                yield example(line[2:].strip(), block["intent"])


class Examples(TrainingData):
    """Training data that needs no clean-up: our examples are checked by tests and hold no regular expressions."""

    @staticmethod
    def sanitize_examples(examples: List[Message]) -> List[Message]:
        return list(examples)
