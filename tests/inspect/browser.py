# browser.py - headless Chromium over its debugging pipe: no port is opened.
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find():
    """The browser's path, or None."""
    return next((p for p in map(shutil.which, NAMES) if p), None)


class Browser:
    """One page in one browser; a context manager."""

    def __init__(self, width=1280, height=900, dark=False):
        self.size, self.dark = (width, height), dark
        self.dir = tempfile.TemporaryDirectory()
        self.n, self.buf, self.events = 0, b"", []

    def __enter__(self):
        to_read, self.to = os.pipe()
        self.of, to_write = os.pipe()

        def pipes():    # Chromium reads commands from 3, answers on 4
            a, b = os.dup(to_read), os.dup(to_write)
            os.dup2(a, 3)
            os.dup2(b, 4)
            os.set_inheritable(3, True)
            os.set_inheritable(4, True)
        self.p = subprocess.Popen(
            [find(), "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-background-networking", "--no-first-run",
             "--disable-component-update", "--disable-sync",
             "--remote-debugging-pipe", "--hide-scrollbars",
             f"--user-data-dir={self.dir.name}",
             "--window-size=%d,%d" % self.size, "about:blank"],
            preexec_fn=pipes, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.session = None
        targets = []
        while not targets:
            targets = [t for t in self.call("Target.getTargets")["targetInfos"]
                       if t["type"] == "page"]
        self.session = self.call(
            "Target.attachToTarget", targetId=targets[0]["targetId"],
            flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        self.resize(*self.size)
        if self.dark:
            self.call("Emulation.setEmulatedMedia", features=[
                {"name": "prefers-color-scheme", "value": "dark"}])
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close")
        except (OSError, EOFError, RuntimeError):
            pass
        try:
            self.p.wait(20)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
        os.close(self.to)
        os.close(self.of)
        try:
            self.dir.cleanup()
        except OSError:
            pass

    def message(self, timeout):
        while b"\0" not in self.buf:
            if not select.select([self.of], [], [], timeout)[0]:
                raise RuntimeError("the browser does not answer")
            part = os.read(self.of, 1 << 20)
            if not part:
                raise EOFError("the browser is gone")
            self.buf += part
        line, self.buf = self.buf.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, timeout=120, **params):
        self.n += 1
        m = {"id": self.n, "method": method, "params": params}
        if self.session:
            m["sessionId"] = self.session
        os.write(self.to, json.dumps(m).encode() + b"\0")
        while True:
            r = self.message(timeout)
            if r.get("id") == self.n:
                if "error" in r:
                    raise RuntimeError(f"{method}: {r['error']}")
                return r["result"]
            self.events.append(r)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=width < 600)

    def open(self, path):
        """Load a file; seconds until it can be used: its script has run, and
        a frame has been drawn."""
        start = time.monotonic()
        self.events.clear()
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        while not any(e.get("method") == "Page.loadEventFired"
                      for e in self.events):
            self.events.append(self.message(120))
        self.js("new Promise(f => requestAnimationFrame(() => "
                "requestAnimationFrame(f))).then(() => 1)")
        return time.monotonic() - start

    def js(self, code):
        r = self.call("Runtime.evaluate", expression=code, awaitPromise=True,
                      returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(json.dumps(r["exceptionDetails"])[:500])
        return r["result"].get("value")

    def until(self, code, seconds=20):
        """Wait until it is true; False when it never is."""
        end = time.monotonic() + seconds
        while not self.js(code):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def key(self, key):
        text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38,
                "ArrowRight": 39, "ArrowDown": 40, "Tab": 9}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key,
                      windowsVirtualKeyCode=code,
                      text=text if kind == "keyDown" else "")

    def shot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))

    def faults(self):
        """What the console and the network have to complain of."""
        return [e for e in self.events if
                e.get("method") == "Runtime.exceptionThrown" or
                (e.get("method") == "Log.entryAdded" and
                 e["params"]["entry"]["level"] in ("error", "warning"))]

    def loaded(self):
        """Addresses that were asked for."""
        return [e["params"]["request"]["url"] for e in self.events
                if e.get("method") == "Network.requestWillBeSent"]
