"""Headless Chromium: found, or installed where that is possible, and what its pages asked of the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
DRIVERS = ("chromedriver",)
DEBIAN = ("chromium", "chromium-driver")

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1600,1200",
)

# A slow machine draws late. This only bounds how long a failing test takes.
PATIENCE = 90


class NoBrowser(Exception):
    pass


def find() -> tuple[str, str]:
    """The paths of a Chromium and its driver."""
    found = _found()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN], check=False, **quiet)
        found = _found()
    if not found:
        raise NoBrowser(
            "The tests of the web page need Chromium and its driver. On Debian or Ubuntu: "
            f"apt-get install {' '.join(DEBIAN)}; elsewhere put {' or '.join(CHROMIUMS)} and {DRIVERS[0]} on the PATH."
        )
    return found


def _found() -> tuple[str, str] | None:
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    driver = next(filter(None, map(shutil.which, DRIVERS)), None)
    return (chromium, driver) if chromium and driver else None


@dataclass(frozen=True)
class Exchange:
    """A request of a page and how it was answered."""

    method: str
    path: str
    status: int


class Browser:
    """One window, whose profile is new."""

    def __init__(self, server: str, profile: Path) -> None:
        chromium, driver = find()
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for option in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        self.server = server
        self._driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        self._asked: dict[str, str] = {}

    def close(self) -> None:
        self._driver.quit()

    def open(self, place: str) -> None:
        """Goes to a place of the page, named as in the address after the hash."""
        self.go(f"/#{place}")

    def go(self, path: str) -> None:
        """Goes to a path of the server."""
        self._driver.get(self.server + path)

    def address(self) -> str:
        return self._driver.current_url

    def fill(self, field: str, text: str) -> None:
        """Writes into the field that this selector of CSS finds, once it is shown."""
        self.wait_for(lambda: self._shown(field), lambda: f"{field} is not shown: {self.text()}")
        self._shown(field).clear()
        self._shown(field).send_keys(text)

    def click(self, button: str) -> None:
        self.wait_for(lambda: self._shown(button), lambda: f"{button} is not shown: {self.text()}")
        self._shown(button).click()

    def _shown(self, selector: str):
        found = self._driver.find_element(By.CSS_SELECTOR, selector)
        return found if found.is_displayed() and found.is_enabled() else None

    def cookies(self) -> list[dict]:
        return self._driver.get_cookies()

    def script_cookies(self) -> str:
        """The cookies that a script of the page can read."""
        return self._driver.execute_script("return document.cookie")

    def text(self) -> str:
        return self._driver.find_element(By.TAG_NAME, "body").text

    def wait_for_text(self, *wanted: str) -> str:
        """Waits until all of this is to be read on the page, and gives all that is."""
        self.wait_for(lambda: all(word in self.text() for word in wanted), lambda: f"{wanted} not in {self.text()}")
        return self.text()

    def wait_for(self, condition, complaint) -> None:
        wait = WebDriverWait(self._driver, PATIENCE, ignored_exceptions=[Exception])
        try:
            wait.until(lambda _: condition())
        except Exception as e:
            raise AssertionError(complaint()) from e

    def charts(self) -> list[dict]:
        """Each chart: through how many corners its lines are drawn, and the numbers that they were drawn from."""
        return self._driver.execute_script(
            """
            return [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
                corners: [...plot.querySelectorAll('.scatterlayer path.js-line')]
                    .map(line => (line.getAttribute('d') ?? '').split(/[MLHVC]/).length - 1)
                    .reduce((sum, n) => sum + n, 0),
                values: (plot.data ?? []).flatMap(trace => [...(trace.y ?? [])]).filter(Number.isFinite),
            }));
            """
        )

    def screenshot(self, file: Path) -> None:
        self._driver.save_screenshot(str(file))

    def exchanges(self) -> list[Exchange]:
        """What was asked of the server, and answered, since the last call."""
        answered = []
        for entry in self._driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            what = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                self._asked[what["requestId"]] = what["request"]["method"]
            elif message["method"] == "Network.responseReceived":
                url = what["response"]["url"]
                if url.startswith(self.server):
                    path = url[len(self.server) :].split("?")[0].split("#")[0]
                    method = self._asked.get(what["requestId"], "GET")
                    answered.append(Exchange(method, path, what["response"]["status"]))
        return answered
