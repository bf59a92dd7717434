"""`bot doctor`: looks at everything that an installation needs and says what to do about each."""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Callable, Dict, Iterable, Iterator, List, Tuple

from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.ops import doctor_parts, doctor_stores
from bot.ops.findings import Finding
from bot.settings import PROJECT, Settings, variables

BEIJING = timedelta(hours=8)
LOCAL = re.compile(r"https?://(localhost|127\.|\[::1\])")
FOREIGN = ("BOT_TEST_",)
"""Variables that begin with BOT_ and belong to the tests."""
MANY = 8
Part = Callable[[Settings], Iterable[Finding]]


def parts() -> Tuple[Tuple[str, Part], ...]:
    """What is looked at, in this order."""
    return (
        ("设置", settings_of),
        ("数据库", doctor_stores.database),
        ("Redis", doctor_stores.redis_of),
        ("模型", doctor_parts.model),
        ("知识", doctor_parts.knowledge_of),
        ("文件", doctor_parts.documents),
        ("动作", doctor_parts.actions),
        ("时钟", clock),
        ("版本", versions),
    )


def examine(settings: Settings) -> Iterator[Tuple[str, Finding]]:
    """Every finding as it comes, with its part. Nothing is changed. A check that breaks is a finding too."""
    for name, look in parts():
        try:
            yield from ((name, finding) for finding in look(settings))
        except Exception as error:
            yield (
                name,
                Finding("fail", f"这一项查不下去（{type(error).__name__}）", "用 BOT_LOG_LEVEL=DEBUG 再跑一次。"),
            )


def settings_of(settings: Settings) -> Iterator[Finding]:
    """What is set, and what does not go together."""
    said = [f"{name}={value}" for name, value in _given(settings)]
    yield Finding("ok", "设了：" + ("，".join(said) or "什么也没设，全部用默认值"))
    known = set(variables())
    for name in sorted(os.environ):
        if name.startswith("BOT_") and not name.startswith(FOREIGN) and name.removesuffix("_FILE") not in known:
            yield Finding("warn", f"没有 {name} 这个设置", "是不是拼错了？全部设置见 README。")
    yield from _contradictions(settings)


def _given(settings: Settings) -> Iterator[Tuple[str, str]]:
    """Every variable that is set; secrets as stars, also the password inside an address."""
    for name, field in sorted(variables().items()):
        from_file = os.environ.get(f"{name}_FILE")
        if not from_file and not os.environ.get(name):
            continue
        value = getattr(settings, field.name)
        shown = "******" if isinstance(value, SecretStr) else _without_password(str(value))
        yield name, shown + (f"（来自 {from_file}）" if from_file else "")


def _without_password(value: str) -> str:
    return re.sub(r"(?<=://)([^/@\s]*):[^@\s]*(?=@)", r"\1:***", value)


def _contradictions(settings: Settings) -> Iterator[Finding]:
    production, sqlite = settings.environment == "production", settings.database_url.startswith("sqlite")
    if not production and _is_public(settings):
        yield Finding("warn", "BOT_ENVIRONMENT 还是 development，可看来是给学生用的",
                      "设 BOT_ENVIRONMENT=production：没有密钥就不启动，本机的 REST 接口关闭。")  # fmt: skip
    if settings.redis_url and sqlite:
        yield Finding("warn", "设了 BOT_REDIS_URL，数据库却是 SQLite",
                      "多个进程请用 PostgreSQL；只有一个进程就不需要 Redis。")  # fmt: skip
    if production and not sqlite and not settings.redis_url:
        yield Finding("warn", "没有设 BOT_REDIS_URL", "只有一个助手进程时没关系；多个进程的锁和限速要放在 Redis。")
    if settings.fixed_today:
        state = "fail" if production else "warn"
        yield Finding(state, f"BOT_TODAY 把今天定在 {settings.fixed_today}", "给学生用时删掉它，不然日子永远不动。")  # type: ignore[arg-type]
    if settings.wechat_token:
        yield Finding("ok", "微信渠道开着；接得好不好，跑 `bot wechat check`")
    elif any(name.startswith("BOT_WECHAT_") for name, _ in _given(settings)):
        yield Finding(
            "warn",
            "设了微信的设置，可没有 BOT_WECHAT_TOKEN，渠道没开",
            "步骤见 docs/wechat.md，之后跑 `bot wechat check`。",
        )


def _is_public(settings: Settings) -> bool:
    """Whether something is set that nobody sets for himself alone."""
    pages = [page for page in settings.origins() if not LOCAL.match(page)]
    far = make_url(settings.database_url).host not in (None, "", "localhost", "127.0.0.1", "::1")
    return bool(pages or settings.wechat_token or settings.redis_url or far)


def clock(settings: Settings) -> Iterator[Finding]:
    """The machine's clock against those of its stores, and its time zone."""
    yield from doctor_stores.skew(settings)
    offset = datetime.now().astimezone().utcoffset()
    if offset == BEIJING:
        yield Finding("ok", f"时区是北京时间，现在 {datetime.now():%Y-%m-%d %H:%M}")
    else:
        yield Finding("warn", f"时区不是北京时间，现在是 {datetime.now().astimezone():%Y-%m-%d %H:%M %z}",
                      "设 TZ=Asia/Shanghai，不然“今天”和截止日会差一天。")  # fmt: skip


def versions(_: Settings) -> Iterator[Finding]:
    """Python and the packages against constraints.txt."""
    if sys.version_info[:2] == (3, 10):
        yield Finding("ok", f"Python {sys.version.split()[0]}")
    else:
        yield Finding("fail", f"Python 是 {sys.version.split()[0]}", "要 3.10；`make run` 会自己取一个。")
    file = PROJECT / "constraints.txt"
    if not file.is_file():
        yield Finding("warn", "没有 constraints.txt，没有核对包的版本", "从源码目录跑，或重新安装。")
        return
    pinned = dict(line.strip().split("==", 1) for line in file.read_text("utf-8").splitlines() if "==" in line)
    other = _other(pinned)
    if other:
        more = f" 等 {len(other)} 个" if len(other) > MANY else ""
        yield Finding(
            "warn", f"这些包的版本和测试过的不一样：{'，'.join(other[:MANY])}{more}", "删掉 .venv，再跑 `make run`。"
        )
    else:
        yield Finding("ok", "装的包都是测试过的版本")


def _other(pinned: Dict[str, str]) -> List[str]:
    """Packages that are installed in another version than the one given."""
    found: List[str] = []
    for name, wanted in pinned.items():
        try:
            here = version(name)
        except PackageNotFoundError:
            continue  # not every installation has all of them
        if here != wanted:
            found.append(f"{name} {here}（应是 {wanted}）")
    return found
