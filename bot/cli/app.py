"""The commands of `bot`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import typer

from bot.cli.actions import actions
from bot.cli.backup import backup, restore
from bot.cli.calculate import calculate
from bot.cli.database import database_app, purge
from bot.cli.doctor import doctor
from bot.cli.evaluate import evaluate
from bot.cli.knowledge import knowledge_app
from bot.cli.port import refuse_taken_port
from bot.cli.record import record
from bot.cli.regress import regress_app
from bot.cli.tickets import tickets_app
from bot.cli.wechat import wechat_app
from bot.settings import settings

app = typer.Typer(
    help="校园医保助手: answers university students' medical-insurance questions in Chinese and works out their money.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(actions)
app.command()(backup)
app.command()(calculate)
app.command()(doctor)
app.command()(evaluate)
app.command()(purge)
app.command()(record)
app.command()(restore)
app.add_typer(database_app, name="database")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(regress_app, name="regress")
app.add_typer(tickets_app, name="tickets")
app.add_typer(wechat_app, name="wechat")


@app.command()
def run(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(5005, min=1, max=65_535, help="Port to listen on."),
) -> None:
    """Start the assistant with its chat page. Example: bot run --port 5005"""
    current = settings()
    from bot.cli.quiet import configure_logging
    from bot.server import serve

    configure_logging(current.log_level, current.log_format)
    refuse_taken_port(host, port)
    serve(current, host, port)


@app.command()
def train(
    force: bool = typer.Option(False, "--force", help="Train even if there is a model for the current data."),
) -> None:
    """Train a model from data/ and knowledge/, unless the current data has one. Example: bot train"""
    current = settings()
    from bot.cli.quiet import configure_logging
    from bot.engine.models import train_model

    configure_logging(current.log_level, current.log_format)
    folder = current.model if current.model.suffix != ".gz" else current.model.parent
    typer.echo(str(train_model(folder, force=force)))


@app.command()
def chat() -> None:
    """Talk in the terminal; choices are numbers. An empty line or Ctrl-D ends. Example: bot chat"""
    assistant = _assistant()
    asyncio.run(_chat(assistant))


async def _chat(assistant: Any) -> None:
    from bot.channels.terminal import render

    typer.echo("校园医保助手。请输入问题，空行结束。")
    choices: List[Dict[str, str]] = []
    while True:
        try:
            text = input("你> ").strip()
        except EOFError:
            text = ""
        if not text:
            return
        if text.isdigit() and 1 <= int(text) <= len(choices):
            text = choices[int(text) - 1]["payload"]
        replies = (await assistant.turn(text, "terminal", "terminal")).messages
        choices = [button for reply in replies for button in reply.get("buttons", [])]
        for reply in replies:
            typer.echo(render(reply))


@app.command()
def ask(
    question: str = typer.Argument(..., help="The question, as a student would type it."),
    as_json: bool = typer.Option(False, "--json", help="Print the replies as JSON."),
    city: Optional[str] = typer.Option(None, help="shanghai or lanzhou, if the question does not say it."),
) -> None:
    """Ask one question. Example: bot ask "三甲门诊花了800能报多少" --city shanghai"""
    if city not in (None, "shanghai", "lanzhou"):
        raise typer.BadParameter("takes shanghai or lanzhou", param_hint="--city")
    assistant = _assistant()
    from bot.channels.terminal import render
    from bot.knowledge.topics import CITY_NAMES

    async def turns() -> Any:
        if city:
            await assistant.turn(CITY_NAMES[city], "ask", "terminal")
        return await assistant.turn(question, "ask", "terminal")

    result = asyncio.run(turns())
    if as_json:
        typer.echo(json.dumps(result.messages, ensure_ascii=False, indent=2))
    else:
        for reply in result.messages:
            typer.echo(render(reply))
    if result.error_id:
        raise typer.Exit(1)


@app.command()
def parse() -> None:
    """Say what the NLU makes of texts on standard input, one JSON line each. Example: bot parse < questions.txt"""
    assistant = _assistant()

    async def each(lines: Iterator[str]) -> None:
        for line in lines:
            text = line.strip("\n")
            typer.echo(json.dumps(_parsed(text, await assistant.parse(text)), ensure_ascii=False))

    asyncio.run(each(iter(sys.stdin)))


def _parsed(text: str, found: Dict[str, Any]) -> Dict[str, Any]:
    intent = found.get("intent") or {}
    return {
        "text": text,
        "intent": intent.get("name"),
        "confidence": round(intent.get("confidence") or 0.0, 4),
        "route": found.get("route", "decline"),
        "entities": [_entity(text, entity) for entity in found.get("entities", [])],
        "case": found.get("case") or {},
        "alternatives": [
            {"intent": other["name"], "confidence": round(other["confidence"], 4)}
            for other in found.get("intent_ranking", [])
            if other["name"] != intent.get("name")
        ],
    }


def _entity(text: str, found: Dict[str, Any]) -> Dict[str, Any]:
    """A mention with its role and how probable that is; words of the vocabulary are certain."""
    return {
        "entity": found["entity"],
        "role": found.get("role"),
        "value": found["value"],
        **{name: found[name] for name in ("high", "unit", "about") if found.get(name)},
        "probability": round(float(found.get("confidence_role") or found.get("confidence_entity") or 1.0), 3),
        "start": found["start"],
        "end": found["end"],
        "text": text[found["start"] : found["end"]],
    }


def _assistant(model: Optional[Path] = None) -> Any:
    """The assistant for the terminal: nothing of the talk is stored."""
    current = settings()
    from bot.cli.quiet import configure_logging
    from bot.engine.assistant import Assistant, memory_store

    configure_logging(current.log_level, current.log_format)
    return Assistant.load(current, model=model, store=memory_store())
