"""Training examples as Rasa messages that are cheap to copy and to compare.

Rasa copies all examples deeply for each of its importers and hashes every one of them time and again: with 20,000 examples
that is 20 of the 30 seconds of a training. A message of ours is a text with an intent, which is all that must be copied and
compared.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import yaml
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
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
            marks = str([sorted(mark.items()) for mark in self.data.get(ENTITIES, ())])
            parts = (self.data[TEXT], str(self.data.get(INTENT)), marks, *sorted(self.data))
            self._cached_fingerprint = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
        return self._cached_fingerprint


def example(text: str, intent: str) -> Example:
    """One example."""
    return Example(data={TEXT: text, INTENT: intent})


_MARK = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>\w+)\)|(?P<spec>\{[^}]*\}))")
MARKED = "marked_roles"
"""Property of such an example: the intent model leaves it out."""
INFORM = "inform"
"""Intent under which marked messages stand in their files, as Rasa's format wants one."""


def annotated(written: str) -> Tuple[str, List[Dict[str, Any]]]:
    """(text, entities) of a line in Rasa's notation: 花了[600]{"entity": "amount", "role": "bill"}.

    Raises ValueError: what stands in braces is no JSON object with an entity.
    """
    text, entities, end = "", [], 0
    for match in _MARK.finditer(written):
        text += written[end : match.start()]
        spec = json.loads(match["spec"]) if match["spec"] else {"entity": match["entity"]}
        if not isinstance(spec, dict) or "entity" not in spec:
            raise ValueError(f"{match['spec']} names no entity")
        start = len(text)
        text += match["text"]
        entities.append({**spec, "start": start, "end": len(text), "value": match["text"]})
        end = match.end()
    return text + written[end:], entities


def role_example(written: str, metadata: Optional[Mapping[str, Any]] = None) -> Example:
    """A message whose numbers are marked with their roles; it teaches no intent."""
    text, entities = annotated(written)
    data = {TEXT: text, INTENT: INFORM, ENTITIES: entities, MARKED: True}
    return Example(data={**data, METADATA: dict(metadata)} if metadata else data)


ROLES = "roles"
"""Folder of data/nlu whose examples teach the roles of numbers."""


def read_examples(paths: Sequence[Path]) -> Iterator[Example]:
    """The examples of NLU files; those below data/nlu/roles have marked numbers and teach no intent.

    Raises ExampleError: a file holds anything but intents with examples, or a mark that is none.
    """
    for path in paths:
        content = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  # the safe loader, in C where there is one
        if not isinstance(content, dict) or set(content) - {"version", "nlu"}:
            raise ExampleError(f"{path.name}: takes `version` and `nlu`, found {sorted(content or {})}")
        for block in content.get("nlu") or []:
            if set(block) != {"intent", "examples"}:
                raise ExampleError(f"{path.name}: takes blocks of `intent` and `examples`, found {sorted(block)}")
            if path.parent.name == ROLES:
                yield from _role_examples(path, block["examples"])
                continue
            for line in _lines(path, block["intent"], block["examples"]):
                yield example(line, block["intent"])


def _lines(path: Path, intent: str, examples: str) -> Iterator[str]:
    for line in examples.splitlines():
        if not line.startswith("- "):
            raise ExampleError(f"{path.name}: {intent}: {line!r} does not begin with `- `")
        yield line[2:].strip()


def _role_examples(path: Path, examples: Union[str, List[Dict[str, Any]]]) -> Iterator[Example]:
    """Rasa's two ways of writing examples: lines, or entries of `text` and `metadata`."""
    try:
        if isinstance(examples, str):
            for line in _lines(path, ROLES, examples):
                yield role_example(line)
        else:
            for entry in examples:
                yield role_example(entry["text"].strip(), entry.get("metadata"))
    except (ValueError, KeyError, TypeError) as fault:
        raise ExampleError(f"{path.name}: a mark or an entry that cannot be read: {fault}") from None


class Examples(TrainingData):
    """Training data that needs no clean-up: our examples are checked by tests and hold no regular expressions."""

    @staticmethod
    def sanitize_examples(examples: List[Message]) -> List[Message]:
        return list(examples)
