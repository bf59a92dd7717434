"""WeChat's interface on this machine: one refresh for all, each class of error as it should be."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, AsyncIterator, Callable, List, Tuple

import pytest

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.errcodes import CODES, api_error
from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.pending import MemoryPending, utc_now
from bot.channels.wechat.phone import Interface
from tests.channels.wechat.conftest import config, interface_at
from tests.engine.test_action_server import free_port

SEND = "message/custom/send"
Made = Tuple[WeChatApi, Interface]


@pytest.fixture
async def make() -> AsyncIterator[Callable[..., Any]]:
    async with AsyncExitStack() as stack:

        async def one(pending: Any = None, clock: Any = utc_now, **interface: Any) -> Made:
            there = Interface(**interface)
            address = await interface_at(stack, there)
            api = WeChatApi(config(api=address, verified=True), pending or MemoryPending(), pause_s=0.01, clock=clock)
            stack.push_async_callback(api.close)
            return api, there

        yield one


def paths(interface: Interface) -> List[str]:
    return [path for path, _ in interface.calls]


async def test_twenty_sends_at_once_fetch_one_token(make: Any) -> None:
    api, there = await make()
    await asyncio.gather(*(api.send_text("o1", f"第{number}条") for number in range(20)))
    assert there.tokens == 1 and len(there.texts()) == 20
    assert there.calls[0][1] == {"grant_type": "client_credential", "appid": "wxbad0b45542aa0b5e",
                                 "secret": "s" * 32, "force_refresh": False}  # fmt: skip


async def test_twenty_sends_with_a_void_token_fetch_one_more(make: Any) -> None:
    api, there = await make()
    there.void.add(await api.token())
    await asyncio.gather(*(api.send_text("o1", "好") for _ in range(20)))
    assert there.tokens == 2


async def test_token_is_shared_between_processes_and_encrypted(make: Any) -> None:
    pending = MemoryPending()
    api, _ = await make(pending)
    token = await api.token()
    kept = await pending.token("wxbad0b45542aa0b5e")
    assert kept and token not in kept[0]
    other, elsewhere = await make(pending)
    assert await other.token() == token and elsewhere.tokens == 0
    await pending.keep_token("wxbad0b45542aa0b5e", "of another secret", kept[1])
    third, _ = await make(pending)
    assert await third.token() == "token-1"


async def test_token_is_renewed_before_it_ends(make: Any) -> None:
    late = timedelta(0)
    api, there = await make(clock=lambda: utc_now() + late)
    await api.token()
    late = timedelta(seconds=6_890)
    await api.token()
    assert there.tokens == 1
    late = timedelta(seconds=6_910)
    await api.token()
    assert there.tokens == 2


async def test_text_is_sent_as_it_is(make: Any) -> None:
    api, there = await make()
    await api.send_text("o1", "医保😀")
    assert there.calls[-1][1] == {"touser": "o1", "msgtype": "text", "text": {"content": "医保😀"}}


@pytest.mark.parametrize("code", [-1, 45009, 45011, 500, 503])
async def test_busy_is_tried_again_and_again(make: Any, code: int) -> None:
    api, there = await make(script={SEND: [code, code]})
    await api.send_text("o1", "好")
    assert paths(there).count(SEND) == 3
    there.script[SEND] = [code] * 9
    with pytest.raises(ApiError) as caught:
        await api.send_text("o1", "好")
    assert (caught.value.kind, paths(there).count(SEND)) == ("busy", 6)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_void_token_is_renewed_once(make: Any, code: int) -> None:
    api, there = await make(script={SEND: [code]})
    await api.send_text("o1", "好")
    assert paths(there) == ["stable_token", SEND, "stable_token", SEND]
    there.script[SEND] = [code] * 9
    with pytest.raises(ApiError):
        await api.send_text("o1", "好")
    assert paths(there)[4:] == [SEND, "stable_token", SEND]


@pytest.mark.parametrize("code", sorted(set(CODES) - {-1, 45009, 45011, 40001, 40014, 42001}))
async def test_other_codes_are_tried_once_and_say_what_to_do(make: Any, code: int) -> None:
    api, there = await make(script={SEND: [code] * 3})
    with pytest.raises(ApiError) as caught:
        await api.send_text("o1", "秘密")
    assert paths(there).count(SEND) == 1
    assert (caught.value.code, caught.value.rid) == (code, f"1a2b-{code}")
    assert caught.value.hint and "秘密" not in str(caught.value) and "token-1" not in str(caught.value)


async def test_wrong_secret_and_ip_are_said_with_the_address(make: Any) -> None:
    api, _ = await make(script={"stable_token": [40164]})
    with pytest.raises(ApiError) as caught:
        await api.token()
    assert caught.value.kind == "setup" and "10.1.2.3" in caught.value.hint


async def test_no_connection_is_busy_and_no_answer_is_lost_and_never_sent_again() -> None:
    nowhere = WeChatApi(config(api=f"http://127.0.0.1:{free_port()}"), MemoryPending(), pause_s=0.01)
    with pytest.raises(ApiError) as caught:
        await nowhere.token()
    assert caught.value.kind == "busy"
    await nowhere.close()
    requests: List[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    pending = MemoryPending()
    api = WeChatApi(config(api=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), pending, pause_s=0.01)
    api._token = ("t", utc_now() + timedelta(hours=1))
    with pytest.raises(ApiError) as caught:
        await api.send_text("o1", "好")
    assert (caught.value.kind, len(requests)) == ("lost", 1)
    await api.close()
    server.close()


def test_unknown_code_is_still_an_error() -> None:
    assert (api_error(99999, "strange").kind, api_error(40164, "no address").hint[-1]) == ("other", "。")
