#!/usr/bin/env python3
"""A strict stand-in of the Hugging Face Hub, for tests.

Two loopback ports: the API (with the token) and the storage (where a token is
an offence). State lives in DIR: state.json after each change, objects as
files, log.ndjson with one line a request. It prints its URL and stops by
itself after --life seconds.

Faults (--fault NAME[:N], repeatable; N times each, default 1):
  429, 429-date, 429-quota, 500, 503, html, drop
                 the next API call is refused that way
  quota-used     the next API call succeeds and was the last of its window
  warn           the next answers carry a warning
  put-403        the next PUT finds its URL expired
  expect-403     the same, told before the body is sent
  put-500, put-drop, put-slow            the next PUT fails, is cut, is slow
  put-400        the next PUT is refused
  commit-lost    the commit is made, its answer is not sent
  commit-504     the commit is made, the answer is 504
  commit-409     another commit is in progress
  commit-412     the branch moved (someone changed README.md)
  create-busy    409 "another conflicting operation is in progress"
  create-403     no right to create
  etag           the answer to a part lacks its tag
  part-missing, transfer-xet, object-error   broken batch answers
  validate-400   the card is refused
  ignore         the first file of a preupload is ignored
  echo-token     an error message repeats the token
"""
import argparse
import base64
import hashlib
import json
import os
import re
import socket
import sys
import threading
import time
import urllib.parse
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.RLock()
INLINE_MAX = 10 << 20
SPLIT = re.compile(r"^data/[\w.]+-\d{5}-of-\d{5}")


class Hub:
    def __init__(self, opts):
        self.o = opts
        self.dir = opts.dir
        os.makedirs(os.path.join(self.dir, "objects"), exist_ok=True)
        self.faults = {}
        for f in opts.fault:
            name, _, n = f.partition(":")
            self.faults[name] = self.faults.get(name, 0) + int(n or 1)
        path = os.path.join(self.dir, "state.json")
        self.repos = json.load(open(path)) if os.path.exists(path) else {}
        self.log = open(os.path.join(self.dir, "log.ndjson"), "a")
        self.parts = {}
        self.expired = set()
        self.signs = 0

    def save(self):
        path = os.path.join(self.dir, "state.json")
        with open(path + ".tmp", "w") as f:
            json.dump(self.repos, f)
        os.rename(path + ".tmp", path)

    def fault(self, name):
        with LOCK:
            n = self.faults.get(name, 0)
            if n > 0:
                self.faults[name] = n - 1
            return n > 0

    def object_path(self, oid):
        return os.path.join(self.dir, "objects", oid)

    def has(self, oid):
        return os.path.exists(self.object_path(oid))

    def new_repo(self, name, private):
        text = "" if self.o.bare else (
            "*.gz filter=lfs diff=lfs merge=lfs -text\n")
        self.repos[name] = {
            "private": private,
            "branches": {"main": {"commits": [], "tree": {}}},
        }
        self.commit(name, "main", {".gitattributes": self.blob(text.encode())})

    def blob(self, data):
        oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        with open(self.object_path("g" + oid), "wb") as f:
            f.write(data)
        return {"oid": oid, "size": len(data), "lfs": False}

    def commit(self, name, rev, changes):
        b = self.repos[name]["branches"][rev]
        for path, what in changes.items():
            if what is None:
                b["tree"].pop(path, None)
            else:
                b["tree"][path] = what
        seed = json.dumps([b["commits"], b["tree"], time.time_ns()])
        oid = hashlib.sha1(seed.encode()).hexdigest()
        b["commits"].append(oid)
        self.save()
        return oid


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub = None
    storage = False

    def log_message(self, *args):
        pass

    # -- answering ---------------------------------------------------------

    def note(self, status):
        rec = {
            "host": "storage" if self.storage else "api",
            "method": self.command,
            "path": self.path,
            "status": status,
            "auth": "authorization" in self.headers,
            "bytes": self.got,
        }
        with LOCK:
            self.hub.log.write(json.dumps(rec) + "\n")
            self.hub.log.flush()

    def answer(self, status, body=b"", headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers = dict(headers or {}, **{"Content-Type": "application/json"})
        self.note(status)
        headers = dict(headers or {})
        if not self.storage and status == 200:
            if self.hub.fault("quota-used"):
                headers["RateLimit"] = '"api";r=0;t=1'
            if self.hub.fault("warn"):
                headers["X-HF-Warning"] = "Move; this repository moves"
        try:
            self.send_response(status)
            for k, v in headers.items():
                self.send_header(k, v)
            if not self.storage:
                self.send_header("X-Request-Id", "req-%d" % time.time_ns())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def error(self, status, text, headers=None):
        self.answer(status, {"error": text}, headers)

    def bad(self, text):
        """The client broke the protocol: say so where the test looks."""
        with LOCK, open(os.path.join(self.hub.dir, "offences"), "a") as f:
            f.write("%s %s: %s\n" % (self.command, self.path, text))
        self.error(400, text)

    def drop(self):
        self.note(0)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def body(self):
        n = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(n)
        self.got = len(data)
        return data

    def handle_expect_100(self):
        if self.storage and self.hub.fault("expect-403"):
            self.got = 0
            self.close_connection = True
            self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return False
        if self.hub.o.silent:
            return True
        return super().handle_expect_100()

    # -- storage -----------------------------------------------------------

    def store(self):
        hub = self.hub
        u = urllib.parse.urlsplit(self.path)
        q = dict(urllib.parse.parse_qsl(u.query))
        if "authorization" in self.headers:
            self.body()
            return self.bad("Only one auth mechanism allowed: token at storage")
        if "transfer-encoding" in self.headers:
            return self.answer(501, b"<Error>NotImplemented</Error>")
        if "Content-Length" not in self.headers:
            return self.bad("PUT without Content-Length")
        ctype = self.headers.get("Content-Type", "")
        if "form" in ctype:
            self.body()
            return self.bad("form content type at storage")
        if "X-Amz-Signature" not in q:
            self.body()
            return self.bad("unsigned request at storage")
        if q["X-Amz-Signature"] in hub.expired or hub.fault("put-403"):
            hub.expired.add(q["X-Amz-Signature"])
            self.body()
            return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        if u.path.startswith("/complete/"):
            return self.complete(u.path.split("/")[2], json.loads(self.body()))
        if hub.fault("put-400"):
            self.body()
            return self.answer(400, b"<Error><Code>Bad</Code></Error>")
        if hub.fault("put-500"):
            self.body()
            return self.answer(500, b"<Error>InternalError</Error>")
        if hub.fault("put-drop"):
            self.got = len(self.rfile.read(
                int(self.headers["Content-Length"]) // 2))
            return self.drop()
        slow = hub.fault("put-slow") or hub.o.slow
        kind, oid = u.path.split("/")[1:3]
        name = oid + (".%05d" % int(q["part"]) if kind == "part" else "")
        tmp = hub.object_path("tmp-%d-%d" % (os.getpid(), threading.get_ident()))
        left, h = int(self.headers["Content-Length"]), hashlib.sha256()
        self.got = 0
        with open(tmp, "wb") as f:
            while left > 0:
                data = self.rfile.read(min(left, 1 << 16))
                if not data:
                    os.unlink(tmp)
                    return self.drop()
                h.update(data)
                if hub.o.keep:
                    f.write(data)
                left -= len(data)
                self.got += len(data)
                if slow:
                    time.sleep(hub.o.slow or 0.05)
        if kind == "put":
            if h.hexdigest() != oid:
                os.unlink(tmp)
                return self.bad("object does not have its digest")
            os.rename(tmp, hub.object_path(oid))
            return self.answer(200)
        os.rename(tmp, hub.object_path(name))
        tag = '"%s-%s"' % (h.hexdigest()[:8], q["part"])
        with LOCK:
            hub.parts.setdefault(oid, {})[int(q["part"])] = tag
        if hub.fault("etag"):
            return self.answer(200)
        self.answer(200, b"", {"ETag": tag})

    def complete(self, oid, o):
        hub = self.hub
        if "Content-Type" not in self.headers or (
            "git-lfs" not in self.headers["Content-Type"]
        ):
            return self.bad("completion without the LFS media type")
        tags = hub.parts.get(oid, {})
        want = [{"partNumber": k, "etag": tags[k]} for k in sorted(tags)]
        if o.get("oid") != oid or o.get("parts") != want:
            return self.bad("completion differs: %s, wanted %s" % (o, want))
        h = hashlib.sha256()
        with open(hub.object_path(oid) + ".all", "wb") as out:
            for k in sorted(tags):
                name = hub.object_path("%s.%05d" % (oid, k))
                data = open(name, "rb").read()
                h.update(data)
                out.write(data)
                os.unlink(name)
        if h.hexdigest() != oid and hub.o.keep:
            return self.bad("completed object does not have its digest")
        os.rename(hub.object_path(oid) + ".all", hub.object_path(oid))
        self.answer(200, {})

    # -- API ---------------------------------------------------------------

    def handle_any(self):
        self.got = 0
        if self.storage:
            return self.store()
        hub = self.hub
        if hub.o.slow_api:
            time.sleep(hub.o.slow_api)
        path = urllib.parse.urlsplit(self.path).path
        resolve = "/resolve/" in path
        if not resolve and hub.fault("429"):
            self.body()
            return self.error(
                429, "you hit the quota of 1000 api requests",
                {"Retry-After": "1"})
        if not resolve and hub.fault("429-quota"):
            self.body()
            return self.error(429, "quota", {"RateLimit": '"api";r=0;t=1'})
        if not resolve and hub.fault("429-date"):
            self.body()
            return self.error(429, "slow down", {
                "Retry-After": formatdate(time.time() + 2, usegmt=True)})
        if hub.fault("429-long"):
            self.body()
            return self.error(429, "hourly quota", {"Retry-After": "3600"})
        for code in (500, 503):
            if hub.fault(str(code)):
                self.body()
                return self.error(code, "internal")
        if hub.fault("html"):
            self.body()
            return self.answer(502, b"<html><h1>Bad Gateway</h1></html>")
        if hub.fault("drop"):
            self.body()
            return self.drop()
        if self.headers.get("Authorization") != "Bearer " + hub.o.token:
            self.body()
            return self.error(
                401, "Invalid credentials in Authorization header")
        if hub.fault("echo-token"):
            self.body()
            return self.error(403, "token %s has no right" % hub.o.token)
        if not self.headers.get("User-Agent"):
            return self.bad("no User-Agent")
        return self.route(path)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def route(self, path):
        body = self.body()
        p = [urllib.parse.unquote(x) for x in path.split("/")[1:]]
        with LOCK:
            if path == "/api/whoami-v2":
                return self.answer(200, {"type": "user", "name": "me"})
            if path == "/api/repos/create":
                return self.create(json.loads(body))
            if path == "/api/validate-yaml":
                return self.validate(json.loads(body))
            if p[:2] == ["api", "datasets"] and len(p) >= 4:
                return self.dataset("/".join(p[2:4]), p[4:], body)
            if p[0] == "datasets" and p[3:4] == ["resolve"]:
                return self.resolve("/".join(p[1:3]), p[4], "/".join(p[5:]))
            if p[0] == "datasets" and path.endswith("/info/lfs/objects/batch"):
                return self.batch(p[1] + "/" + p[2][: -len(".git")], body)
            if p[0] == "datasets" and path.endswith("/info/lfs/verify"):
                return self.verify(json.loads(body))
        self.bad("no such call")

    def create(self, o):
        hub = self.hub
        if not isinstance(o.get("name"), str) or o.get("type") != "dataset":
            return self.bad("create: name and type")
        if o.get("visibility") not in (None, "private", "public"):
            return self.bad("create: visibility")
        if hub.fault("create-403"):
            return self.error(403, "You don't have the rights to create")
        if hub.fault("create-busy"):
            return self.error(
                409, "Cannot create repo: another conflicting operation is in "
                "progress")
        name = "%s/%s" % (o.get("organization") or "me", o["name"])
        url = "http://%s/datasets/%s" % (self.headers["Host"], name)
        if name in hub.repos:
            return self.answer(409, {"error": "You already created it"})
        hub.new_repo(name, o.get("visibility") == "private")
        self.answer(200, {"url": url, "name": name, "id": "1"})

    def validate(self, o):
        if set(o) != {"content", "repoType"} or o["repoType"] != "dataset":
            return self.bad("validate: content and repoType")
        if not o["content"].startswith("---\n"):
            return self.bad("validate: no front matter")
        if self.hub.fault("validate-400"):
            return self.answer(400, {"errors": [{"message": "bad license"}]})
        self.answer(200, {"errors": [], "warnings": []})

    def dataset(self, name, rest, body):
        repo = self.hub.repos.get(name)
        if repo is None:
            return self.error(
                404, "Repository not found", {"X-Error-Code": "RepoNotFound"})
        if not rest or rest[0] == "revision":
            rev = rest[1] if rest else "main"
            if rev not in repo["branches"]:
                return self.error(404, "Invalid rev id",
                                  {"X-Error-Code": "RevisionNotFound"})
            b = repo["branches"][rev]
            return self.answer(200, {
                "id": name, "sha": b["commits"][-1], "private": repo["private"],
                "siblings": []})
        if rest[0] == "branch":
            if rest[1] in repo["branches"]:
                return self.error(409, "exists")
            repo["branches"][rest[1]] = json.loads(
                json.dumps(repo["branches"]["main"]))
            self.hub.save()
            return self.answer(200, {})
        if rest[1] not in repo["branches"]:
            return self.error(404, "Invalid rev id",
                              {"X-Error-Code": "RevisionNotFound"})
        branch = repo["branches"][rest[1]]
        if rest[0] == "tree":
            return self.tree(branch)
        if rest[0] == "preupload":
            return self.preupload(branch, json.loads(body))
        if rest[0] == "commit":
            return self.commit(name, rest[1], branch, body)
        self.bad("no such call")

    def tree(self, branch):
        q = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        at, size = int(q.get("cursor", 0)), self.hub.o.page
        paths = sorted(branch["tree"])
        out, host = [], self.own_host()
        for p in paths[at:at + size]:
            t = branch["tree"][p]
            e = {"type": "file", "path": p, "oid": t["oid"], "size": t["size"]}
            if t["lfs"]:
                e["lfs"] = {"oid": t["oid"], "size": t["size"]}
            out.append(e)
        headers = {}
        if at + size < len(paths):
            base = self.path.split("?")[0]
            headers["Link"] = '<%s%s?recursive=true&cursor=%d>; rel="next"' % (
                host, base, at + size)
        self.answer(200, out, headers)

    def resolve(self, name, rev, path):
        t = self.hub.repos[name]["branches"][rev]["tree"].get(path)
        if t is None:
            return self.error(404, "Entry not found",
                              {"X-Error-Code": "EntryNotFound"})
        data = open(self.hub.object_path("g" + t["oid"]), "rb").read()
        self.answer(200, data, {"ETag": '"%s"' % t["oid"]})

    def is_lfs(self, path, size, attributes):
        if "regular" in self.hub.o.fault:
            return size > INLINE_MAX
        for line in attributes.splitlines():
            pat = line.split(" ")[0]
            if "filter=lfs" in line and path.endswith(pat.lstrip("*")):
                return True
        return size > INLINE_MAX

    def attributes(self, branch):
        t = branch["tree"].get(".gitattributes")
        if t is None:
            return ""
        return open(self.hub.object_path("g" + t["oid"])).read()

    def preupload(self, branch, o):
        if len(o["files"]) > 256:
            return self.bad("preupload: more than 256 files")
        attributes = o.get("gitAttributes") or self.attributes(branch)
        if any(f["path"] == ".gitattributes" for f in o["files"]) and (
            "gitAttributes" not in o
        ):
            return self.bad("preupload: gitAttributes not sent")
        out = []
        for f in o["files"]:
            if len(base64.b64decode(f["sample"])) != min(512, f["size"]):
                return self.bad("preupload: sample is not 512 bytes")
            lfs = self.is_lfs(f["path"], f["size"], attributes)
            e = {"path": f["path"], "shouldIgnore": self.hub.fault("ignore"),
                 "uploadMode": "lfs" if lfs else "regular"}
            t = branch["tree"].get(f["path"])
            if t is not None and t["lfs"] == lfs:
                e["oid"] = t["oid"]
            out.append(e)
        self.answer(200, {"files": out})

    def own_host(self):
        """A mirror passes on the hub's own address."""
        return ("https://huggingface.co" if self.hub.o.mirror
                else "http://" + self.headers["Host"])

    def sign(self, path, extra=""):
        self.hub.signs += 1
        return "http://127.0.0.1:%d%s?X-Amz-Signature=s%d%s" % (
            self.hub.storage_port, path, self.hub.signs, extra)

    def batch(self, name, body):
        hub = self.hub
        for h in ("Accept", "Content-Type"):
            if self.headers.get(h) != "application/vnd.git-lfs+json":
                return self.bad("batch: %s" % h)
        o = json.loads(body)
        if len(o["objects"]) > 256 or o["operation"] != "upload":
            return self.bad("batch: too many objects")
        if o["transfers"] != ["basic", "multipart"] or o["hash_algo"] != "sha256":
            return self.bad("batch: transfers and hash_algo")
        if o["ref"]["name"] not in hub.repos[name]["branches"]:
            return self.bad("batch: ref")
        oids = [x["oid"] for x in o["objects"]]
        if len(set(oids)) != len(oids):
            return self.bad("batch: an object twice")
        out, multi = [], False
        for x in o["objects"]:
            e = {"oid": x["oid"], "size": x["size"]}
            if x["size"] == 0:
                return self.bad("batch: empty object")
            if hub.fault("object-error"):
                e["error"] = {"code": 422, "message": "quota of the namespace"}
            elif not hub.has(x["oid"]):
                chunk = hub.o.chunk
                if chunk and x["size"] > chunk:
                    multi = True
                    n = (x["size"] + chunk - 1) // chunk
                    if hub.fault("part-missing"):
                        n -= 1
                    head = {"%05d" % (i + 1): self.sign(
                        "/part/" + x["oid"], "&part=%d" % (i + 1))
                        for i in reversed(range(n))}
                    head["chunk_size"] = str(chunk)
                    up = {"href": self.sign("/complete/" + x["oid"]),
                          "header": head}
                else:
                    up = {"href": self.sign("/put/" + x["oid"])}
                e["actions"] = {"upload": up}
                if hub.o.verify:
                    e["actions"]["verify"] = {
                        "href": "%s/datasets/%s.git/info/lfs/verify" % (
                            self.own_host(), name)}
            out.append(e)
        transfer = "multipart" if multi else "basic"
        if hub.fault("transfer-xet"):
            transfer = "xet"
        self.answer(200, {"transfer": transfer, "objects": out},
                    {"Content-Type": "application/vnd.git-lfs+json"})

    def verify(self, o):
        if not self.hub.has(o["oid"]):
            return self.error(404, "no such object")
        self.answer(200, {})

    def commit(self, name, rev, branch, body):
        hub = self.hub
        if self.headers.get("Content-Type") != "application/x-ndjson":
            return self.bad("commit: content type")
        if hub.fault("commit-409"):
            return self.error(
                409, "Another commit operation is in progress for this "
                "repository. Please try again later.")
        lines = [json.loads(x) for x in body.splitlines()]
        if lines[0]["key"] != "header" or not lines[0]["value"]["summary"]:
            return self.bad("commit: header first, with a summary")
        if hub.fault("commit-412"):
            readme = branch["tree"].get("README.md")
            old = (open(hub.object_path("g" + readme["oid"]), "rb").read()
                   if readme else b"---\nlicense: mit\n---\n")
            hub.commit(name, rev, {"README.md": hub.blob(
                old + b"\nAdded by somebody else.\n")})
        parent = lines[0]["value"].get("parentCommit")
        if parent is not None and parent != branch["commits"][-1]:
            return self.error(
                412, "The branch was updated since you opened this page. "
                "Please refresh and try again.")
        if len(lines) - 1 > 100:
            return self.bad("commit: %d files" % (len(lines) - 1))
        changes, inline = {}, 0
        attributes = self.attributes(branch)
        for x in lines[1:]:
            v = x["value"]
            path = v["path"]
            if path.startswith("/") or ".." in path.split("/"):
                return self.bad("commit: path")
            if x["key"] == "file":
                if v["encoding"] != "base64":
                    return self.bad("commit: encoding")
                data = base64.b64decode(v["content"], validate=True)
                inline += len(data)
                if len(data) > INLINE_MAX:
                    return self.bad("commit: regular file above 10 MiB")
                changes[path] = hub.blob(data)
            elif x["key"] == "lfsFile":
                if v["algo"] != "sha256" or not hub.has(v["oid"]):
                    return self.bad("commit: object was not uploaded")
                changes[path] = {"oid": v["oid"], "size": v["size"],
                                 "lfs": True}
            elif x["key"] == "deletedFile":
                if path not in branch["tree"]:
                    return self.bad("commit: deletes what is not there")
                changes[path] = None
            else:
                return self.bad("commit: key")
        if inline > 100 << 20:
            return self.bad("commit: more than 100 MB inline")
        text = self.attributes(branch)
        if ".gitattributes" in changes:
            text = open(hub.object_path(
                "g" + changes[".gitattributes"]["oid"])).read()
        uncovered = [p for p, t in changes.items()
                     if t and t["lfs"] and not self.is_lfs(p, 0, text)]
        if len(uncovered) > 1:
            return self.bad("commit: .gitattributes grows by a line a file")
        oid = hub.commit(name, rev, changes)
        if hub.fault("commit-lost"):
            return self.drop()
        if hub.fault("commit-504"):
            return self.answer(504, b"<html>timeout</html>")
        self.answer(200, {
            "success": True, "commitOid": oid, "hookOutput": "",
            "commitUrl": "http://%s/datasets/%s/commit/%s" % (
                self.headers["Host"], name, oid)})


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass    # a client that was killed


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--dir", required=True)
    ap.add_argument("--token", default="hf_testtoken")
    ap.add_argument("--fault", action="append", default=[])
    ap.add_argument("--chunk", type=int, default=0, help="multipart above this")
    ap.add_argument("--page", type=int, default=1000)
    ap.add_argument("--slow", type=float, default=0, help="seconds a 64 KiB")
    ap.add_argument("--slow-api", type=float, default=0)
    ap.add_argument("--verify", action="store_true")
    ap.add_argument("--silent", action="store_true",
                    help="no answer to Expect: 100-continue")
    ap.add_argument("--bare", action="store_true",
                    help="new repositories send nothing to large storage")
    ap.add_argument("--mirror", action="store_true",
                    help="URLs in answers are those of the hub itself")
    ap.add_argument("--forget", dest="keep", action="store_false",
                    help="do not keep the bytes of objects")
    ap.add_argument("--public", action="append", default=[],
                    help="a repository that is there already")
    ap.add_argument("--life", type=float, default=120)
    o = ap.parse_args()
    hub = Hub(o)
    for name in o.public:
        if name not in hub.repos:
            hub.new_repo(name, False)
    servers = []
    for storage in (False, True):
        cls = type("H", (Handler,), {"hub": hub, "storage": storage})
        s = Server(("127.0.0.1", 0), cls)
        servers.append(s)
    hub.storage_port = servers[1].server_address[1]
    for s in servers:
        threading.Thread(target=s.serve_forever, daemon=True).start()
    print("http://127.0.0.1:%d" % servers[0].server_address[1], flush=True)
    parent, end = os.getppid(), time.time() + o.life
    while time.time() < end and os.getppid() == parent:
        time.sleep(0.2)
    sys.exit(0)


main()
