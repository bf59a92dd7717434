"""What a student does in the widget, in a real browser: ask, calculate, change one thing, come back, lose the line."""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any, Callable, Dict, List
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from bot.settings import PROJECT
from tests.web.conftest import Widget, missing

AXE = PROJECT / "web" / "node_modules" / "axe-core" / "axe.min.js"
STAY = "三级医院住院花了5万报多少"


def line(driver: Any, up: bool) -> None:
    """Pull the cable, or put it back."""
    state = {"offline": not up, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", state)


def serious(widget: Widget) -> List[str]:
    """Findings of axe that stop somebody, and what they are about."""
    if not AXE.is_file():
        missing("axe-core is not here; run: cd web && npm ci")
    widget.driver.execute_script(AXE.read_text("utf-8"))
    found: List[Dict[str, Any]] = widget.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run({include: [['#campus-chat']]}, {resultTypes: ['violations']}).then(result => done(result.violations))"
    )
    return [
        f"{item['id']}: {node['target']} {node.get('failureSummary', '')}"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


def test_the_launcher_lies_on_the_page_and_nothing_is_kept_before_agreement(widget: Widget) -> None:
    widget.visit()
    widget.picture("1-demo")
    widget.click(".launcher")
    assert "敏感个人信息" in widget.text()
    widget.picture("2-notice")
    assert widget.js("return localStorage.length") == 0
    widget.click(".main")
    widget.wait("root.querySelector('.bot')")
    assert widget.js("return getComputedStyle(root.querySelector('header button')).textTransform") == "none"
    assert widget.complaints() == []


def test_a_calculation_is_a_figure_a_bar_and_its_steps(widget: Widget) -> None:
    widget.begin().ask(STAY)
    assert widget.js("return root.querySelector('.card .figure b').innerText") == "29,820.00"
    assert widget.js("return [...root.querySelectorAll('.card dd')].map(one => one.innerText)") == [
        "29,820.00 元",
        "20,180.00 元",
    ]
    said = widget.js("return root.querySelector('.card svg.bar').getAttribute('aria-label')")
    assert "基金支付 29,820.00 元" in said and "个人自负 20,180.00 元" in said
    widths = widget.js("return [...root.querySelectorAll('.card svg.bar rect')].map(one => one.getBBox().width)")
    assert widths[0] / sum(widths) == pytest.approx(0.5964, abs=0.005)
    widget.picture("3-calculation")
    widget.js("root.querySelectorAll('.card details').forEach(one => one.open = true)")
    assert "(50000.00 − 300.00) × 60% = 29,820.00 元" in widget.text()
    widget.picture("4-steps")
    widget.click(".card .place")
    widget.wait("root.querySelector('.card blockquote') && root.querySelector('.card blockquote').innerText.length > 9")
    # where the office keeps no documents the passage is a 404, and the widget says where to look instead
    assert [entry for entry in widget.complaints() if "404" not in entry] == []


def test_figures_side_by_side_are_a_table(widget: Widget) -> None:
    widget.begin().ask("各档医院分别给报几成，连门诊带住院整个列给我")
    rows = "return [...root.querySelectorAll('.bot table tr')].map(row => [...row.cells].map(one => one.innerText))"
    assert widget.js(rows) == [
        ["在哪里看", "门急诊报", "住院起付", "住院报"],
        ["校内定点", "80%", "—", "—"],
        ["一级和社区", "70%", "50 元", "80%"],
        ["二级", "60%", "100 元", "75%"],
        ["三级", "50%", "300 元", "60%"],
    ]
    assert widget.js("return [...root.querySelectorAll('.bot th')].every(one => one.scope)")
    widget.picture("14-table")
    assert widget.complaints() == []


def test_one_thing_changes_and_a_choice_is_tapped(widget: Widget) -> None:
    widget.begin().ask("三级医院门诊花了800能报多少")
    assert widget.js("return root.querySelector('.card .figure b').innerText") == "250.00–400.00"
    widget.picture("5-range")
    count = widget.bubbles()
    widget.tap("起付线已经用完")
    widget.answer(count)
    figures = "return [...root.querySelectorAll('.card .figure b')].map(one => one.innerText)"
    assert widget.js(figures)[-1] == "400.00"
    widget.ask("二级医院呢")
    assert widget.js(figures)[-1] == "480.00"


def test_levels_are_compared_as_bars_with_their_values(widget: Widget) -> None:
    widget.begin().ask("比比在哪里看病更省，1000元")
    shown = widget.js(
        "return [...root.querySelectorAll('.card dl > div')].map(one => one.innerText.replace(/\\s+/g, ' '))"
    )
    assert shown[0].startswith("校内 报得最多 800.00 元") and "490.00–700.00 元" in shown[1] and len(shown) == 4
    widget.picture("6-comparison")


def test_a_reload_goes_on_where_the_talk_was(widget: Widget) -> None:
    widget.begin().ask(STAY)
    before = widget.js("return root.querySelector('.log').innerText")
    widget.visit().click(".launcher")
    widget.wait("root.querySelectorAll('.mine').length === 1")
    # the second script comes after the talk and draws the sources anew
    widget.wait("root.querySelector('.card .place')")
    assert widget.js("return root.querySelector('.log').innerText") == before


def test_without_a_line_a_message_waits_and_goes_once(widget: Widget) -> None:
    widget.begin()
    line(widget.driver, False)
    try:
        widget.type(STAY, "\ue007")
        widget.wait("root.querySelector('.trouble')")
        assert "没连上" in widget.text()
        widget.picture("7-offline")
        assert widget.bubbles() == 1
    finally:
        line(widget.driver, True)
    widget.wait("root.querySelector('.card')", 40)
    assert widget.js("return root.querySelectorAll('.mine').length") == 1
    widget.wait("!root.querySelector('.trouble')")


def test_what_was_not_sent_survives_a_reload(widget: Widget) -> None:
    widget.begin()
    line(widget.driver, False)
    widget.type(STAY, "\ue007")
    widget.wait("root.querySelector('.trouble')")
    line(widget.driver, True)
    widget.visit().click(".launcher")
    widget.wait("root.querySelector('.card')", 40)
    assert widget.js("return root.querySelectorAll('.mine').length") == 1


def test_two_tabs_show_the_same(widget: Widget) -> None:
    widget.begin()
    driver = widget.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    second = driver.current_window_handle
    try:
        widget.visit().click(".launcher")
        widget.ask(STAY)
        driver.switch_to.window(first)
        widget.wait("root.querySelector('.card')")
        driver.switch_to.window(second)
        widget.click("header button[aria-label='设置']")
        widget.tap("清空记录")
        widget.tap("确定清空")
        widget.wait("root.textContent.includes('记录已经全部清空')")
        driver.switch_to.window(first)
        widget.wait("root.querySelector('[data-phase=notice]')")
    finally:
        driver.switch_to.window(second)
        driver.close()
        driver.switch_to.window(first)


def test_erasing_leaves_nothing_and_asks_again(widget: Widget) -> None:
    widget.begin().ask(STAY)
    widget.click("header button[aria-label='设置']")
    widget.picture("8-settings")
    widget.tap("清空记录")
    widget.tap("确定清空")
    widget.wait("root.querySelector('[data-phase=notice]')")
    kept = widget.js("return Object.keys(localStorage)")
    assert [name for name in kept if not name.endswith("settings")] == []


def test_the_keyboard_is_enough(widget: Widget) -> None:
    widget.visit()
    for _ in range(12):
        widget.driver.switch_to.active_element.send_keys("\ue004")
        if widget.js("return root.activeElement !== null"):
            break
    widget.wait("root.activeElement && root.activeElement.matches('.launcher')", 1)
    widget.find(".launcher").send_keys("\ue007")
    widget.wait("root.activeElement && root.activeElement.matches('.main')")
    widget.find(".main").send_keys("\ue007")
    widget.wait("root.activeElement && root.activeElement.matches('textarea')")
    # Shift+Enter is a new line
    widget.type("第一行", "\ue008", "\ue007", "\ue000", "第二行")
    assert widget.js("return root.querySelector('textarea').value") == "第一行\n第二行"
    # Tab goes round inside the dialog
    for _ in range(20):
        widget.driver.switch_to.active_element.send_keys("\ue004")
        assert widget.js("return root.activeElement !== null")
    widget.find("textarea").send_keys("\ue00c")
    widget.wait("root.activeElement && root.activeElement.matches('.launcher')")


def test_enter_while_composing_pinyin_does_not_send(widget: Widget) -> None:
    widget.begin()
    driver = widget.driver
    widget.find("textarea").click()
    driver.execute_cdp_cmd("Input.imeSetComposition", {"text": "yibao", "selectionStart": 5, "selectionEnd": 5})
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    driver.execute_cdp_cmd("Input.insertText", {"text": "医保"})
    time.sleep(0.3)
    assert widget.js("return root.querySelectorAll('.mine').length") == 0
    assert widget.js("return root.querySelector('textarea').value") == "医保"


def test_storage_refused_is_no_obstacle(chromium: Callable[..., Any], site: str) -> None:
    driver = chromium()
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": refuse})
    widget = Widget(driver, site).begin()
    assert "29,820.00" in widget.ask(STAY)
    assert widget.complaints() == []


def test_a_school_embeds_it_from_another_origin(chromium: Callable[..., Any], school: str) -> None:
    widget = Widget(chromium(), school).visit("/")
    widget.click(".launcher")
    widget.click(".main")
    widget.wait("root.querySelector('.bot')")
    assert "29,820.00" in widget.ask(STAY)
    widget.click("header button[aria-label='设置']")
    widget.tap("English")
    widget.wait("root.textContent.includes('Appearance')")
    assert widget.complaints() == []


def test_what_comes_later_may_fail_to_come(chromium: Callable[..., Any], site: str) -> None:
    driver = chromium()
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/widget.more.js"]})
    widget = Widget(driver, site).begin()
    widget.ask(STAY)
    assert widget.js("return root.querySelector('.card .figure b').innerText") == "29,820.00"
    assert "依据：《" in widget.text() and widget.js("return root.querySelectorAll('.card svg.bar').length") == 1
    assert "800.00 元" in widget.ask("比比在哪里看病更省，1000元")
    assert "250.00" in widget.ask("三级医院门诊花了800能报多少")
    widget.click("header button[aria-label='设置']")
    widget.wait("root.textContent.includes('没有打开就请再点一次')")
    # it is asked for again, and what was said before is then drawn in full
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    widget.click("header button[aria-label='设置']")
    widget.wait("root.textContent.includes('跟随系统') && root.activeElement.matches('.first')")
    widget.click("header button[aria-label='返回']")
    widget.wait("root.querySelectorAll('.card svg.track').length === 4")
    assert widget.js("return [...root.querySelectorAll('.card .figure b')].pop().innerText") == "250.00–400.00"


def test_a_page_whose_panel_stays_closed_loads_one_script(widget: Widget) -> None:
    scripts = (
        "return performance.getEntriesByType('resource').filter(one => one.initiatorType === 'script')"
        ".map(one => new URL(one.name).pathname)"
    )
    widget.visit().find(".launcher")
    assert widget.js(scripts) == ["/widget.js"]
    widget.click(".launcher")
    widget.wait("window.campusChatMore")
    assert widget.js(scripts) == ["/widget.js", "/widget.more.js"]


@pytest.mark.parametrize("name", ["widget.js", "widget.more.js", "widget.en.js"])
def test_a_script_is_packed_and_asked_for_anew(site: str, name: str) -> None:
    plain = (PROJECT / "bot" / "channels" / "web" / "static" / name).read_bytes()
    request = Request(f"{site}/{name}", headers={"Accept-Encoding": "gzip"})
    with urlopen(request, timeout=10) as answer:
        assert gzip.decompress(answer.read()) == plain
        assert answer.headers["Cache-Control"] == "no-cache"
        request.add_header("If-None-Match", answer.headers["ETag"])
    with pytest.raises(HTTPError) as unchanged:
        urlopen(request, timeout=10)
    assert unchanged.value.code == 304


def test_an_older_browser_is_dressed_within_the_policy(chromium: Callable[..., Any], site: str) -> None:
    driver = chromium()
    remove = {"source": "delete CSSStyleSheet.prototype.replaceSync"}
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", remove)
    widget = Widget(driver, site).visit()
    assert widget.js("return getComputedStyle(root.querySelector('.launcher')).position") == "fixed"
    widget.click(".launcher")
    widget.click("header button[aria-label='设置']")
    widget.wait("root.querySelector('.segments')")
    assert widget.js("return getComputedStyle(root.querySelector('.segments')).display") == "flex"
    assert widget.complaints() == []


def test_a_phone_has_the_whole_screen(chromium: Callable[..., Any], site: str) -> None:
    driver = chromium()
    phone = {"width": 375, "height": 667, "deviceScaleFactor": 2, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    widget = Widget(driver, site).begin()
    widget.ask("三级医院门诊花了800能报多少")
    box = widget.js(
        "const b = root.querySelector('.panel').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]"
    )
    assert [round(side) for side in box] == [0, 0, 375, 667]
    assert widget.js("return root.querySelector('.log').scrollWidth <= 375")
    small = widget.js(
        "return [...root.querySelectorAll('button, summary')].map(one => one.getBoundingClientRect())"
        ".filter(box => box.width && (box.height < 44 || box.width < 44)).length"
    )
    assert small == 0
    widget.picture("9-phone")
    # a keyboard takes 300 pixels: the field stays in sight
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**phone, "height": 367})
    widget.wait("root.querySelector('textarea').getBoundingClientRect().bottom <= 367")
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    Widget(driver, site).visit("/")
    widget.wait("root.querySelector('.card')")
    widget.picture("10-page-phone")


def test_the_page_mode_is_the_whole_page(widget: Widget) -> None:
    widget.begin("/").ask("怎么参保")
    assert not widget.js("return root.querySelector('.launcher')")
    widget.picture("11-page")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_has_no_serious_finding(widget: Widget, dark: bool) -> None:
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    scheme.append({"name": "prefers-reduced-motion", "value": "reduce"})
    widget.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    found = serious(widget.visit())
    widget.click(".launcher")
    assert widget.js("return root.querySelector('.app').dataset.theme") == ("dark" if dark else "light")
    found += serious(widget)
    widget.click(".main")
    widget.wait("root.querySelector('.bot')")
    for question in ("三级医院门诊花了800能报多少", "比比在哪里看病更省，1000元", "怎么参保"):
        widget.ask(question)
        widget.js("root.querySelectorAll('details').forEach(one => one.open = true)")
        found += serious(widget)
        widget.picture(f"12-{'dark' if dark else 'light'}-{question[:4]}")
    widget.click("header button[aria-label='设置']")
    found += serious(widget)
    assert found == []


def test_size_theme_and_language_are_switched_and_kept(widget: Widget) -> None:
    widget.begin().ask(STAY)
    widget.click("header button[aria-label='设置']")
    widget.tap("大")
    widget.tap("深色")
    widget.tap("English")
    widget.wait("root.textContent.includes('Appearance')")
    widget.click("header button[aria-label='Back']")
    assert "Fund pays" in widget.text()
    widget.picture("13-english-large-dark")
    widget.visit().click(".launcher")
    widget.wait("root.textContent.includes('Fund pays')")
    assert widget.js("return root.querySelector('.app').matches('.big[data-theme=dark]')")


def test_a_result_is_copied_printed_and_rated(widget: Widget) -> None:
    widget.begin().ask(STAY)
    widget.js("window.written = ''; navigator.clipboard.writeText = async text => { window.written = text }")
    widget.click(".card [aria-label='复制']")
    widget.wait("window.written.includes('29,820.00')")
    # what goes to the printer is looked at when the frame is taken away, which is after printing
    widget.js(
        "new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(node => {"
        "  if (node.tagName === 'IFRAME') setTimeout(() => { window.printed = node.contentDocument.body.innerText })"
        "}))).observe(root, {childList: true, subtree: true})"
    )
    widget.click(".card [aria-label='打印']")
    widget.wait("(window.printed || '').includes('(50000.00 − 300.00) × 60%')")
    widget.click(".card [aria-label='没帮助']")
    widget.find(".comment input").send_keys("住院算错了")
    widget.click(".comment button")
    widget.wait("root.textContent.includes('谢谢')")
    assert widget.complaints() == []


def test_the_page_is_ready_soon(widget: Widget, record_property: Callable[[str, object], None]) -> None:
    widget.visit()
    widget.find(".launcher")
    took = widget.driver.execute_script(
        "const [entry] = performance.getEntriesByType('navigation'); return entry.domContentLoadedEventEnd - entry.startTime"
    )
    record_property("ready_ms", took)
    print(f"ready after {took:.0f} ms")
    assert took < 2000


def test_turns_are_quick(widget: Widget) -> None:
    widget.begin()
    times = []
    for amount in range(1000, 11000, 1000):
        began = time.monotonic()
        widget.ask(f"三级医院住院花了{amount}能报多少")
        times.append(time.monotonic() - began)
        time.sleep(0.6)
    times.sort()
    print(f"turns in the page: median {times[5] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms")
    assert times[5] < 3


def test_screenshots_have_a_place(tmp_path: Path, widget: Widget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SCREENSHOTS", str(tmp_path / "shots"))
    widget.visit().picture("demo")
    assert (tmp_path / "shots" / "demo.png").stat().st_size > 1000
