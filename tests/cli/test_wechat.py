"""`bot wechat`: the doctor against a served account and a played interface, the menu, the phone in a terminal."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, AsyncIterator, Dict, List, Tuple

import pytest

from bot.channels.wechat.doctor import Finding, examine
from bot.channels.wechat.menu import MenuError, as_wechat, load_menu
from bot.channels.wechat.phone import Interface
from tests.channels.wechat.conftest import AES_KEY, account_at
from tests.engine.test_action_server import free_port

BOT = str(Path(sys.executable).with_name("bot"))


@pytest.fixture(scope="module")
async def account(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    import shutil

    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("doctor") / "campus.db")
    async with AsyncExitStack() as stack:
        yield await account_at(stack, f"sqlite:///{path}", interface=Interface(), patience=0.4)


def variables(account: Any) -> Dict[str, str]:
    return {"BOT_WECHAT_TOKEN": "weixin", "BOT_WECHAT_APP_ID": account.config.app_id, "BOT_WECHAT_AES_KEY": AES_KEY,
            "BOT_WECHAT_ID_KEY": "k" * 32, "BOT_WECHAT_SECRET": "s" * 32, "BOT_WECHAT_API": account.config.api,
            "BOT_WECHAT_URL": account.url}  # fmt: skip


async def bot(*arguments: str, typed: str = "", **environment: str) -> Tuple[int, str, str]:
    """Run the command beside this event loop, which serves the account."""
    process = await asyncio.create_subprocess_exec(
        BOT, *arguments, stdin=-1, stdout=-1, stderr=-1, env={**os.environ, **environment}
    )
    out, err = await asyncio.wait_for(process.communicate(typed.encode()), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def found(account: Any, url: Any = "", **changes: Any) -> List[Finding]:
    """What the doctor finds."""
    changed = replace(account.config, **changes)
    return [each async for each in examine(changed, account.url if url == "" else url)]


@pytest.mark.parametrize("command", [["check"], ["menu", "push"], ["simulate"]])
async def test_every_command_has_help_with_an_example(command: Any) -> None:
    code, out, _ = await bot("wechat", *command, "--help")
    assert code == 0 and "Example" in out


async def test_without_a_token_it_is_one_line() -> None:
    for command in (["check"], ["simulate"], ["menu", "push"]):
        code, _, err = await bot("wechat", *command, BOT_WECHAT_TOKEN="")
        assert (code, err.count("\n")) == (1, 1) and "BOT_WECHAT_TOKEN is not set" in err


async def test_healthy_unverified_account(account: Any) -> None:
    account.interface.script["customservice/getkflist"] = [48001]
    code, out, err = await bot("wechat", "check", **variables(account))
    assert (code, err) == (0, "")
    for line in ("[好] 设置齐全，安全模式", "[好] AES 密钥能加密、能解密", "[好] 地址能通，签名对得上", "[好] 签名不对的请求被拒绝",
                 "[好] 收得到消息", "[好] 取得到 access_token，出口 IP 在白名单里", "[好] 没有认证：晚到的回答"):  # fmt: skip
        assert line in out
    assert "[注意] 没有菜单" in out and "不是 80 或 443" in out
    assert "s" * 32 not in out and AES_KEY not in out


@pytest.mark.parametrize(
    "change, script, said",
    [
        ({"tokens": ("other",)}, {}, "BOT_WECHAT_TOKEN 和这里的不一样"),
        ({"aes_keys": ("B" * 43,)}, {}, "AES 密钥、AppID 或 BOT_WECHAT_MODE"),
        ({"url": "http://127.0.0.1:1/"}, {}, "连不上 http://127.0.0.1:1/"),
        ({}, {"stable_token": [40164]}, "要加的 IP：10.1.2.3"),
        ({}, {"stable_token": [40125]}, "AppSecret 不对"),
        ({}, {"stable_token": [40013]}, "AppID 不对"),
        ({"verified": True}, {"customservice/getkflist": [48001]}, "BOT_WECHAT_VERIFIED 设成 no"),
    ],
)
async def test_each_fault_is_named_with_its_cure(account: Any, change: Any, script: Any, said: str) -> None:
    account.interface.script.update(script)
    findings = await found(account, **change)
    account.interface.script.clear()
    assert any(each.state == "fail" and said in each.what + each.todo for each in findings), findings


async def test_wrong_path_is_said(account: Any) -> None:
    findings = await found(account, url=account.url.replace("/wechat/", "/weixin/"))
    assert any("要以 /webhooks/wechat/ 结尾" in each.todo for each in findings)


async def test_check_that_fails_ends_with_1(account: Any) -> None:
    code, out, _ = await bot("wechat", "check", "--url", "http://127.0.0.1:1/", **variables(account))
    assert code == 1 and "[不行] 连不上" in out


async def test_less_than_the_best_is_said(account: Any) -> None:
    findings = await found(account, mode="plain", url=None, secret=None)
    assert [each.state for each in findings] == ["warn", "ok", "warn", "warn"] and "安全模式" in findings[0].todo
    findings = await found(account)
    assert any("账号看来是认证过的" in each.what for each in findings)


async def test_menu_is_pushed_as_wechat_wants_it(account: Any) -> None:
    code, out, _ = await bot("wechat", "menu", "push", **variables(account))
    assert code == 0 and "菜单已经发给微信" in out
    assert account.interface.calls[-1] == ("menu/create", as_wechat(load_menu()))
    account.interface.script["menu/create"] = [48001]
    code, _, err = await bot("wechat", "menu", "push", **variables(account))
    assert (code, err.count("\n")) == (1, 1) and "48001" in err and "没有这个接口的权限" in err
    _, out, _ = await bot("wechat", "menu", "push", "--dry-run")
    assert json.loads(out) == as_wechat(load_menu())


@pytest.mark.parametrize(
    "text, said",
    [
        ("[]", "list of 1 to 3"),
        ("- {name: 一二三四五六, ask: 好}", "16 bytes, this one has 18"),
        ("- {name: 好}", "needs one of ask, url, sub"),
        ("- {name: 好, ask: 好, url: https://x/}", "needs one of"),
        ("- {ask: 好}", "has no name"),
        ("- {name: 好, sub: [{name: 好, sub: []}]}", "needs one of ask, url"),
        ("- {name: 好, sub: [1, 2, 3, 4, 5, 6]}", "at most 5"),
        ("- {name: 好, ask: 5}", "must be a text"),
        ("- {name: 好, ask: 好, colour: red}", "needs one of"),
        ("{", "cannot be read"),
    ],
)
def test_menu_that_wechat_would_refuse_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "menu.yml").write_text(text, "utf-8")
    with pytest.raises(MenuError, match=said):
        load_menu(tmp_path / "menu.yml")


def test_menu_may_open_pages(tmp_path: Path) -> None:
    (tmp_path / "menu.yml").write_text("- {name: 官网, url: https://ybj.sh.gov.cn/}", "utf-8")
    assert as_wechat(load_menu(tmp_path / "menu.yml"))["button"][0]["type"] == "view"


async def test_phone_in_the_terminal(account: Any) -> None:
    lines = [
        "你好",
        "!1",
        "!3 三遍",
        "!subscribe",
        "!voice",
        "!99",
        "!what",
        "!click ask:参保",
        "慢 0.6",
        "!unsubscribe",
        "",
    ]
    typed = "\n".join(lines)
    code, out, err = await bot("wechat", "simulate", "--url", account.url, typed=typed, **variables(account))
    assert (code, err) == (0, "")
    for line in ("│ 答：你好", "│ 1. [好]", "│ 答：三遍", "（送了 3 次", "│ 你好，我是校园医保助手", "听不了语音",
                 "（没有这个链接）", "│ 答：参保", "[点此看结果]", "（什么也没有显示）"):  # fmt: skip
        assert line in out
    assert "weixin://" not in out


async def test_terminal_shows_what_comes_later(account: Any, migrated_sqlite: Path, tmp_path: Path) -> None:
    import shutil

    port = free_port()
    async with AsyncExitStack() as stack:
        url = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'campus.db')}"
        late = await account_at(stack, url, verified=True, patience=0.2, api=f"http://127.0.0.1:{port}")
        given = variables(late)
        process = await asyncio.create_subprocess_exec(
            BOT, "wechat", "simulate", "--url", late.url, "--api-port", str(port),
            stdin=-1, stdout=-1, stderr=-1, env={**os.environ, **given},
        )  # fmt: skip
        assert process.stdin
        process.stdin.write("慢 0.4\n".encode())
        await asyncio.sleep(4)
        out, _ = await asyncio.wait_for(process.communicate(b"\n"), 30)
    assert "（什么也没有显示）" in out.decode() and "│ （稍后到的）答：慢 0.4" in out.decode()
