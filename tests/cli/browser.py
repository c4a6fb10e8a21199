"""A headless Chromium, driven over the WebDriver protocol (W3C) with the standard library."""
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

NAMES = {"browser": ("chromium", "chromium-browser"), "driver": ("chromedriver",)}
FOUND = {kind: next((shutil.which(n) for n in names if shutil.which(n)), None) for kind, names in NAMES.items()}
WHY_NOT = None if all(FOUND.values()) else "needs chromium and chromedriver (Debian: chromium chromium-driver)"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # of the protocol
QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
TAB, ENTER, SPACE, HOME, RIGHT = "\ue004", "\ue007", " ", "\ue011", "\ue014"


class Browser:
    def __init__(self, folder: Path):
        self.port_log = folder / "driver.log"
        with open(self.port_log, "w") as log:
            self.driver = subprocess.Popen([FOUND["driver"], "--port=0"], stdout=log, stderr=log)
        self.session = None
        try:
            self.port = self.wait_for_port()
            options = {"binary": FOUND["browser"], "args": [*QUIET, f"--user-data-dir={folder / 'profile'}"]}
            got = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": options}}})
            self.session = f"/session/{got['sessionId']}"
        except BaseException:
            self.close()
            raise

    def wait_for_port(self):
        for _ in range(600):
            for line in self.port_log.read_text().splitlines():
                if "started successfully on port" in line:
                    return int(line.rstrip(".").split()[-1])
            assert self.driver.poll() is None, self.port_log.read_text()
            time.sleep(0.05)
        raise AssertionError("chromedriver names no port: " + self.port_log.read_text())

    def call(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise AssertionError(e.read().decode()) from e

    def close(self):
        try:
            if self.session is not None:
                self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            try:
                self.driver.wait(20)
            except subprocess.TimeoutExpired:
                self.driver.kill()
                self.driver.wait()

    def chrome(self, command, **params):
        return self.call("POST", f"{self.session}/goog/cdp/execute", {"cmd": command, "params": params})

    def open(self, path):
        self.call("POST", f"{self.session}/url", {"url": Path(path).as_uri()})

    def js(self, script, *args):
        return self.call("POST", f"{self.session}/execute/sync", {"script": script, "args": list(args)})

    def log(self):
        """What the console said since it was last asked: errors of scripts, what the policy stopped."""
        return [entry["message"] for entry in self.call("POST", f"{self.session}/se/log", {"type": "browser"})]

    def keys(self, text):
        """To what has the focus."""
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.call("POST", f"{self.session}/actions", {"actions": [{"type": "key", "id": "k", "actions": strokes}]})

    def look(self, width, scheme):
        self.chrome("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                    mobile=width < 500)
        self.chrome("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
