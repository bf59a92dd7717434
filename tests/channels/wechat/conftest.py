"""An account on this machine: the channel on a real socket, an assistant that does as it is told, WeChat's interface."""

from __future__ import annotations

import asyncio
import itertools
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, AsyncIterator, Callable, Dict, List, Optional, Tuple

import pytest
import rasa.core.channels.channel
from sanic import Sanic

from bot.channels.wechat import channel as channel_module
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.pending import Pending
from bot.channels.wechat.phone import Interface, Phone
from bot.desk.retention import erase
from bot.engine.assistant import TurnReplies
from bot.server import MAX_BODY
from bot.store.engine import sessions
from tests.database import database_url, empty_url, migrated_postgres, migrated_sqlite, store  # noqa: F401
from tests.engine.test_action_server import free_port

AES_KEY, OLD_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "QWERTYUIOPasdfghjklzxcvbnm0123456789ABCDEFG"
channel_module.LAST_TURNS_S = 0.1  # turns that never end would hold each server up
Sanic.test_mode = True  # it compiles its own methods at each start; in test mode from the originals
_names = (f"wechat_{number}" for number in itertools.count())


def config(**changes: Any) -> WeChatConfig:
    """An unverified account in safe mode."""
    given: Dict[str, Any] = {
        "app_id": "wxbad0b45542aa0b5e",
        "tokens": ("weixin",),
        "id_key": b"k" * 32,
        "aes_keys": (AES_KEY,),
        "secret": "s" * 32,
        "rate_limit": 10_000,
    }
    return WeChatConfig(**{**given, **changes})


class ToldAssistant:
    """Takes as long as the message says: 慢 6 → six seconds, 永远 → for ever, 坏 → an error."""

    def __init__(self) -> None:
        self.turns: List[Tuple[str, str]] = []
        self.database = ""

    async def turn(self, message: Any, sender: str, channel: str, delivery: Any) -> TurnReplies:
        self.turns.append((message, sender))
        slow = re.search(r"慢 ([\d.]+)", message)
        if slow:
            await asyncio.sleep(float(slow[1]))
        if "永远" in message:
            await asyncio.Event().wait()
        if "坏" in message:
            raise RuntimeError("the assistant broke")
        reply = {"recipient_id": sender, "text": f"答：{message}", "buttons": [{"title": "好", "payload": "好"}]}
        if "长" in message:
            reply["custom"] = {"more": "一句话。" * 300}
        return TurnReplies([reply])

    async def parse(self, text: str) -> Dict[str, Any]:
        return {"intent": {"name": "human_handover" if "老师" in text else "greet"}}

    async def erase(self, sender: str) -> None:
        erase(sessions(self.database), sender)


class Account:
    """A served account and its users."""

    def __init__(self, config: WeChatConfig, url: str, assistant: Any, interface: Interface, channel: Any) -> None:
        self.config, self.url, self.assistant, self.interface = config, url, assistant, interface
        self.channel, self.phones = channel, []  # type: Any, List[Phone]

    def phone(self, openid: str = "oUser0000000000000000000001", **changes: Any) -> Phone:
        phone = Phone(self.url, changes.pop("config", self.config), openid=openid, **changes)
        self.phones.append(phone)
        return phone


async def served(stack: AsyncExitStack, app: Any, port: int) -> None:
    """A Sanic app on a port of this machine until the stack closes."""
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()

    async def stop() -> None:
        await server.before_stop()
        server.close()
        await server.after_stop()

    stack.push_async_callback(stop)


async def interface_at(stack: AsyncExitStack, interface: Interface) -> str:
    """The interface on a port of this machine; returns its address."""
    port = free_port()
    runner = await interface.serve(port)
    stack.push_async_callback(runner.cleanup)
    return f"http://127.0.0.1:{port}"


async def account_at(
    stack: AsyncExitStack,
    database: str,
    *,
    assistant: Any = None,
    pending: Optional[Pending] = None,
    patience: float = 4.5,
    interface: Optional[Interface] = None,
    **changes: Any,
) -> Account:
    """Serve an account until the stack closes."""
    interface = interface or Interface()
    address = await interface_at(stack, interface)
    current = config(**{"database_url": database, "api": address, **changes})
    channel = WeChatChannel(current, pending=pending, patience=patience)
    app = Sanic(next(_names), configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    rasa.core.channels.channel.register([channel], app, route="/webhooks/")
    app.ctx.assistant = assistant or ToldAssistant()
    app.ctx.assistant.database = database
    port = free_port()
    await served(stack, app, port)
    account = Account(current, f"http://127.0.0.1:{port}/webhooks/wechat/", app.ctx.assistant, interface, channel)

    async def hang_up() -> None:
        for phone in account.phones:
            if phone.session:
                await phone.session.close()

    stack.push_async_callback(hang_up)
    return account


@pytest.fixture
async def serve(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:  # noqa: F811
    """Serve accounts for one test: await serve(verified=True)."""
    import shutil

    async with AsyncExitStack() as stack:

        async def start(database: str = "", **changes: Any) -> Account:
            if not database:
                database = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'campus.db')}"
            return await account_at(stack, database, **changes)

        yield start
