"""WeChat's error codes: what the channel does about each, and what a person should do. Pure.

Source: developers.weixin.qq.com, 全局返回码; observations where it says nothing.
"""

from __future__ import annotations

from typing import Mapping, Tuple

from bot.channels.wechat.errors import ApiError, Kind

CODES: Mapping[int, Tuple[Kind, str]] = {
    -1: ("busy", "微信那边正忙，过一会儿再试。"),
    40001: ("token", "access_token 无效，或 AppSecret 不对：核对 BOT_WECHAT_SECRET；重置过的话换成新的。"),
    40014: ("token", "access_token 无效，会自动重取一次；反复出现就核对 AppID 和 AppSecret 是不是同一个账号的。"),
    42001: ("token", "access_token 过期，会自动重取。"),
    40003: ("window", "OpenID 不对：这个用户不属于这个账号。"),
    43004: ("window", "用户没有关注，不能主动发。"),
    48002: ("window", "用户关掉了接收消息。"),
    45015: ("window", "用户超过 48 小时没有说话，不能再主动发；他下次说话时会看到。"),
    45047: ("window", "对这个用户主动发的条数用完了（一条消息最多回五条）；他下次说话时会看到。"),
    45002: ("too_long", "内容太长，会拆短再发。"),
    45009: ("busy", "今天或这一分钟的调用次数用完了：在“接口管理 → 接口权限与额度”里看，可以申请清零。"),
    45011: ("busy", "调用太频繁，等一分钟。"),
    48001: (
        "right",
        "账号没有这个接口的权限：没有认证的账号请把 BOT_WECHAT_VERIFIED 设成 no；认证过的到“接口管理 → 接口权限与额度”里看。",
    ),
    50001: ("right", "账号没有授权这个接口。"),
    50002: ("setup", "账号被限制或冻结，登录公众平台看通知。"),
    40002: ("setup", "grant_type 不对，程序和微信的接口不一致，请升级。"),
    40013: ("setup", "AppID 不对：核对 BOT_WECHAT_APP_ID（wx 开头，不是 gh_ 开头的原始 ID）。"),
    40125: ("setup", "AppSecret 不对：到“微信开发者平台 → 基础信息 → 开发密钥”重置，换掉 BOT_WECHAT_SECRET。"),
    40164: ("setup", "服务器的出口 IP 不在白名单：到“微信开发者平台 → 基础信息 → 开发密钥 → IP 白名单”把它加上。"),
    40243: ("setup", "AppSecret 被冻结：到“微信开发者平台 → 基础信息 → 开发密钥”解冻。"),
    41004: ("setup", "没有给 AppSecret：设 BOT_WECHAT_SECRET。"),
    89503: ("setup", "这次调用要管理员确认：管理员微信里会收到一条消息，点确认。"),
    89506: ("setup", "管理员拒绝了这个 IP 的调用，24 小时后再试或换 IP。"),
    89507: ("setup", "管理员拒绝了这个 IP 的调用，1 小时后再试。"),
    40015: ("other", "菜单类型不对。"),
    40018: ("other", "菜单名太长或是空的：一级最多 4 个汉字，二级最多 8 个汉字。"),
    46003: ("other", "还没有菜单：跑一次 `bot wechat menu push`。"),
    65301: ("other", "没有这样的个性化菜单。"),
    65400: ("right", "没有开通新版客服功能：在公众平台“添加功能插件”里添加“客服”。"),
}
"""Class and cure of each code that has been seen."""


def api_error(code: int, message: str = "") -> ApiError:
    """The error for a code and WeChat's message, of which only the request id and the IP address are kept."""
    kind, hint = CODES.get(code, ("other", "没有见过这个错误码，到开放社区按错误码搜索。"))
    rid = message.rpartition("rid:")[2].strip()[:64] if "rid:" in message else ""
    if code == 40164:
        shown = next((part for part in message.replace(",", " ").split() if _is_address(part)), "")
        hint += f"要加的 IP：{shown}" if shown else ""
    return ApiError(code, kind, rid, hint)


def _is_address(part: str) -> bool:
    return part.count(".") == 3 and part.replace(".", "").isdigit()
