"""A real headless Chromium that opens files, and notes what goes wrong in them and what they ask for."""

import json
import tempfile
from contextlib import contextmanager

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--force-prefers-reduced-motion",
    "--window-size=1280,900")


class Browser:
    def __init__(self, profile):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.get("about:blank")  # away from the browser's own first page

    def open(self, path):
        self.driver.get(path.as_uri())

    def find(self, selector):
        return self.driver.find_elements("css selector", selector)

    def wait_for(self, selector):
        """Waits until something is there; charts are drawn a little later than the page."""
        WebDriverWait(self.driver, 20).until(lambda _: self.find(selector))

    def wait_for_charts(self, number):
        """Waits until that many are drawn and no other: what went wrong in drawing them was said by then."""
        WebDriverWait(self.driver, 20).until(lambda _: len(self.find("figure.chart svg[role=img]")) == number)

    def ask(self, script, *arguments):
        """What a function body answers in the page."""
        return self.driver.execute_script(script, *arguments)

    def ask_later(self, script, *arguments):
        """What a function body gives to its last argument, a function, when it is done."""
        return self.driver.execute_async_script(script, *arguments)

    def command(self, name, **parameters):
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def complaints(self):
        """What the console was told since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses that were asked for since this was asked last."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]

    @contextmanager
    def phone(self, width=390):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=2, mobile=True)
        try:
            yield
        finally:
            self.command("Emulation.clearDeviceMetricsOverride")

    @contextmanager
    def dark(self):
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        try:
            yield
        finally:
            self.command("Emulation.setEmulatedMedia", features=[])

    @contextmanager
    def paper(self, width):
        """Shows the page as it is printed."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=1000, deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", media="print")
        try:
            yield
        finally:
            self.command("Emulation.setEmulatedMedia", media="")
            self.command("Emulation.clearDeviceMetricsOverride")


@contextmanager
def started():
    with tempfile.TemporaryDirectory(prefix="starlift-chromium-", ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            yield browser
        finally:
            browser.driver.quit()
