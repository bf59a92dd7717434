"""The format of a conversation case. What is not listed here is refused; tests/conversations/schema.json follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List, Literal, Optional, Tuple, Union

from pydantic import BaseModel, Extra, Field, root_validator, schema_of, validator

City = Literal["shanghai", "lanzhou"]
Cohort = Literal["fresh2025", "fresh2024", "graduate"]
Route = Literal["urgent", "chat", "inform", "answer", "several", "offer", "decline"]
Status = Literal["ok", "range", "not_calculable", "not_covered", "out_of_coverage", "need_input"]
EventName = Literal["ticket", "ticket_message", "feedback", "question_opened", "question_closed", "session_started", "error"]
LATENCY = {"fast": 0.5, "normal": 1.5}
"""Seconds that a turn may take, several times what it takes on two idle cores (docs/measurements.md)."""


class _Part(BaseModel):
    class Config:
        frozen = True
        extra = Extra.forbid


def _text(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError(f'小数要加引号，例如 "{value:.2f}"，不然末尾的 0 会丢')
    if isinstance(value, bool) or value is None:
        raise ValueError("要写成文字，加上引号")
    return value


class Given(_Part):
    """What holds before the first turn."""

    city: Optional[City] = Field(default=None, description="城市：shanghai 或 lanzhou；会先替学生说一句“上海”或“兰州”")
    cohort: Optional[Cohort] = Field(default=None, description="学生类别；也会先替学生说出来")
    today: Optional[date] = Field(default=None, description="把哪一天当作今天，默认 2025-10-15")
    channel: Optional[str] = Field(default=None, description="从哪个渠道来，例如 web、wechat、rest", min_length=1)
    documents: Optional[Literal["none", "official"]] = Field(
        default=None, description="有没有官方文件可查：official 需要 BOT_DOCUMENTS，没有就跳过这个用例；默认 none"
    )


class CalculationExpected(_Part):
    """The calculation of a turn."""

    name: Optional[str] = Field(
        default=None, description="计算的名字，例如 shanghai.outpatient（bot calculate --list）"
    )
    status: Optional[Status] = Field(default=None, description="结果的状态")
    inputs: Dict[str, Any] = Field(default={}, description="交给计算器的输入；写出来的必须一致，没写的不管")


Figure = Union[str, Tuple[str, str]]


class Turn(_Part):
    """One message and what its reply must be like."""

    user: str = Field(..., description="学生说的话", min_length=1)
    contains: Tuple[str, ...] = Field(default=(), description="回复（正文或“更多”）里必须有的文字")
    excludes: Tuple[str, ...] = Field(default=(), description="回复里不许有的文字")
    cites: Tuple[str, ...] = Field(default=(), description="必须写出依据的文件编号，例如 sh-qa-2025")
    suggests: Tuple[str, ...] = Field(default=(), description="必须有的按钮")
    figures: Dict[str, Figure] = Field(
        default={}, description="计算结果里的数：名字（fund 或 医保报销）→ 准确的值；结果是范围就写 [低, 高]"
    )
    calculation: Optional[CalculationExpected] = Field(default=None, description="用了哪个计算、什么输入、什么状态")
    topic: Optional[Union[str, Tuple[str, ...]]] = Field(
        default=None, description="回答了哪个主题；none 表示没有回答主题"
    )
    intent: Optional[str] = Field(default=None, description="听懂成什么意图")
    route: Optional[Route] = Field(default=None, description="听懂以后的去向")
    slots: Dict[str, Any] = Field(default={}, description="这一轮之后记住的东西；null 表示没有记住")
    events: Tuple[EventName, ...] = Field(default=(), description="这一轮必须发生的事，例如 ticket（开了工单）")
    no_events: Tuple[EventName, ...] = Field(default=(), description="这一轮不许发生的事")
    repeats: Optional[Literal[False]] = Field(default=None, description="写 false：不许把前面说过的回复再说一遍")
    latency: Optional[Literal["fast", "normal"]] = Field(default=None, description="fast 半秒内，normal 一秒半内")
    golden: Optional[str] = Field(default=None, description="整条回复一字不差；bot regress --accept 可以改写")

    _quoted = validator("user", "golden", "intent", pre=True, allow_reuse=True)(_text)
    _all_quoted = validator("contains", "excludes", "suggests", "cites", pre=True, each_item=True, allow_reuse=True)(
        _text
    )

    @validator("figures", pre=True)
    def exact_figures(cls, value: Any) -> Any:
        for each in value.values() if isinstance(value, dict) else ():
            for part in each if isinstance(each, (list, tuple)) else (each,):
                _text(part)
        return value


class Fragment(_Part):
    """Turns that several cases begin with (tests/conversations/fragments)."""

    given: Given = Field(default=Given(), description="用例自己写的 given 优先")
    turns: Tuple[Turn, ...]


class Variants(_Part):
    """Ways in which the same case runs again."""

    channel: Tuple[str, ...] = Field(default=(), description="每个渠道各跑一遍")


class Case(_Part):
    """One conversation."""

    case: str = Field(..., description="一句中文：条件和结果", min_length=1)
    tags: Tuple[str, ...] = Field(default=(), description="标签，给 bot regress --tag 用")
    given: Given = Field(default=Given(), description="说话之前已知的情况")
    use: Tuple[str, ...] = Field(default=(), description="先用哪些片段：tests/conversations/fragments 里的文件名")
    table: Tuple[Dict[str, Any], ...] = Field(default=(), description="每行一组值，代入 {名字}；每行是一个单独的用例")
    variants: Variants = Field(default=Variants(), description="同一个用例换渠道再跑")
    known_failure: Optional[str] = Field(
        default=None, description="已知会失败的原因；一旦不再失败就会报错，提醒删掉这一行"
    )
    turns: Tuple[Turn, ...] = Field(default=(), description="一轮一轮的对话")

    @root_validator(skip_on_failure=True)
    def something_is_said(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if not values.get("turns") and not values.get("use"):
            raise ValueError("turns 和 use 至少要有一个")
        rows = list(values.get("table") or ())
        if any(set(row) != set(rows[0]) for row in rows):
            raise ValueError("table 的每一行要有同样的名字")
        return values


def json_schema() -> Dict[str, Any]:
    """The JSON Schema of a case file, for editors."""
    schema: Dict[str, Any] = schema_of(List[Case], title="校园医保助手的会话用例")
    return schema
