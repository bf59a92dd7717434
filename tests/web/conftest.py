"""A real browser on the real server: Debian's Chromium, driven over WebDriver; screenshots go to BOT_SCREENSHOTS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

from bot.settings import PROJECT
from tests.engine.test_action_server import free_port, wait_for

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
ROOT = "const root = document.getElementById('campus-chat').shadowRoot;"


def missing(message: str) -> None:
    """Skip where a tool is not installed; with CI set it must be there."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


SCHOOL_PORT = free_port()


@pytest.fixture
def school(site: str) -> Iterator[str]:
    """A page of a school on an origin of its own, which the assistant allows; it embeds the widget in one line."""
    script = f'<script src="{site}/widget.js" data-city="shanghai" defer></script>'
    page = f'<!doctype html><html lang="zh"><link rel="icon" href="data:,"><title>x</title><p>x</p>{script}'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", SCHOOL_PORT), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{SCHOOL_PORT}"
        server.shutdown()


@pytest.fixture(scope="package")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running assistant; WEB_SITE names one that runs already, such as web/dev/server.mjs."""
    if os.environ.get("WEB_SITE"):
        yield os.environ["WEB_SITE"]
        return
    pytest.importorskip("bot.channels.web.channel")
    model = request.getfixturevalue("model")
    port = free_port()
    database = tmp_path_factory.mktemp("site") / "campus.db"
    process = subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "run", "--port", str(port)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "BOT_DATABASE_URL": f"sqlite:///{database}",
            "BOT_MODEL": str(model),
            "BOT_WEB_ORIGINS": f"http://127.0.0.1:{SCHOOL_PORT}",
            "PYTHONPATH": str(PROJECT),
        },
    )
    wait_for(f"http://127.0.0.1:{port}/health", process, 90)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait(10)


@pytest.fixture(scope="package")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Start browsers, each with a profile of its own; all are closed at the end."""
    webdriver = pytest.importorskip("selenium.webdriver")
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        missing("no Chromium here; apt-get install chromium chromium-driver")
    opened: List[Any] = []

    def start(width: int = 1200, height: int = 860, *flags: str) -> Any:
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        profile = tmp_path_factory.mktemp("profile")
        for flag in [*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", *flags]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        made = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        opened.append(made)
        return made

    yield start
    for made in opened:
        made.quit()


class Widget:
    """The widget of one page, as a student has it before them."""

    def __init__(self, driver: Any, site: str) -> None:
        self.driver = driver
        self.site = site

    def js(self, code: str, *values: Any) -> Any:
        return self.driver.execute_script(ROOT + code, *values)

    def wait(self, what: str, seconds: float = 15) -> Any:
        """Wait until an expression over `root` is true; returns its value."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if value := self.js(f"return {what}"):
                return value
            time.sleep(0.05)
        raise AssertionError(f"never true: {what}\n{self.text()[-600:]}\n{self.driver.get_log('browser')}")

    def text(self) -> str:
        return str(self.js("return root.querySelector('.app').innerText"))

    def find(self, selector: str) -> Any:
        return self.wait(f"root.querySelector({selector!r})")

    def click(self, selector: str) -> None:
        self.js("arguments[0].click()", self.find(selector))

    def tap(self, label: str) -> None:
        """Tap the button that says this."""
        found = f"[...root.querySelectorAll('button')].find(one => one.innerText.trim() === {label!r})"
        self.js("arguments[0].click()", self.wait(found))

    def visit(self, path: str = "/demo.html") -> Widget:
        self.driver.get(self.site + path)
        return self

    def begin(self, path: str = "/demo.html") -> Widget:
        """Open the page and the panel, agree to the notice, wait for the greeting."""
        self.visit(path)
        if path == "/demo.html":
            self.click(".launcher")
        self.click(".main")
        self.wait("root.querySelector('.bot')")
        return self

    def bubbles(self) -> int:
        return int(self.js("return root.querySelectorAll('.message:not(.mine)').length"))

    def type(self, text: str, *keys: str) -> None:
        self.find("textarea").send_keys(text, *keys)

    def ask(self, text: str) -> str:
        """Write, press Enter, wait for the answer; returns its text."""
        count = self.bubbles()
        self.type(text, "\ue007")
        return self.answer(count)

    def answer(self, after: int) -> str:
        self.wait(f"root.querySelectorAll('.message:not(.mine)').length > {after}")
        return str(self.js("return [...root.querySelectorAll('.message:not(.mine)')].pop().innerText"))

    def picture(self, name: str) -> None:
        """Keep a screenshot where the run's artefacts are wanted."""
        if folder := os.environ.get("BOT_SCREENSHOTS"):
            time.sleep(0.6)  # the end of a smooth scroll
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(Path(folder) / f"{name}.png"))

    def complaints(self) -> List[str]:
        """What the browser logged as an error: exceptions, refused by the policy, failed loads."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(scope="package")
def desktop(chromium: Callable[..., Any]) -> Any:
    return chromium()


@pytest.fixture
def widget(desktop: Any, site: str) -> Widget:
    """A fresh student on the demonstration page: nothing kept from the test before."""
    desktop.switch_to.window(desktop.window_handles[0])
    desktop.get(f"{site}/demo.html")
    desktop.execute_script("localStorage.clear()")
    desktop.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    desktop.get_log("browser")
    return Widget(desktop, site)
