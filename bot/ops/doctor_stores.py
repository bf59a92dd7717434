"""The part of `bot doctor` that asks the stores: database, Redis, and their clocks."""

from __future__ import annotations

import shutil
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, Optional

import redis
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bot.ops.findings import Finding
from bot.settings import Settings
from bot.store.engine import Sessions, make_engine
from bot.store.errors import StoreUnavailable
from bot.store.models import WeChatStamp
from bot.store.schema import newest_revision, revision_state

LITTLE_MB, TOO_LITTLE_MB = 1_000, 100
"""Free space beside an SQLite file from which it is little, and from which it does not do."""
SKEW_S, BAD_SKEW_S = 2.0, 30.0
"""Difference of two clocks from which it should be looked at, and from which limits and signatures go wrong."""
LIMIT_S = 2.0
FITTING = "noeviction"
"""What Redis must do when it is full: a lock that is thrown out lets two messages of one student run at once."""


class _Undone(Exception):
    """Rolls a trial back."""


def database(settings: Settings) -> Iterator[Finding]:
    """Reachable, at the newest revision, writable, with room."""
    url = make_url(settings.database_url)
    name = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        yield from _room(Path(url.database or "."))
        if not Path(url.database or "").is_file():
            yield Finding(
                "warn", f"还没有 {url.database}", "第一次启动时会建；现在就要的话，跑 `bot database upgrade`。"
            )
            return
    store = Sessions(make_engine(settings.database_url))
    try:
        with store.read() as session:
            state, revision = revision_state(session)
            kind = _version(session)
    except StoreUnavailable as error:
        yield Finding("fail", f"数据库 {name} 连不上：{error}", "看看它启动没有、地址和密码对不对、防火墙放不放行。")
        return
    yield Finding("ok", f"数据库 {name} 连得上（{kind}）")
    yield _revision(state, revision)
    if state != "old":
        yield _writes(store)
    store.engine.dispose()


def _version(session: Any) -> str:
    dialect = session.get_bind().dialect.name
    query = "SELECT sqlite_version()" if dialect == "sqlite" else "SHOW server_version"
    return f"{'SQLite' if dialect == 'sqlite' else 'PostgreSQL'} {session.execute(sa.text(query)).scalar_one()}"


def _revision(state: str, revision: Optional[str]) -> Finding:
    if state == "old":
        return Finding(
            "fail",
            f"数据库的表是版本 {revision or '（还没有建）'}，程序要 {newest_revision()}",
            "跑 `bot database upgrade`。",
        )
    if state == "newer":
        return Finding("warn", f"数据库的表是版本 {revision}，比这个程序知道的 {newest_revision()} 新",
                       "换版本的时候这样是正常的；换完以后请把所有进程都换成新版本。")  # fmt: skip
    return Finding("ok", f"数据库的表是最新的（{revision}）")


def _writes(store: Sessions) -> Finding:
    """Write a row and take it back."""
    try:
        with store.write() as session:
            session.add(WeChatStamp(stamp=f"doctor-{uuid.uuid4().hex}", key="doctor", at=datetime.now(timezone.utc)))
            session.flush()
            raise _Undone
    except _Undone:
        return Finding("ok", "写得进去，也退得回来")
    except StoreUnavailable as error:
        return Finding("fail", f"数据库写不进去：{error}", "磁盘满了？文件或账号只读？另一个进程一直占着？")


def _room(file: Path) -> Iterator[Finding]:
    folder = next(place for place in (file.resolve().parent, *file.resolve().parents) if place.is_dir())
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < LITTLE_MB:
        yield Finding("fail" if free < TOO_LITTLE_MB else "warn", f"{folder} 只剩 {free} MB",
                      "磁盘满了就记不住会话；清理磁盘，或用 `bot purge` 删掉旧的。")  # fmt: skip
    else:
        yield Finding("ok", f"{folder} 还有 {free / 1000:.0f} GB")


def redis_of(settings: Settings) -> Iterator[Finding]:
    """Reachable, its version, and what it does when it is full."""
    if not settings.redis_url:
        yield Finding("ok", "没有设 BOT_REDIS_URL：锁和限速各进程管各的，只能跑一个助手进程")
        return
    try:
        info = _redis(settings).info()
    except redis.RedisError as error:
        yield Finding(
            "fail", f"Redis 连不上（{type(error).__name__}）", "看看它启动没有、BOT_REDIS_URL 的地址和密码对不对。"
        )
        return
    yield Finding("ok", f"Redis 连得上（{info.get('redis_version')}）")
    policy, limit = str(info.get("maxmemory_policy")), int(info.get("maxmemory") or 0)
    if limit and policy != FITTING:
        yield Finding("warn", f"Redis 满了会按 {policy} 扔掉键，锁也会被扔掉", f"设 maxmemory-policy {FITTING}。")
    else:
        yield Finding(
            "ok", f"Redis 不会扔掉锁（{policy}，{'不限内存' if not limit else f'上限 {limit // 1_000_000} MB'}）"
        )


def _redis(settings: Settings) -> Any:
    return redis.Redis.from_url(str(settings.redis_url), socket_timeout=LIMIT_S, socket_connect_timeout=LIMIT_S)


def skew(settings: Settings) -> Iterator[Finding]:
    """How far the clocks of the stores are from this machine's; a store that is away was said before."""
    if not settings.database_url.startswith("sqlite"):
        store = Sessions(make_engine(settings.database_url))
        try:
            with store.read() as session:
                session.execute(sa.text("SELECT 1"))
                began = time.time()
                theirs = float(session.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
                yield _compared("数据库", theirs, began, time.time())
        except StoreUnavailable:
            pass
        store.engine.dispose()
    if settings.redis_url:
        try:
            client = _redis(settings)
            client.ping()
            began = time.time()
            seconds, micros = client.time()
            yield _compared("Redis", seconds + micros / 1e6, began, time.time())
        except redis.RedisError:
            pass


def _compared(name: str, theirs: float, began: float, ended: float) -> Finding:
    off = abs(theirs - (began + ended) / 2)
    if off < SKEW_S:
        return Finding("ok", f"和{name}的时钟差 {off * 1000:.0f} 毫秒")
    return Finding(
        "fail" if off >= BAD_SKEW_S else "warn", f"和{name}的时钟差 {off:.0f} 秒", "两边都开 NTP（chrony）。"
    )
