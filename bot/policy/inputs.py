"""Input types that refuse rather than coerce, and the questions that follow from what is missing.

A field that a person may be asked for carries `ask` (the question) and `choices` in its schema; None means not given.
One with `late` is asked for after the others: what a bill comes to, after what it is for.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    FrozenSet,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
)

from pydantic import BaseModel, ConstrainedInt, Field, StrictBool, ValidationError
from pydantic.fields import ModelField

from bot.policy.dates import parse_day, parse_moment
from bot.policy.errors import BadValue, InvalidInput
from bot.policy.money import MAX_YUAN, parse_money
from bot.policy.result import Choice, Question

MAX_ITEMS = 400  # more visits than days in a year is a mistake, not a student
MAX_YEARS = 60
FIRST_YEAR, LAST_YEAR = 2000, 2100
Flag = StrictBool
Choices = Sequence[Tuple[Any, str]]
YES_NO: Choices = ((True, "是"), (False, "不是"))


if TYPE_CHECKING:
    Amount = Decimal
    Day = date
    Moment = datetime
    Count = int
    Year = int
else:

    class Amount(Decimal):
        """Yuan as a string: at least 0, at most two decimals, at most one hundred million."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[object], Decimal]]:
            yield parse_money

        @classmethod
        def __modify_schema__(cls, schema: Dict[str, Any]) -> None:
            schema.update(type="string", pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?$", description=f"yuan, 0 to {MAX_YUAN}")

    class Day(date):
        """A day written as 2025-03-15."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[object], date]]:
            yield parse_day

        @classmethod
        def __modify_schema__(cls, schema: Dict[str, Any]) -> None:
            schema.update(type="string", format="date")

    class Moment(datetime):
        """A local minute written as 2024-12-20T16:59."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[object], datetime]]:
            yield parse_moment

        @classmethod
        def __modify_schema__(cls, schema: Dict[str, Any]) -> None:
            schema.update(type="string", format="date-time", pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$")

    class Count(ConstrainedInt):
        """A whole number of years, months or stays."""

        strict = True
        ge = 0
        le = MAX_YEARS

    class Year(ConstrainedInt):
        """A calendar year."""

        strict = True
        ge = FIRST_YEAR
        le = LAST_YEAR


class Part(BaseModel):
    """Base of nested inputs: unknown keys are refused."""

    class Config:
        extra = "forbid"
        copy_on_model_validation = "none"

    def needless(self) -> FrozenSet[str]:
        """Return the fields that need not be asked for, given the others."""
        return frozenset()


class Inputs(Part):
    """Base of the input of a calculation."""

    on: Optional[Day] = Field(
        default=None, title="就医日期", description="day of treatment; default: today or the documents' last day"
    )
    cohort: Optional[str] = Field(
        default=None, title="学生类别", description="such as sh.fresh2025; default: all students of the city"
    )


def ask(
    text: str, *, title: str, choices: Choices = (), vague: Optional[Mapping[str, Choices]] = None, **more: Any
) -> Any:
    """Declare a field to ask for. `vague` maps a value that does not settle it to the choices that would."""
    return Field(default=None, title=title, ask=text, choices=choices, vague=vague or {}, **more)


def items(title: str, *, asked: bool = True) -> Any:
    """Declare a list of parts; when it is empty and `asked`, the questions of a first part are put."""
    return Field(default=None, title=title, asked=asked, max_items=MAX_ITEMS)


def questions(inputs: Part, path: str = "", prefix: str = "") -> Iterator[Question]:
    """Yield a question for every field that is missing and needed, in the order of the model, late ones last."""
    needless = inputs.needless()
    for name, field in sorted(inputs.__fields__.items(), key=_is_late):
        extra, value = field.field_info.extra, getattr(inputs, name)
        if name in needless:
            continue
        if "ask" in extra:
            choices = extra["choices"] if value is None else extra["vague"].get(value)
            if choices is not None:
                yield Question(field=path + name, text=prefix + extra["ask"], choices=_choices(choices))
        elif isinstance(field.type_, type) and issubclass(field.type_, Part):
            yield from _questions_of_list(field, value, path + name)


def _is_late(item: Tuple[str, ModelField]) -> bool:
    return bool(item[1].field_info.extra.get("late", False))


def _questions_of_list(field: ModelField, value: Optional[List[Part]], path: str) -> Iterator[Question]:
    parts = value or ([field.type_()] if field.field_info.extra.get("asked") else [])
    for index, part in enumerate(parts):
        yield from questions(part, f"{path}.{index}.", f"第{index + 1}笔：" if len(parts) > 1 else "")


def _choices(choices: Choices) -> List[Choice]:
    return [Choice(value=value, title=title) for value, title in choices]


P = TypeVar("P", bound=Part)


def parse(model: Type[P], inputs: object) -> P:
    """Check and type the input of a calculation. Raises InvalidInput naming the first wrong field."""
    if isinstance(inputs, model):
        return inputs
    if not isinstance(inputs, Mapping) or not all(isinstance(key, str) for key in inputs):
        raise InvalidInput("", "输入要写成一个 JSON 对象。", "the input must be a JSON object")
    try:
        return model(**inputs)
    except ValidationError as error:
        raise _invalid(model, error.errors()[0]) from None


def _invalid(model: Type[Part], fault: Mapping[str, Any]) -> InvalidInput:
    """Turn pydantic's first fault into an InvalidInput with a Chinese and an English sentence."""
    field = ".".join(str(part) for part in fault["loc"])[:120]
    context = fault.get("ctx", {})
    kind = fault["type"]
    if kind == "value_error.bad":
        return InvalidInput(field, context["zh"], context["en"])
    if kind == "value_error.extra":
        known = "、".join(model.__fields__)
        return InvalidInput(
            field, f"不认识的输入“{field}”，最外层可用的有：{known}。", f"unknown input; top-level fields are {known}"
        )
    if kind == "value_error.const":
        permitted = "、".join(str(item) for item in context["permitted"])
        return InvalidInput(field, f"不认识这个选项，可以是：{permitted}。", f"must be one of {permitted}")
    if kind == "value_error.list.max_items":
        limit = context["limit_value"]
        return InvalidInput(field, f"一次最多 {limit} 笔。", f"at most {limit} items")
    if "number" in kind and "limit_value" in context:
        sign = "最小" if "not_ge" in kind else "最大"
        return InvalidInput(field, f"数字超出范围，{sign}是 {context['limit_value']}。", fault["msg"])
    return InvalidInput(field, _KINDS.get(kind, "这一项的写法不对。"), fault["msg"])


_KINDS = {
    "type_error.integer": "请写成整数。",
    "value_error.strictbool": "请写成 true 或 false。",
    "type_error.list": "请写成列表。",
    "type_error.dict": "请写成 JSON 对象。",
}


def refuse(zh: str, en: str) -> BadValue:
    """Return the error that a validator of an input model raises."""
    return BadValue(zh, en)
