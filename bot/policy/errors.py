"""The few errors of the calculator, each with its facts as attributes.

PolicyError
 ├ UnknownParameter     a parameter id that no file of the knowledge base defines
 ├ UnknownCalculation   a calculation name that the catalogue does not hold
 ├ InvalidInput         an input value that cannot be meant: names the field, in Chinese and English
 └ NoFigure             the documents give no single figure for the cohort and day (becomes a status, never escapes)
"""

from typing import TYPE_CHECKING, Sequence

from pydantic.errors import PydanticValueError

if TYPE_CHECKING:
    from bot.policy.book import Resolution


class PolicyError(Exception):
    """Base of all errors that the policy package raises on purpose."""


class UnknownParameter(PolicyError, KeyError):
    """No parameter has this id."""

    def __init__(self, parameter: str, similar: Sequence[str] = ()) -> None:
        self.parameter = parameter
        hint = f"; did you mean {', '.join(similar)}?" if similar else ""
        self.message = f"no parameter {parameter!r} in knowledge/<city>/parameters{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class UnknownCalculation(PolicyError, KeyError):
    """No calculation has this name."""

    def __init__(self, name: str, similar: Sequence[str] = ()) -> None:
        self.name = name
        hint = f"; did you mean {', '.join(similar)}?" if similar else ""
        self.message = f"no calculation {name!r}{hint} (bot calculate --list shows all)"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class InvalidInput(PolicyError, ValueError):
    """An input value that cannot be meant, such as a negative amount or a date that does not exist."""

    def __init__(self, field: str, message_zh: str, message: str) -> None:
        self.field = field
        self.message_zh = message_zh
        self.message = message
        super().__init__(f"{field}: {message}" if field else message)


class NoFigure(PolicyError):
    """The documents give no single figure for this cohort and day; `resolution` says why."""

    def __init__(self, resolution: "Resolution") -> None:
        self.resolution = resolution
        super().__init__(f"{resolution.parameter.id}: {resolution.status}")


class BadValue(PydanticValueError):
    """Raised inside validators: the reason in Chinese (`zh`) and in English (`en`)."""

    code = "bad"
    msg_template = "{en}"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh=zh, en=en)
