"""A demonstration city of its own, a browser, and the people who open its pages.

A screen is a page as somebody sees it. It says who looks and by which ways its states are reached. A way is run in Chinese
and normal type and leaves the browser on the screen; the harness then opens the same address in the other language and size.

What is looked at how often:

- the first state of every screen in both languages and both sizes of type, its other states in Chinese normal and English large:
  reflow (K8), help (K10), messages (K13), marking of languages (K19), text spacing (K9), the elder rules (K21);
- axe: the first state in Chinese normal and English large, the others in Chinese normal. Contrast, its dearest rule by far, once a
  state in light and in dark (on the page of components with forced colours too), asked of the first and last of each kind of text:
  see ``kinds`` in ``probes.js``. On screens of telephones its rule of target sizes at 360 px;
- keys, focus, dialogs, other media and the rest (K2 to K5, K7, K11, K12, K14 to K18): every state in Chinese normal;
- paper (K20): printed in first and long states; the others, whose sheets are the same, as the browser lays them out for print;
- bad submits (K6): every ``error``; the way without scripts (K22): every screen of residents.

``LOOKS_ALL=1`` looks at every state in all four, with axe on every element and every state printed, for a nightly run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)"
STARTS_WITHIN, ENDS_WITHIN = 600, 30
MATTERS = 160

Language = Literal["zh", "en"]
Way = Callable[["Stage", "Page"], None]


@dataclass(frozen=True, slots=True)
class Found:
    """One matter of the demonstration city; ``code`` is the resident's look-up code."""

    home: str
    id: str
    reference: str
    code: str
    procedure: str = ""
    state: str = ""

    @property
    def desk(self) -> str:
        """Its address at a desk."""
        return f"/desk/{self.home}/{self.id}/"

    @property
    def mine(self) -> str:
        """Its address for its party."""
        return f"/mine/{self.reference}/"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen in its states.

    Attributes:
        who: ``resident`` (nobody in particular), ``party`` (the way tracks a matter first), or a user name of the demo.
        ways: by state: ``normal``, and where it makes sense ``empty``, ``error``, ``long``, ``dialog``.
        shows: the name of the address every state of it stands at; empty where there is no such page.
        again: states that stand at no address of their own (an answer to a POST, an open dialog): their way is walked anew for
            each language and size, so it must not lean on words. ``dialog`` always is.
    """

    name: str
    who: str
    ways: Mapping[str, Way]
    again: tuple[str, ...] = ()
    shows: str = field(kw_only=True)

    def of(self, area: str) -> Screen:
        """Return the screen named after its area as well."""
        return replace(self, name=f"{area}.{self.name}")

    @property
    def resident(self) -> bool:
        """Tell whether residents see it, so that it must work without scripts and weigh little."""
        return self.who in ("resident", "party")

    @property
    def on_phones(self) -> bool:
        """Tell whether it is mostly seen on a telephone, by residents or by those who go from door to door."""
        return self.resident or self.name.startswith("field.")


def chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name)) is not None), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start the machine's Chromium, without a sandbox because tests may run as root."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class City:
    """A demonstration city that runs in a process of its own."""

    root: str
    folder: str
    pid: int

    @property
    def home(self) -> Path:
        """Its HUIYIN_HOME."""
        return Path(self.folder) / "home"


# Kept so that whoever started a city has its process to reap.
_started: list[subprocess.Popen[bytes]] = []


def start_city(matters: int = MATTERS) -> City:
    """Start a demonstration city in a folder of its own and wait until it answers."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-looks-"))
    # Where the tests run as root the database runs as somebody else, who must be able to enter.
    folder.chmod(0o711)
    port = _free_port()
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HUIYIN_APP_DATABASE_URL")}
    env |= {"HUIYIN_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-m", "huiyin.cli", "demo", "--matters", str(matters), "--port", str(port), "--processes", "1"]
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    _started.append(process)
    city = City(f"http://127.0.0.1:{port}", str(folder), process.pid)
    try:
        _wait_for(f"{city.root}/healthz", process, folder / "demo.log")
    except BaseException:
        end_city(city)
        raise
    return city


def end_city(city: City) -> None:
    """End a city, by its process id, whoever started it, and take its folder away."""
    end = time.monotonic() + ENDS_WITHIN
    with suppress(ProcessLookupError):
        os.kill(city.pid, signal.SIGTERM)
        while not _ended(city.pid):
            if time.monotonic() > end:
                os.kill(city.pid, signal.SIGKILL)
                break
            time.sleep(0.2)
    shutil.rmtree(city.folder, ignore_errors=True)


def _ended(pid: int) -> bool:
    """Tell whether a process is over; another process' child stays listed until its parent has looked."""
    for process in _started:
        if process.pid == pid:
            return process.poll() is not None
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except OSError:
        return False


@contextmanager
def running_city(matters: int = MATTERS) -> Iterator[tuple[str, Path]]:
    """Start a demonstration city; yield its address and folder; end it."""
    city = start_city(matters)
    try:
        yield city.root, city.home
    finally:
        end_city(city)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"the demonstration city did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


@dataclass
class Stage:
    """The city, the browser and what is known of its people and matters.

    Attributes:
        faults: what the browser complained of since the last page was opened: blocked scripts, files not found.
    """

    browser: Browser
    root: str
    home: Path
    faults: list[str] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)

    # Browsers

    @contextmanager
    def opened(
        self, who: str, *, width: int = 1366, height: int = 900, language: Language = "zh", big: bool = False, scripts: bool = True
    ) -> Iterator[Page]:
        """Open an empty page in a browser of ``who``'s own: staff are signed in and in their post."""
        known = self._state_of(who) if who not in ("resident", "party") else None
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            storage_state=known,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        try:
            page = context.new_page()
            self.faults.clear()
            page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: self.faults.append(str(error)))
            self.read_in(page, language, big=big)
            yield page
        finally:
            context.close()

    def _state_of(self, who: str) -> Any:
        if who not in self._kept:
            context = self.browser.new_context(locale="zh-CN")
            try:
                self.sign_in(context.new_page(), who)
                self._kept[who] = context.storage_state()
            finally:
                context.close()
        return self._kept[who]

    def read_in(self, page: Page, language: Language, *, big: bool) -> None:
        """Choose the language and size of type for the pages opened next."""
        page.context.add_cookies(
            [{"name": name, "value": value, "url": self.root} for name, value in (("lang", language), ("big", "1" if big else "0"))]
        )

    def open_again(self, page: Page, language: Language, *, big: bool) -> None:
        """Open the page's own address anew in another language or size."""
        self.read_in(page, language, big=big)
        page.goto(urlunsplit(urlsplit(page.url)._replace(fragment="")))

    # What people do

    def go(self, page: Page, path: str, status: int = 200) -> None:
        """Open an address of the city; any other answer than the one meant is an error."""
        answer = page.goto(self.root + path)
        if answer is not None and answer.status not in (status, 304):
            raise RuntimeError(f"{path} answers {answer.status}")

    def press(self, page: Page, within: str = "main form[method=post]") -> None:
        """Press the chief button of a form, whatever its words are, and wait for the page it leads to."""
        with page.expect_navigation():
            page.locator(f"{within} button[type=submit]:not([tabindex='-1']):not([name=do])").first.click()

    def sign_in(self, page: Page, username: str) -> None:
        """Sign a member of staff of the demo in, and take their first post."""
        self.go(page, "/sign-in/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", self.password(username))
        self.press(page)
        if page.locator("input[name=seat]").count():
            page.locator("input[name=seat]").first.check()
            self.press(page)
        if not urlsplit(page.url).path.startswith("/desk"):
            raise RuntimeError(f"{username} did not get in: {page.url}")

    def track(self, page: Page, found: Found) -> None:
        """Open a matter as its party, with reference and code."""
        self.go(page, "/track/")
        page.fill("input[name=reference]", found.reference)
        page.fill("input[name=code]", found.code)
        self.press(page)
        if found.reference not in page.url:
            raise RuntimeError(f"{found.reference} does not open with its code: {page.url}")

    # What there is

    def password(self, username: str) -> str:
        """Return the password of one of the demo's people."""
        listed = json.loads((self.home / "demo.json").read_text("utf-8"))
        found: str | None = next((one["password"] for one in listed if one["username"] == username), None)
        if found is None:
            raise LookupError(f"the demo has no {username}; it has {', '.join(one['username'] for one in listed)}")
        return found

    def matters(self) -> tuple[Found, ...]:
        """Return the matters the demo lists, at least one for most states of each procedure."""
        listed = self.home / "demo-matters.json"
        if not listed.exists():
            raise LookupError("the demo wrote no demo-matters.json")
        names = Found.__dataclass_fields__
        return tuple(Found(**{name: one[name] for name in names}) for one in json.loads(listed.read_text("utf-8")))

    def matter(self, procedure: str, state: str) -> Found:
        """Return one matter in that state."""
        listed = self.matters()
        found = next((one for one in listed if (one.procedure, one.state) == (procedure, state)), None)
        if found is None:
            states = sorted({one.state for one in listed if one.procedure == procedure})
            raise LookupError(f"the demo has no {procedure} in {state}; it has {', '.join(states) or 'none of that procedure'}")
        return found


def context_of(page: Page) -> BrowserContext:
    """Return the browser a page belongs to."""
    return page.context
