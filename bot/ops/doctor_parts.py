"""The part of `bot doctor` that looks at what the assistant answers with: model, knowledge, documents, actions."""

from __future__ import annotations

import json
import urllib.request
from typing import Iterator
from urllib.parse import urlsplit, urlunsplit

from bot.ops.findings import Finding
from bot.settings import PROJECT, Settings

LIMIT_S = 5.0


def model(settings: Settings) -> Iterator[Finding]:
    """There, the file that was trained, and trained from the data as they stand."""
    try:
        from bot.engine.models import NoModel, find_model, hash_file, model_for_current_data
    except ImportError:
        yield Finding("warn", "这个环境里没有 Rasa，没有检查模型", "在助手的环境里再跑一次 `bot doctor`。")
        return
    try:
        found = find_model(settings.model)
    except NoModel as error:
        yield Finding("fail", f"模型不行：{error}", "跑 `bot train`，或把训练时的模型和它的 .sha256 一起再拷一次。")
        return
    yield Finding("ok", f"模型 {found.name}，{found.stat().st_size / 1e6:.1f} MB")
    if hash_file(found).is_file():
        yield Finding("ok", "模型就是训练出来的那个文件（sha256 对得上）")
    else:
        yield Finding(
            "warn", "模型旁边没有 .sha256，不知道它有没有被换过", "跑 `bot train --force`；production 没有它不启动。"
        )
    current = model_for_current_data(found.parent)
    if current is None or not current.samefile(found):
        yield Finding("warn", "模型不是用现在的数据训练的", "数据改过以后跑 `bot train`，再重启助手。")


def knowledge_of(settings: Settings) -> Iterator[Finding]:
    """What `bot knowledge check` finds, as counts."""
    from bot.knowledge.check import check_knowledge

    errors, warnings, counts = check_knowledge(PROJECT, settings.today())
    said = f"{counts}；{len(errors)} 个错误，{len(warnings)} 个提醒"
    if errors:
        yield Finding("fail", f"知识有错：{said}", "跑 `bot knowledge check` 看每一条。")
    else:
        yield Finding("ok", f"知识没有错：{said}")


def documents(settings: Settings) -> Iterator[Finding]:
    """The official documents, as far as they are there."""
    if settings.documents is None:
        yield Finding("ok", "没有设 BOT_DOCUMENTS：出处写到行号，点不开原文")
        return
    from bot.knowledge.base import knowledge
    from bot.knowledge.passages import load_passages

    passages, faults = load_passages(settings.documents, knowledge().book)
    for fault in faults:
        yield Finding("warn", f"读不了：{fault}", "换成 txt、md、docx 或没有加密的 pdf。")
    if passages:
        yield Finding("ok", f"{settings.documents} 里读到 {len(passages)} 段原文")
    else:
        yield Finding(
            "warn", f"{settings.documents} 里没有读到原文", "把官方文件放进去，`bot knowledge import 文件` 可以先试。"
        )


def actions(settings: Settings) -> Iterator[Finding]:
    """The action server, where there is one."""
    if settings.action_url is None:
        yield Finding("ok", "动作在助手进程里跑")
        return
    parsed = urlsplit(str(settings.action_url))
    address = urlunsplit((parsed.scheme, parsed.netloc, "/health", "", ""))
    try:
        with urllib.request.urlopen(address, timeout=LIMIT_S) as answer:  # noqa: S310  # the setting takes http(s) only
            body = json.loads(answer.read(65_536))
    except (OSError, ValueError) as error:
        yield Finding(
            "warn",
            f"动作服务器 {address} 不回答（{type(error).__name__}），助手先自己跑动作",
            "启动它（`bot actions`），或查 BOT_ACTION_URL。",
        )
        return
    count = body.get("actions") if isinstance(body, dict) else None
    yield Finding("ok", f"动作服务器答得上（{count if count is not None else '?'} 个动作）")
