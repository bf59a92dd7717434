"""A message of a student as the NLU read it: the only thing that the dialogue knows of his words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set

from pydantic import BaseModel, Extra

Entity = Mapping[str, Any]


@dataclass(frozen=True)
class UserTurn:
    """What the NLU made of a message."""

    text: str
    intent: str
    entities: Sequence[Entity] = field(default_factory=tuple)
    case: Mapping[str, Any] = field(default_factory=dict)
    """What the message tells of a case (`bot.nlu.case.types.Case`), as plain data."""
    questions: Sequence[Mapping[str, Any]] = ()
    """Each question of a message that asks several: text, intent, entities."""
    route: str = ""
    """urgent, chat, inform, answer, several, offer or decline."""
    ranking: Sequence[Mapping[str, Any]] = ()
    """The likeliest intents: name and confidence."""
    readings: Mapping[str, float] = field(default_factory=dict)
    """Probability of each reading of the message in its talk (`bot.nlu.reading`)."""
    before: Optional[str] = None
    """The last reply."""

    @staticmethod
    def of(text: str, parsed: Mapping[str, Any], before: Optional[str] = None) -> UserTurn:
        """A message from the parse that Rasa stores with it."""
        return UserTurn(
            text=text,
            intent=(parsed.get("intent") or {}).get("name") or "",
            entities=tuple(parsed.get("entities") or ()),
            case=parsed.get("case") or {},
            questions=tuple(parsed.get("questions") or ()),
            route=parsed.get("route") or "",
            ranking=tuple(parsed.get("intent_ranking") or ()),
            readings=parsed.get("readings") or {},
            before=before,
        )

    def values(self, entity: str) -> List[str]:
        """The distinct values of an entity, in the order in which they stand."""
        return list(dict.fromkeys(str(each["value"]) for each in self.entities if each["entity"] == entity))

    @property
    def people(self) -> List[str]:
        """The people whom the message names, `self` for the student himself; a name stands as it is written."""
        found = [each for each in self.entities if each["entity"] == "person"]
        return list(
            dict.fromkeys(
                self.text[each["start"] : each["end"]] if each["value"] == "named" else str(each["value"])
                for each in found
            )
        )

    @property
    def stated(self) -> Set[str]:
        """The names of the entities in the message."""
        return {each["entity"] for each in self.entities}

    def plain_entities(self) -> List[Dict[str, Any]]:
        """Entity and value of each, for what is kept longer than the message."""
        return [{"entity": each["entity"], "value": each["value"]} for each in self.entities]


class Asked(BaseModel):
    """Something that a student wanted to know, kept for the ticket of a hand-over."""

    text: str
    intent: str = ""
    entities: List[Dict[str, Any]] = []
    """entity and value of each."""

    class Config:
        frozen = True
        extra = Extra.forbid


def last_value(turn: UserTurn, entity: str) -> Optional[str]:
    """What the message says last for an entity, None when it says nothing."""
    values = turn.values(entity)
    return values[-1] if values else None
