"""How many WeChat users at once are answered in time. Against a running assistant with the same BOT_WECHAT_* settings:

python benchmarks/wechat.py 100 http://127.0.0.1:5005/webhooks/wechat/
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from typing import List

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.phone import OUT_OF_SERVICE, Phone, Shown
from bot.channels.wechat.render import SHOW
from bot.settings import settings

QUESTION = "三甲门诊花了八百能报多少"
ROUNDS = 20


async def measure(users: int, url: str) -> None:
    """Print how long all users at once wait, and then one user alone."""
    config = WeChatConfig.of(settings())
    if config is None:
        raise SystemExit("BOT_WECHAT_TOKEN is not set")
    run = int(time.time())
    phones = [Phone(url, config, openid=f"oBench{run}{number:010d}") for number in range(users)]
    found: List[Shown] = list(await asyncio.gather(*(phone.say(QUESTION) for phone in phones)))
    waited = sorted(shown.seconds for shown in found)
    texts = [shown.text or "" for shown in found]
    links = sum(f"点此{SHOW}" in text for text in texts)
    failed = sum(text == OUT_OF_SERVICE for text in texts)
    print(f"{users} at once: {users - links - failed} answered, {links} given the link, {failed} out of service")
    print(f"  waited {statistics.median(waited):.2f} s (median), {waited[-1]:.2f} s (longest)")
    while f"点此{SHOW}" in ((await phones[-1].say(SHOW)).text or ""):
        await asyncio.sleep(0.5)
    alone = [(await phones[0].say(QUESTION)).seconds for _ in range(ROUNDS)]
    print(f"  one alone: {statistics.median(alone) * 1000:.0f} ms (median of {ROUNDS})")
    for phone in phones:
        if phone.session:
            await phone.session.close()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]), (sys.argv[2:] or ["http://127.0.0.1:5005/webhooks/wechat/"])[0]))
