"""A result as a readable breakdown in Chinese: the figure first, then steps, assumptions and sources."""

from datetime import date, datetime
from decimal import Decimal
from typing import Dict, Iterator, List, Mapping

from bot.policy.book import Citation, PolicyBook
from bot.policy.dates import spoken
from bot.policy.money import yuan
from bot.policy.result import Output, Outputs, Result

LABELS: Mapping[str, str] = {
    "fund": "医保基金支付", "own": "自己承担", "deductible_used": "计入起付线", "counted_after": "之后累计",
    "counted_before": "之前累计", "remaining": "起付线还差", "second_reimbursement": "大病保险再报销",
    "final_own": "最后自己承担", "burden": "基本医保报销后的负担", "subsidy": "政府补助", "covered": "能报的",
    "premium": "个人缴费", "months": "等待期（月）", "first_day": "第一天", "last_day": "最后一天", "days": "天数",
    "wait_end": "等待期最后一天", "account_day": "建账日", "advised_day": "建议不晚于", "passed": "已过期",
    "raises": "连续参保提高次数", "zero_claim_raises": "零报销提高次数", "cuts": "断保降低次数",
    "at_risk": "可能要退回", "deadline": "截止", "in_time": "赶上了", "available_day": "可以领的日期", "available_time": "几点以后",
    "count": "家数", "opens_first": "暂定最早上线", "opens_last": "暂定最晚上线", "closes": "预估结束",
    "opened": "已经上线", "change_from": "可以变更的日期", "campus": "校内", "tier1": "一级医院", "tier2": "二级医院",
    "tier3": "三级医院", "3A": "三级甲等", "3B": "三级乙等", "2": "二级", "1": "一级",
}  # fmt: skip
STATUS_TITLES: Mapping[str, str] = {
    "ok": "可以算出", "range": "只能给出范围", "need_input": "还要问", "not_calculable": "算不出",
    "not_covered": "不能报", "out_of_coverage": "文件里没有",
}  # fmt: skip


def breakdown(result: Result, title: str, book: PolicyBook) -> str:
    """Return the whole result as lines of text."""
    return "\n".join(_lines(result, title, book))


def show(value: Output) -> str:
    """Print one output: yuan with two decimals, yes or no, a day."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{yuan(value)} 元"
    if isinstance(value, datetime):
        return f"{spoken(value)} {value:%H:%M}"
    return spoken(value) if isinstance(value, date) else str(value)


def _lines(result: Result, title: str, book: PolicyBook) -> Iterator[str]:
    yield f"{title}：{STATUS_TITLES[result.status]}（按 {spoken(result.as_of)}的规定）"
    if result.reason:
        yield result.reason
    yield from _outputs(result.outputs, result.low or {}, result.high or {})
    for question in result.missing:
        choices = "；可选：" + "、".join(choice.title for choice in question.choices) if question.choices else ""
        yield f"  {question.field}：{question.text}{choices}"
    steps = [f"{step.label}：{step.expression} = {_value(step.value, step.unit)}" for step in result.steps]
    yield from _list("怎么算的", steps)
    yield from _list("前提", [f"{item.text}{item.effect}" for item in result.assumptions])
    yield from _list("文件说法不一", [item["text"] for item in result.conflicts])
    yield from _list("文件没有给出", [book.parameters[name].label for name in result.unknowns])
    yield from _list("依据", sources(result.citations, book))


def sources(citations: List[Citation], book: PolicyBook) -> List[str]:
    """Return one line per document with the sections and lines cited."""
    places: Dict[str, Dict[str, None]] = {}
    for citation in citations:
        first, last = citation.lines
        where = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        places.setdefault(citation.document, {})[f"{citation.section} {where}"] = None
    return [f"《{book.documents[name].title}》{'；'.join(found)}" for name, found in places.items()]


def _outputs(outputs: Outputs, low: Outputs, high: Outputs) -> Iterator[str]:
    """Yield a line per output; where the cases differ, both ends, after the default reading's answer if there is one."""
    for key in dict.fromkeys([*outputs, *low, *high]):
        ends = " 或 ".join(dict.fromkeys(show(case[key]) for case in (low, high) if key in case))
        default = show(outputs[key]) if key in outputs else ""
        both = f"{default}（按通常的理解；也可能 {ends}）" if default and ends not in ("", default) else default or ends
        yield f"  {LABELS[key]}：{both}"


def _list(title: str, items: List[str]) -> Iterator[str]:
    if items:
        yield f"{title}："
        yield from (f"  · {item}" for item in items)


def _value(value: Output, unit: str) -> str:
    return show(value) if isinstance(value, (Decimal, bool)) or not unit else f"{value} {unit}"
