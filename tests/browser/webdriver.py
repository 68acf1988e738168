# SPDX-License-Identifier: BSL-1.0
"""A headless Chromium driven over the W3C WebDriver protocol, with nothing but Python's standard library."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-device-scale-factor=1",
]


def find(*names):
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    """One session. Use as a context manager; `available()` says whether the programs are there."""

    @staticmethod
    def available():
        return bool(find("chromedriver") and find("chromium", "chromium-browser", "google-chrome"))

    def __init__(self, size=(1400, 900), dark=False):
        self.profile = tempfile.mkdtemp(prefix="sched-browser-")
        self.driver = subprocess.Popen(
            [find("chromedriver"), "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = None
        for line in self.driver.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                port = found.group(1)
                break
        if port is None:
            self.close()
            raise RuntimeError("chromedriver did not start")
        self.root = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        flags = FLAGS + [f"--user-data-dir={self.profile}", f"--window-size={size[0]},{size[1]}"]
        if dark:
            flags.append("--blink-settings=preferredColorScheme=0")
        options = {"args": flags, "binary": find("chromium", "chromium-browser", "google-chrome")}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        try:
            answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        except Exception:
            self.close()
            raise
        self.root += "/session/" + answer["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            raise RuntimeError(f"{method} {path}: {problem.read().decode(errors='replace')[:800]}") from None

    def load(self, path):
        self.call("POST", "/url", {"url": "file://" + os.path.abspath(path)})

    def run(self, script, *arguments):
        """The value of a JavaScript function body."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def settle(self):
        """Waits until two frames have been drawn."""
        self.call("POST", "/execute/async", {
            "script": "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));",
            "args": []})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self):
        """Console messages since the last call."""
        return self.call("POST", "/se/log", {"type": "browser"})

    def _perform(self, source):
        self.call("POST", "/actions", {"actions": [source]})
        self.settle()

    def mouse(self, *steps):
        """Steps: ("move", x, y), "down", "up"."""
        actions = []
        for step in steps:
            if step == "down":
                actions.append({"type": "pointerDown", "button": 0})
            elif step == "up":
                actions.append({"type": "pointerUp", "button": 0})
            else:
                actions.append({"type": "pointerMove", "duration": 0, "x": round(step[1]), "y": round(step[2])})
        self._perform({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions})

    def click(self, x, y):
        self.mouse(("move", x, y), "down", "up")

    def wheel(self, x, y, dy, dx=0):
        self._perform({"type": "wheel", "id": "wheel", "actions": [
            {"type": "scroll", "x": round(x), "y": round(y), "deltaX": dx, "deltaY": dy, "duration": 0}]})

    def type(self, text):
        actions = []
        for key in text:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._perform({"type": "key", "id": "keyboard", "actions": actions})

    def screenshot(self, path):
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.call("GET", "/screenshot")))

    def close(self):
        try:
            if "/session/" in getattr(self, "root", ""):
                self.call("DELETE", "")
        except (RuntimeError, OSError):
            pass
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
