"""`bot wechat`: is the account set up, its menu, and a phone in the terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Optional

import typer

from bot.settings import SettingsError, settings

wechat_app = typer.Typer(
    help="Set up and try the WeChat account. Example: bot wechat check",
    no_args_is_help=True,
)
menu_app = typer.Typer(help="The account's menu. Example: bot wechat menu push", no_args_is_help=True)
wechat_app.add_typer(menu_app, name="menu")
HELP = """打字就是发消息，空行结束。另外：
  !1          点第 1 个链接           !3 问题     同一条送三次
  !slow 2 问题  微信等 2 秒就断开重送    !subscribe  !unsubscribe  !voice  !image
  !click 键    点菜单"""


@wechat_app.command()
def check(
    url: Optional[str] = typer.Option(None, help="Public address of the webhook; default: BOT_WECHAT_URL."),
) -> None:
    """Try settings, keys, address, token, IP list, rights and menu, and say what to do. Example: bot wechat check"""
    config = _config()
    from bot.channels.wechat.doctor import examine

    async def run() -> bool:
        well = True
        async for found in examine(config, url or settings().wechat_url):
            typer.echo(found.as_line())
            well &= found.state != "fail"
        return well

    if not asyncio.run(run()):
        raise typer.Exit(1)


@menu_app.command()
def push(
    file: Optional[Path] = typer.Option(None, help="Menu file (YAML); default: the one that comes with the bot."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only check the file and print what would be sent."),
) -> None:
    """Send the menu to WeChat; it replaces the one that is there. Example: bot wechat menu push --dry-run"""
    import json

    from bot.channels.wechat.menu import DEFAULT, as_wechat, load_menu

    body = as_wechat(load_menu(file or DEFAULT))
    if dry_run:
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    asyncio.run(_push(_config(), body))
    typer.echo("菜单已经发给微信；手机上要等几分钟，或取消关注再关注才看得到。")


async def _push(config: Any, body: Any) -> None:
    from bot.channels.wechat.api import WeChatApi
    from bot.channels.wechat.errors import ApiError
    from bot.channels.wechat.pending import MemoryPending

    api = WeChatApi(config, MemoryPending())
    try:
        await api.call("menu/create", body)
    except ApiError as error:
        typer.echo(f"bot: {error}. {error.hint}", err=True)
        raise typer.Exit(1) from None
    finally:
        await api.close()


@wechat_app.command()
def simulate(
    url: str = typer.Option("http://127.0.0.1:5005/webhooks/wechat/", help="Webhook of a running assistant."),
    openid: str = typer.Option("oSimulatedUser0000000000001", help="Who writes; another one is another user."),
    api_port: int = typer.Option(
        0, min=0, max=65_535, help="Play WeChat's interface on this port too; start the assistant with BOT_WECHAT_API."
    ),
) -> None:
    """Be a phone: write as a user, see what WeChat would show. Example: bot wechat simulate --openid oTest2"""
    config = _config()
    from bot.channels.wechat.phone import Interface, Phone

    async def run() -> None:
        interface = Interface(on_text=lambda _, text: _bubble(f"（稍后到的）{text}"))
        runner = await interface.serve(api_port) if api_port else None
        phone = Phone(url, config, openid=openid)
        typer.echo(HELP)
        try:
            while line := (await asyncio.to_thread(_typed)).strip():
                await _obey(phone, line)
        finally:
            if phone.session:
                await phone.session.close()
            if runner:
                await runner.cleanup()

    asyncio.run(run())


def _typed() -> str:
    try:
        return input("微信> ")
    except EOFError:
        return ""


async def _obey(phone: Any, line: str) -> None:
    """Do what a line says: a command, or a message."""
    import secrets

    from bot.channels.wechat.phone import CLOSES_S, links

    command, _, rest = line[1:].partition(" ") if line.startswith("!") else ("", "", line)
    phone.closes = CLOSES_S
    if command == "slow":
        seconds, _, rest = rest.partition(" ")
        phone.closes = float(seconds) if seconds.replace(".", "", 1).isdigit() else CLOSES_S
    if command in ("", "slow", "3") and rest:
        shown = await phone.say(rest, times=3 if command == "3" else 1)
    elif command == "click":
        shown = await phone.event("CLICK", rest)
    elif command in ("subscribe", "unsubscribe"):
        shown = await phone.event(command)
    elif command in ("voice", "image"):
        shown = await phone.send(command, f"<MediaId>m</MediaId><MsgId>{secrets.randbits(62)}</MsgId>")
    elif command.isdigit() and phone.seen and 1 <= int(command) <= len(links(phone.seen[-1])):
        shown = await phone.tap(int(command))
    else:
        typer.echo(HELP if not command.isdigit() else "（没有这个链接）")
        return
    _report(shown)


def _report(shown: Any) -> None:
    if shown.text is not None:
        _bubble(shown.text)
    elif shown.kind == "transfer_customer_service":
        typer.echo("（转给人工客服）")
    else:
        typer.echo("（什么也没有显示）")
    if shown.deliveries > 1 or shown.seconds > 1:
        typer.echo(f"（送了 {shown.deliveries} 次，最长 {shown.seconds:.1f} 秒）")


def _bubble(text: str) -> None:
    from bot.channels.wechat.phone import screen

    typer.echo("\n".join(f"  │ {line}" for line in screen(text).splitlines()))


def _config() -> Any:
    """The account of the settings. Raises SettingsError: there is none."""
    from bot.channels.wechat.config import WeChatConfig

    config = WeChatConfig.of(settings())
    if config is None:
        raise SettingsError(
            "BOT_WECHAT_TOKEN is not set, so the WeChat channel is off; docs/wechat.md says how to begin"
        )
    return config
