#!/usr/bin/env python3
"""A strict stand-in of Kaggle's API, for tests.

Two loopback ports: the API (with the credentials) and the storage it redirects
to (where credentials are an offence, written to DIR/offences). DIR/log.ndjson
has one line a request. It prints its URL and stops by itself.

Faults (--fault NAME[:N], repeatable): 429 (Retry-After), 429-bare, 500, html
for the API; drop (cut in mid-body), bad-md5, no-md5, no-range, slow for the
storage.
"""
import argparse
import base64
import hashlib
import io
import json
import os
import socket
import struct
import sys
import tarfile
import threading
import time
import urllib.parse
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.RLock()
CSV = b"sepal,petal,species\n" + b"".join(
    b"%d.5,%d.25,setosa\n" % (i % 7, i % 3) for i in range(150))
NOISE = b"".join(
    hashlib.sha256(b"%d" % i).hexdigest().encode() + b"\n" for i in range(3000))


def packed(entries):
    """A zip of (name, bytes); a name that ends in @ is a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            info = zipfile.ZipInfo(name.rstrip("@"), (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if name[-1] == "@" else 0o644) << 16
            z.writestr(info, data)
    return out.getvalue()


def bomb(megabytes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        with z.open("bomb.csv", "w") as f:
            for _ in range(megabytes):
                f.write(bytes(1 << 20))
    return out.getvalue()


def zip64():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        with z.open("a.csv", "w", force_zip64=True) as f:
            f.write(CSV)
    return out.getvalue()


def lying():
    """Six megabytes whose headers tell of a hundred bytes."""
    size = 6 << 20
    return packed([("a.csv", bytes(size))]).replace(
        struct.pack("<I", size), struct.pack("<I", 100))


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        info = tarfile.TarInfo("d/a.csv")
        info.size = len(CSV)
        t.addfile(info, io.BytesIO(CSV))
    return out.getvalue()


def doubled():
    return packed([("a.csv", CSV), ("b.csv", CSV)]).replace(b"b.csv", b"a.csv")


class Set:
    def __init__(self, ref, entries, **kw):
        self.ref = ref
        self.entries = entries
        self.license = kw.get("license", "CC0-1.0")
        self.listed = kw.get("listed") or [
            (n, len(d)) for n, d in entries if not n.endswith("/")]
        self.total = kw.get("total", sum(n for _, n in self.listed))
        self.status = kw.get("status", 200)
        self.body = kw.get("body")
        self.error = kw.get("error")
        self.code = kw.get("code")

    def archive(self):
        if self.body is None:
            self.body = packed(self.entries)
        return self.body() if callable(self.body) else self.body

    def view(self):
        o, s = self.ref.split("/")
        return {"ref": self.ref, "title": "The %s set" % s,
                "subtitle": "A subtitle", "totalBytes": self.total,
                "url": "https://www.kaggle.com/datasets/" + self.ref,
                "licenseName": self.license, "currentVersionNumber": 3,
                "tags": [{"name": "biology", "ref": "biology"}],
                "downloadCount": 7, "lastUpdated": "2026-01-01T00:00:00Z",
                "ownerRef": o}


def sets():
    return [
        Set("uciml/iris", [("Iris.csv", CSV), ("readme.txt", b"hello")]),
        Set("me/noise", [("dir/noise.CSV", NOISE),
                         ("__MACOSX/._noise.csv", b"x")],
            listed=[("noise.CSV", len(NOISE))], license="CC BY-SA 4.0"),
        Set("me/big", [("big.csv", b"a\n" * (3 << 20))]),
        Set("me/two", [("a.csv", CSV), ("b.csv", CSV)]),
        Set("me/none", [("a.txt", CSV)]),
        Set("me/unlicensed", [("a.csv", CSV)], license="unknown"),
        Set("me/single", [("small.csv", CSV), ("huge.bin", b"")],
            listed=[("small.csv", len(CSV)), ("huge.bin", 1 << 30)]),
        Set("me/private", [("a.csv", CSV)], status=403),
        Set("me/errors", [("a.csv", CSV)], error="Dataset not found"),
        Set("me/dotdot", [("../../evil.csv", CSV)], listed=[("a.csv", 9)]),
        Set("me/absolute", [("/tmp/evil.csv", CSV)], listed=[("a.csv", 9)]),
        Set("me/link", [("a.csv@", b"/etc/passwd")], listed=[("a.csv", 9)]),
        Set("me/twice", [("x/a.csv", CSV), ("y/a.csv", CSV)],
            listed=[("a.csv", 9)]),
        Set("me/bomb", [], listed=[("bomb.csv", 1000)], body=lambda: bomb(200)),
        Set("me/html", [], listed=[("a.csv", 1000)],
            body=b"<!DOCTYPE html><html>Sign in</html>"),
        Set("me/torn", [], listed=[("a.csv", 1000)],
            body=packed([("a.csv", NOISE)])[:40000]),
        Set("me/plain", [], listed=[("a.csv", 1000)], body=CSV),
        Set("me/empty", [], listed=[("a.csv", 1000)],
            body=packed([("a.csv", b"")])),
        Set("me/zip64", [], listed=[("a.csv", 1000)], body=zip64),
        Set("me/lying", [], listed=[("a.csv", 100)], body=lying),
        Set("me/tar", [], listed=[("a.csv", 1000)], body=tarred),
        Set("me/doubled", [], listed=[("a.csv", 1000)], body=doubled),
        Set("me/nested", [("a.zip", packed([("a.csv", CSV)]))],
            listed=[("a.csv", 9)]),
        Set("me/bytes", [], listed=[("a.csv", 1000)],
            body=lambda: packed([("cafX.csv", CSV)]).replace(
                b"cafX", b"caf\xe9")),
        Set("me/crowd", [("a.csv", CSV)],
            listed=[("a.csv", 9)] + [("%d.png" % i, 1) for i in range(1500)]),
        Set("me/coded", [("a.csv", CSV)], code=403),
        Set("me/busy", [("a.csv", CSV)], code=503),
        Set("me/latin", [("caf\u00e9 d\u00e9j\u00e0.csv", CSV)]),
    ]


class Kaggle:
    def __init__(self, o):
        self.o = o
        os.makedirs(o.dir, exist_ok=True)
        self.log = open(os.path.join(o.dir, "log.ndjson"), "a")
        self.sets = {s.ref: s for s in sets()}
        self.faults = {}
        for f in o.fault:
            name, _, n = f.partition(":")
            self.faults[name] = self.faults.get(name, 0) + int(n or 1)

    def fault(self, name):
        with LOCK:
            n = self.faults.get(name, 0)
            if n > 0:
                self.faults[name] = n - 1
            return n > 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    k = None
    storage = False

    def log_message(self, *args):
        pass

    def note(self, status):
        with LOCK:
            self.k.log.write(json.dumps({
                "host": "storage" if self.storage else "api",
                "path": self.path, "status": status,
                "range": self.headers.get("Range"),
                "auth": "authorization" in self.headers}) + "\n")
            self.k.log.flush()

    def answer(self, status, body=b"", headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        self.note(status)
        try:
            self.send_response(status)
            for k, v in (headers or {}).items():
                self.send_header(k, v)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def offence(self, text):
        with LOCK, open(os.path.join(self.k.o.dir, "offences"), "a") as f:
            f.write("%s: %s\n" % (self.path, text))
        self.answer(400, {"code": 400, "message": text})

    def do_GET(self):
        u = urllib.parse.urlsplit(self.path)
        q = dict(urllib.parse.parse_qsl(u.query))
        if self.storage:
            return self.store(u, q)
        if self.k.fault("429"):
            return self.answer(429, {"code": 429, "message": "Too many "
                                     "requests"}, {"Retry-After": "1"})
        if self.k.fault("429-bare"):
            return self.answer(429, b"")
        if self.k.fault("500"):
            return self.answer(500, b"")
        if self.k.fault("html"):
            return self.answer(503, b"<html>maintenance</html>")
        auth = self.headers.get("Authorization")
        if auth is not None and auth != self.k.o.auth:
            return self.answer(401, {"code": 401, "message": "Unauthorized"})
        if auth is None and not self.k.o.anonymous:
            return self.answer(401, b"")
        if not u.path.startswith("/api/v1/datasets/"):
            return self.offence("no such call")
        p = [urllib.parse.unquote(x) for x in u.path.split("/")[4:]]
        if p == ["list"]:
            return self.page(q)
        s = self.k.sets.get("/".join(p[1:3]))
        if s is None:
            return self.answer(404, {"code": 404, "message": "Not found"})
        if s.status != 200:
            return self.answer(s.status, {"code": s.status, "message": "no"})
        if s.code:
            return self.answer(200, {"code": s.code, "message": "no"})
        if p[0] == "view":
            return self.answer(200, s.view())
        if p[0] == "metadata":
            if s.error:
                return self.answer(200, {"errorMessage": s.error})
            return self.answer(200, {"info": {
                "title": s.view()["title"], "subtitle": "A subtitle",
                "description": "What the %s set is." % s.ref,
                "keywords": ["biology", "plants"],
                "licenses": [{"name": s.license}]}, "errorMessage": ""})
        if p[0] == "list":
            return self.files(s, q)
        if p[0] == "download":
            return self.redirect(s, p[3:])
        self.offence("no such call")

    def page(self, q):
        refs = sorted(self.k.sets)
        n = int(q.get("page", 1))
        self.answer(200, [self.k.sets[r].view()
                          for r in refs[(n - 1) * 5:n * 5]])

    def files(self, s, q):
        at, size = int(q.get("pageToken", 0)), int(q.get("pageSize", 20))
        out = {"datasetFiles": [{"name": n, "totalBytes": b}
                                for n, b in s.listed[at:at + size]],
               "nextPageToken": "", "errorMessage": ""}
        if s.error:
            out["errorMessage"] = s.error
        if at + size < len(s.listed):
            out["nextPageToken"] = str(at + size)
        self.answer(200, out)

    def redirect(self, s, rest):
        path = "/" + s.ref + ("/" + "/".join(rest) if rest else "")
        self.answer(302, b"<html>moved</html>", {
            "Location": "http://127.0.0.1:%d%s?X-Goog-Signature=abc" % (
                self.k.storage_port, urllib.parse.quote(path))})

    def store(self, u, q):
        if "authorization" in self.headers:
            return self.offence("credentials at storage")
        if "X-Goog-Signature" not in q:
            return self.offence("unsigned request at storage")
        p = urllib.parse.unquote(u.path).split("/")
        s = self.k.sets["/".join(p[1:3])]
        data = s.archive()
        if len(p) > 3:
            data = dict(s.entries)["/".join(p[3:])]
        md5 = base64.b64encode(hashlib.md5(data).digest()).decode()
        if self.k.fault("bad-md5"):
            md5 = base64.b64encode(bytes(16)).decode()
        headers = {"Accept-Ranges": "bytes", "x-goog-hash": "crc32c=AAAAAA=="}
        if not self.k.fault("no-md5"):
            headers["x-goog-hash"] += ",md5=" + md5
        status, at = 200, 0
        rng = self.headers.get("Range")
        if rng and not self.k.fault("no-range"):
            at = int(rng[len("bytes="):-1])
            if at >= len(data):
                return self.answer(416, b"")
            headers["Content-Range"] = "bytes %d-%d/%d" % (
                at, len(data) - 1, len(data))
            status = 206
        if not self.k.fault("drop"):
            if self.k.o.slow:
                return self.trickle(status, data[at:], headers)
            return self.answer(status, data[at:], headers)
        self.note(0)
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(data) - at))
        self.end_headers()
        self.wfile.write(data[at:at + (len(data) - at) // 2])
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def trickle(self, status, data, headers):
        self.note(status)
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            for i in range(0, len(data), 4096):
                self.wfile.write(data[i:i + 4096])
                self.wfile.flush()
                time.sleep(self.k.o.slow)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass    # a client that was killed


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--dir", required=True)
    ap.add_argument("--auth", default="Bearer KGAT_testtoken")
    ap.add_argument("--anonymous", action="store_true")
    ap.add_argument("--fault", action="append", default=[])
    ap.add_argument("--slow", type=float, default=0, help="seconds a 4 KiB")
    ap.add_argument("--life", type=float, default=120)
    o = ap.parse_args()
    k = Kaggle(o)
    servers = []
    for storage in (False, True):
        cls = type("H", (Handler,), {"k": k, "storage": storage})
        s = Server(("127.0.0.1", 0), cls)
        servers.append(s)
    k.storage_port = servers[1].server_address[1]
    for s in servers:
        threading.Thread(target=s.serve_forever, daemon=True).start()
    print("http://127.0.0.1:%d/api/v1" % servers[0].server_address[1],
          flush=True)
    parent, end = os.getppid(), time.time() + o.life
    while time.time() < end and os.getppid() == parent:
        time.sleep(0.2)
    sys.exit(0)


main()
