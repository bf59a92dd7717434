"""The policy book: everything the documents claim, with one way to look a value up."""

import difflib
from datetime import date
from typing import Dict, Mapping, Tuple

from pydantic import PrivateAttr

from bot.policy.errors import UnknownParameter
from bot.policy.parameters import Claim, Conflict, Document, Frozen, Parameter, Reading
from bot.policy.resolve import Citation, Resolution, Value, resolve

__all__ = ["Citation", "Claim", "Conflict", "Document", "Parameter", "PolicyBook", "Reading", "Resolution", "Value"]

MEMORY = 50_000  # look-ups kept; about 30 MB at most, so that a long batch over many days cannot grow without end


class PolicyBook(Frozen):
    """Documents, parameters, readings and conflicts, each by id. Frozen: a lookup never changes an answer."""

    documents: Mapping[str, Document]
    parameters: Mapping[str, Parameter]
    readings: Mapping[str, Reading]
    conflicts: Mapping[str, Conflict]
    _memory: Dict[Tuple[str, str, date], Resolution] = PrivateAttr(default_factory=dict)

    def resolve(self, parameter_id: str, *, cohort: str, on: date) -> Resolution:
        """Return what holds for `cohort` on `on`; a missing figure is a status, not an error.

        Raises UnknownParameter for an id that no file defines, ValueError for a cohort that does not exist.
        """
        key = (parameter_id, cohort, on)
        found = self._memory.get(key)
        if found is None:
            if len(self._memory) >= MEMORY:
                self._memory.clear()
            found = resolve(self.parameter(parameter_id), self.conflicts, cohort=cohort, on=on)
            self._memory[key] = found
        return found

    def parameter(self, parameter_id: str) -> Parameter:
        """Return a parameter. Raises UnknownParameter with the nearest ids."""
        try:
            return self.parameters[parameter_id]
        except KeyError:
            similar = difflib.get_close_matches(parameter_id, list(self.parameters), n=3)
            raise UnknownParameter(parameter_id, similar) from None

    def latest_day(self, city: str) -> date:
        """Return the last day that any document of the city is taken to hold: 2025-12-31 for both cities.

        Lanzhou's letter of September 2024 is about the benefit year 2025, and graduates keep their cover to its end.
        """
        return max(document.last_day for document in self.documents.values() if document.city == city)

    def first_day(self, city: str) -> date:
        """Return the first day that any document of the city is taken to hold: 2024-09-01 for both cities."""
        return min(document.first_day for document in self.documents.values() if document.city == city)
