"""`bot tickets`: what staff do with the questions of students, from a terminal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, List, Optional, Sequence

import typer

tickets_app = typer.Typer(
    help="Read and answer the questions that students left for the staff. Example: bot tickets list --state new",
    no_args_is_help=True,
)
STAFF = typer.Option("老师", help="Your name, as the student will read it.")
NUMBER = typer.Argument(..., help="Number of a ticket, such as T7K3M9XQ2; lower case is understood.")
AS_JSON = typer.Option(False, "--json", help="Print JSON.")


@tickets_app.command("list")
def list_(
    state: Optional[str] = typer.Option(None, help="new, open, waiting_student or closed; default: all."),
    city: Optional[str] = typer.Option(None, help="shanghai or lanzhou; default: all."),
    priority: Optional[str] = typer.Option(None, help="urgent, high or normal; default: all."),
    category: Optional[str] = typer.Option(
        None, help="money, enrolment, deadline, claim, complaint, emergency or other; default: all."
    ),
    as_json: bool = AS_JSON,
) -> None:
    """List the tickets, the most pressing first and the oldest of these first.

    Example: bot tickets list --state new --city shanghai
    """
    from bot.desk.rules import CATEGORIES, PRIORITIES
    from bot.desk.states import STATES
    from bot.knowledge.topics import CITIES

    _check("--state", state, STATES)
    _check("--city", city, CITIES)
    _check("--priority", priority, PRIORITIES)
    _check("--category", category, CATEGORIES)
    found = _desk().list_tickets(state=state, city=city, priority=priority, category=category)
    if as_json:
        typer.echo(json.dumps([json.loads(ticket.json()) for ticket in found], ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(map(_line, found)) or "没有工单。")


@tickets_app.command()
def show(number: str = NUMBER, as_json: bool = AS_JSON) -> None:
    """Show everything about a ticket. Example: bot tickets show T7K3M9XQ2"""
    ticket = _desk().show(number)
    if as_json:
        typer.echo(json.dumps(json.loads(ticket.json()), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_page(ticket)))


@tickets_app.command()
def reply(
    number: str = NUMBER,
    text: str = typer.Argument(..., help="What the student will read; personal numbers are masked."),
    staff: str = STAFF,
) -> None:
    """Answer a ticket; it then waits for the student. Example: bot tickets reply T7K3M9XQ2 "请补交发票" --staff 王老师"""
    typer.echo(_line(_desk().reply(number, staff, text)))


@tickets_app.command()
def close(
    number: str = NUMBER,
    staff: str = STAFF,
    reason: str = typer.Option("已处理", help="Why, as the student will read it."),
) -> None:
    """Close a ticket; it opens again when the student writes. Example: bot tickets close T7K3M9XQ2 --reason 已答复"""
    typer.echo(_line(_desk().close(number, staff, reason)))


def _desk() -> Any:
    from bot.desk.tickets import Desk
    from bot.store.engine import sessions

    return Desk(sessions())


def _check(option: str, value: Optional[str], allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        typer.echo(f"bot: {option} {value!r} is not known; takes {', '.join(allowed)}", err=True)
        raise typer.Exit(1)


def _line(ticket: Any) -> str:
    """One line of the list."""
    question = " ".join((ticket.question or "（已删除）").split())
    shown = question if len(question) <= 40 else f"{question[:39]}…"
    return f"{'  '.join(_labels(ticket))}  {_moment(ticket.opened_at)}  {shown}"


def _labels(ticket: Any) -> List[str]:
    from bot.desk.rules import PRIORITY_LABELS, triage_rules
    from bot.desk.states import STATE_LABELS
    from bot.knowledge.topics import CITY_NAMES

    city = CITY_NAMES.get(ticket.city or "", "城市不明")
    category = triage_rules().label(ticket.category)
    return [ticket.number, PRIORITY_LABELS[ticket.priority], STATE_LABELS[ticket.state], category, city]


def _moment(at: datetime) -> str:
    from bot.desk.hours import office_hours

    return f"{office_hours().local(at):%Y-%m-%d %H:%M}"


def _page(ticket: Any) -> List[str]:
    """A ticket as staff read it, line by line."""
    kinds = {"student": "", "staff": "", "note": "（备注）"}
    calculation = json.dumps(ticket.calculation, ensure_ascii=False) if ticket.calculation else None
    entities = "，".join(f"{each.get('entity')}={each.get('value')}" for each in ticket.entities)
    facts = [
        ("优先级的理由", ticket.reason),
        ("开单", f"{_moment(ticket.opened_at)}，渠道 {ticket.channel}"),
        ("联系方式", ticket.contact),
        ("听懂的意图", ticket.intent),
        ("听懂的事实", entities),
        ("上次计算", calculation),
        ("关闭", ticket.closed_at and f"{_moment(ticket.closed_at)}，{ticket.close_reason or ''}"),
        ("已按学生要求删除", ticket.erased_at and _moment(ticket.erased_at)),
        ("问题", ticket.question),
    ]
    lines = ["  ".join(_labels(ticket)), *(f"{name}：{value}" for name, value in facts if value)]
    if ticket.transcript:
        lines += ["之前的对话：", *(f"  {turn.who}：{turn.text}" for turn in ticket.transcript)]
    if ticket.messages:
        lines.append("往来：")
        lines += [f"  {_moment(said.at)} {said.author}{kinds[said.kind]}：{said.text}" for said in ticket.messages]
    return lines
