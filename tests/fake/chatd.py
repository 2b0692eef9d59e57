#!/usr/bin/env python3
"""chatd.py - a scripted chat API on 127.0.0.1 for tests.

Prints its port and serves POST .../chat/completions, streamed or not, until
its parent is gone or --max-seconds have passed. GET /stats tells what it did.

What it answers comes from --script (JSON) and --questions (records):

    {"rules": [{"match": "text in any message",  # or "regex"
                "in": "any",        # any, last, first, system
                "seed": 3,          # only this seed (how samples differ)
                "turn": 2,          # only after so many assistant messages
                "replies": [R...]   # by turn, the last one again and again
                "samples": [[R...]...]}],  # instead: by seed, then turn
     "default": R, "models": ["m"]}

R is text, or {"content", "code" (fenced, after content), "reasoning",
"finish_reason", "usage", "model", "provider", "delay" (s), "fault" (a name),
"once" (bool: the fault comes once)}. A rule without a match is for all. With
--questions every conversation that holds a record's question_text is answered
with the cells of its reference, one a turn.

--faults 0.3 injects transient faults at that rate, chosen by --seed and the
request alone, so that every run meets the same; --faults KIND=RATE,... chooses
kinds. A request meets at most --max-faults. --list-faults tells the kinds and
what a client must make of each: ok, retry, item, run.
"""
import argparse
import asyncio
import gzip
import hashlib
import json
import os
import random
import re
import socket
import struct
import sys
import time

# kind: (what a client must make of it, is it a transient one to draw from)
FAULTS = {
    # statuses
    "429": "retry", "429-seconds": "retry", "429-ms": "retry",
    "429-date": "retry", "429-text": "retry", "429-availability": "retry",
    "429-absurd": "retry", "429-litellm": "retry", "429-tgi": "retry",
    "429-quota": "run", "429-long": "run",
    "408": "retry", "409": "retry", "425": "retry", "500": "retry",
    "500-text": "retry", "424-tgi": "retry", "400-harmony": "retry",
    "502-html": "retry", "503": "retry", "503-loading": "retry",
    "504-html": "retry", "520": "retry", "524": "retry",
    "529-anthropic": "retry", "402": "run", "402-inflight": "retry",
    "401": "run", "403": "run", "403-flagged": "item", "404-model": "run",
    "404-html": "run", "400": "item", "400-model": "run",
    "400-temperature": "ok", "400-top-p": "ok", "400-seed": "ok",
    "400-max-tokens": "ok", "400-stream-options": "ok",
    "400-context": "ok", "400-context-full": "item",
    "400-context-openrouter": "item", "404-context": "item",
    "400-vllm-old": "item", "400-llama-context": "item",
    "400-filter": "item", "413-html": "item", "422-tgi": "item",
    "422-detail": "item", "500-llama": "item", "500-no-retry": "item",
    "501": "item", "301": "run", "302": "item",
    # transport
    "reset-before": "retry", "close-before": "retry",
    "reset-headers": "retry", "cut-body": "retry", "cut-chunked": "retry",
    "stall-before": "retry", "stall-middle": "retry", "bad-http": "retry",
    "drip": "ok", "slow": "ok", "103": "ok", "trailers": "ok", "gzip": "ok",
    "close-after": "ok", "spent": "ok",
    # replies with status 200 that are none
    "empty": "retry", "empty-untyped": "retry", "html": "retry",
    "truncated-json": "retry", "error": "retry", "error-string": "retry",
    "error-choice": "retry", "error-fatal": "item", "no-choices": "retry",
    "choices-null": "retry", "choices-empty": "retry",
    "choices-number": "retry", "content-null": "retry",
    "content-missing": "retry", "lost": "retry",
    "content-empty": "retry", "content-number": "retry",
    "message-string": "retry", "reasoning-only": "retry", "deep": "retry",
    "trailing": "retry", "huge": "retry", "gzip-bomb": "retry",
    "json-array": "retry", "json-text": "retry", "filter": "item",
    "length-empty": "ok", "think-open": "retry",
    # odd, but an answer
    "content-array": "ok", "content-thinking": "ok", "finish-null": "ok",
    "finish-odd": "ok", "think": "ok", "think-lone": "ok", "harmony": "ok",
    "harmony-stripped": "ok", "harmony-tool": "ok",
    "nul": "ok", "surrogate": "ok", "nan": "ok",
    "bigint": "ok", "hugefloat": "ok", "bad-utf8": "ok", "bom": "ok",
    "duplicate-keys": "ok", "two-choices": "ok", "usage-missing": "ok",
    "usage-strings": "ok", "tool-calls": "ok", "refusal": "ok",
    "length-cut": "ok", "reasoning": "ok", "reasoning-content": "ok",
    "reasoning-details": "ok",
    # streams (sent as a stream even where none was asked for)
    "sse-comments": "ok", "sse-crlf": "ok", "sse-cr": "ok", "sse-bytes": "ok",
    "sse-no-done": "ok", "sse-truncated": "retry", "sse-error": "retry",
    "sse-error-string": "retry", "sse-reset": "retry", "sse-multi": "ok",
    "sse-azure": "ok", "sse-null-delta": "ok", "sse-bad-json": "retry",
    "sse-after-done": "ok", "sse-untyped": "ok", "sse-single-newline": "ok",
    "sse-bom": "ok", "sse-nospace": "ok", "sse-event-lines": "ok",
    "sse-empty": "retry", "sse-stall": "retry", "sse-role-only": "retry",
    "sse-error-finish": "retry", "sse-llama": "ok", "json-for-stream": "ok",
    "sse-for-json": "ok",
}
# What --faults RATE draws from: transient, and quick to be over.
TRANSIENT = [k for k, v in FAULTS.items() if v == "retry" and k not in (
    "stall-before", "stall-middle", "sse-stall", "huge", "gzip-bomb",
    "429-date", "429-absurd", "402-inflight")]
# These refuse until the request has changed.
ADAPT = ("400-temperature", "400-top-p", "400-seed", "400-max-tokens",
         "400-stream-options", "400-context", "length-empty")

HTML = b"<html><head><title>Bad Gateway</title></head><body>oops</body></html>"


def rst(transport):
    """Close with a reset instead of an end."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack("ii", 1, 0))
    transport.abort()


def tokens(text):
    return (len(text.encode("utf-8", "replace")) + 3) // 4


def text_of(message):
    c = message.get("content")
    if isinstance(c, list):
        return "".join(p.get("text", "") for p in c if isinstance(p, dict))
    return c if isinstance(c, str) else ""


class Book:
    """What to answer."""

    def __init__(self, args):
        self.rules, self.default, self.models = [], {"content": "ok"}, None
        if args.script:
            with open(args.script, encoding="utf-8") as f:
                script = json.load(f)
            self.rules = script.get("rules", [])
            self.default = script.get("default", self.default)
            self.models = script.get("models")
        self.questions = []
        for path in args.questions:
            with open(path, encoding="utf-8") as f:
                for line in f:
                    q = json.loads(line)
                    cells = (q.get("reference") or {}).get("cells")
                    if cells:
                        self.questions.append((q["question_text"], cells))
        self.questions.sort(key=lambda q: -len(q[0]))
        self.wrong = args.wrong_rate

    @staticmethod
    def where(rule, messages):
        texts = [text_of(m) for m in messages]
        place = rule.get("in", "any")
        if place == "last":
            return texts[-1:]
        if place == "first":
            return [t for t, m in zip(texts, messages)
                    if m.get("role") == "user"][:1]
        if place == "system":
            return [t for t, m in zip(texts, messages)
                    if m.get("role") == "system"]
        return texts

    def find(self, body):
        """The reply for a request, as a dict."""
        messages = body["messages"]
        turn = sum(m.get("role") == "assistant" for m in messages)
        seed = body.get("seed") or 0
        for rule in self.rules:
            if "seed" in rule and rule["seed"] != seed:
                continue
            if "turn" in rule and rule["turn"] != turn:
                continue
            texts = self.where(rule, messages)
            if "match" in rule and not any(rule["match"] in t for t in texts):
                continue
            if "regex" in rule and not any(
                    re.search(rule["regex"], t, re.S) for t in texts):
                continue
            replies = rule.get("replies", [])
            if "samples" in rule:
                replies = rule["samples"][seed % len(rule["samples"])]
            if replies:
                return self.dress(replies[min(turn, len(replies) - 1)])
        user = "\n".join(text_of(m) for m in messages
                         if m.get("role") != "assistant")
        for text, cells in self.questions:
            if text in user:
                return self.play(cells, turn, body)
        return self.dress(self.default)

    @staticmethod
    def dress(reply):
        if isinstance(reply, str):
            return {"content": reply}
        reply = dict(reply)
        if "code" in reply:
            code = reply["code"]
            if isinstance(code, list):
                code = "\n".join(code)
            head = reply.get("content") or "Let me compute this."
            reply["content"] = f"{head}\n\n```python\n{code}\n```"
        reply.setdefault("content", "")
        return reply

    def play(self, cells, turn, body):
        cell = cells[min(turn, len(cells) - 1)]
        code = cell["code"]
        draw = random.Random(json.dumps(body, sort_keys=True))
        if self.wrong and "submit(" in code and draw.random() < self.wrong:
            code += "\nsubmit(-987654321)"
        return self.dress({"content": cell.get("reasoning") or "Next step.",
                           "code": code})


class Desk:
    """Counts, faults and settings shared by all connections."""

    def __init__(self, args):
        self.args = args
        self.book = Book(args)
        self.seen = {}  # fingerprint: requests
        self.good = {}  # fingerprint: whole answers
        self.count = {"requests": 0, "answers": 0, "faults": 0, "peak": 0,
                      "connections": 0, "repeats": 0, "aborted": 0}
        self.kinds = {}
        self.flying = 0
        self.busy = []  # when each slot is free
        self.weights = self.read_faults(args.faults)
        self.log = open(args.log, "a", encoding="utf-8") if args.log else None

    @staticmethod
    def read_faults(text):
        if not text:
            return []
        try:
            rate = float(text)
            return [(k, rate / len(TRANSIENT)) for k in TRANSIENT]
        except ValueError:
            pass
        out = []
        for item in text.split(","):
            kind, _, rate = item.partition("=")
            if kind not in FAULTS:
                sys.exit(f"chatd.py: no fault {kind!r}; see --list-faults")
            out.append((kind, float(rate or 1)))
        return out

    def draw(self, mark, nth):
        """The fault for the nth request of one fingerprint, or None."""
        if nth >= self.args.max_faults:
            return None
        x = random.Random(f"{self.args.seed}:{mark}:{nth}").random()
        for kind, rate in self.weights:
            if x < rate:
                return kind
            x -= rate
        return None

    def wait(self, reply):
        """Seconds until the reply may begin: latency, and a queue of slots."""
        delay = float(reply.get("delay", self.args.latency / 1000))
        if self.args.slots:
            now = time.monotonic()
            if not self.busy:
                self.busy = [now] * self.args.slots
            i = min(range(len(self.busy)), key=lambda k: self.busy[k])
            self.busy[i] = max(self.busy[i], now) + delay
            delay = self.busy[i] - now
        return delay


class Link(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, one request at a time."""

    def __init__(self, desk):
        self.desk = desk
        self.data = bytearray()
        self.task = None
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        self.desk.count["connections"] += 1
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc):
        if self.task is not None and not self.task.done():
            self.desk.count["aborted"] += 1
            self.task.cancel()

    def data_received(self, data):
        self.data += data
        if self.task is None or self.task.done():
            self.next_request()

    def next_request(self):
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.data[:end].decode("latin-1").split("\r\n")
        fields = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            fields[name.strip().lower()] = value.strip()
        size = int(fields.get("content-length", 0))
        if len(self.data) < end + 4 + size:
            return
        body = bytes(self.data[end + 4:end + 4 + size])
        del self.data[:end + 4 + size]
        self.task = asyncio.get_running_loop().create_task(
            self.serve(head[0], fields, body))

    async def serve(self, line, fields, body):
        method, path, _ = (line + "  ").split(" ", 2)
        try:
            if method == "GET":
                self.get(path)
            elif not path.split("?")[0].endswith("/chat/completions"):
                self.send_json(404, {"error": {"message": "no such path"}})
            else:
                self.desk.flying += 1
                self.desk.count["peak"] = max(self.desk.count["peak"],
                                              self.desk.flying)
                try:
                    await self.chat(fields, body)
                finally:
                    self.desk.flying -= 1
        except asyncio.CancelledError:
            return
        if self.data and not self.transport.is_closing():
            self.task = None
            self.next_request()

    def get(self, path):
        desk = self.desk
        if path.endswith("/models"):
            names = desk.book.models or ["test-model"]
            self.send_json(200, {"object": "list", "data": [
                {"id": n, "object": "model"} for n in names]})
        elif path == "/stats":
            self.send_json(200, {**desk.count, "distinct": len(desk.seen),
                                 "answered": len(desk.good),
                                 "kinds": desk.kinds})
        else:
            self.send_json(404, {"error": {"message": "no such path"}})

    # plain responses

    def send(self, status, body, ctype="application/json", extra=(),
             chunked=False):
        head = [f"HTTP/1.1 {status} X"]
        if ctype:
            head.append(f"Content-Type: {ctype}")
        head += extra
        if chunked:
            head.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else \
                b"0\r\n\r\n"
        else:
            head.append(f"Content-Length: {len(body)}")
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def send_json(self, status, obj, extra=()):
        self.send(status, json.dumps(obj).encode(), extra=extra)

    def send_error(self, status, message, extra=(), **more):
        self.send_json(status, {"error": {"message": message, "type": None,
                                          "param": None, "code": None,
                                          **more}}, extra)

    # chat

    async def chat(self, fields, raw):
        desk, args = self.desk, self.desk.args
        desk.count["requests"] += 1
        if args.api_key and fields.get("authorization") != \
                "Bearer " + args.api_key:
            self.send_error(401, "Incorrect API key provided",
                            code="invalid_api_key")
            return
        try:
            body = json.loads(raw)
            messages = body["messages"]
            assert isinstance(messages, list) and messages
            if desk.book.models and body.get("model") not in desk.book.models:
                self.send_error(404, "The model does not exist",
                                code="model_not_found")
                return
        except (ValueError, KeyError, AssertionError, TypeError):
            self.send_error(400, "bad request body")
            return
        mark = hashlib.sha256(json.dumps(
            [messages, body.get("seed"), body.get("model")],
            sort_keys=True).encode()).hexdigest()[:16]
        nth = desk.seen.get(mark, 0)
        desk.seen[mark] = nth + 1
        reply = desk.book.find(body)
        kind = reply.get("fault")
        if kind and nth > 0 and reply.get("once", FAULTS[kind] == "retry"):
            kind = None
        kind = kind or desk.draw(mark, nth)
        if desk.log:
            desk.log.write(json.dumps({
                "mark": mark, "nth": nth, "fault": kind,
                "answers": desk.count["answers"], "flying": desk.flying,
                "last": text_of(messages[-1]),
                "text": text_of(messages[min(1, len(messages) - 1)])[:80],
                "turn": sum(m.get("role") == "assistant" for m in messages),
                "seed": body.get("seed"), "params": sorted(
                    k for k in body if k != "messages")}) + "\n")
            desk.log.flush()
        delay = desk.wait(reply)
        if delay > 0 and kind not in ("slow",):
            await asyncio.sleep(delay)
        msg = self.message(body, reply, mark)
        have = (msg["usage"] or {}).get("prompt_tokens", 0)
        if not kind and not args.truncate and 0 < args.context < have:
            self.full(have, args.context)
            return
        if kind:
            desk.count["faults"] += 1
            desk.kinds[kind] = desk.kinds.get(kind, 0) + 1
            if FAULTS[kind] == "ok" and kind not in ADAPT:
                self.answered(mark)
            await self.fault(kind, body, msg, mark)
        else:
            self.answered(mark)
            await self.answer(body, msg)

    def answered(self, mark):
        self.desk.count["answers"] += 1
        self.desk.good[mark] = self.desk.good.get(mark, 0) + 1
        if self.desk.good[mark] > 1:
            self.desk.count["repeats"] += 1

    def message(self, body, reply, mark):
        """A completion, complete."""
        prompt = sum(tokens(text_of(m)) + 4 for m in body["messages"])
        if self.desk.args.truncate:
            prompt = min(prompt, self.desk.args.context)
        text = reply["content"]
        out = tokens(text or "") + tokens(reply.get("reasoning") or "")
        cached = prompt - 4 - tokens(text_of(body["messages"][-1])) \
            if self.desk.args.cached else 0
        usage = {"prompt_tokens": prompt, "completion_tokens": out,
                 "total_tokens": prompt + out,
                 "prompt_tokens_details": {"cached_tokens": max(cached, 0)},
                 "completion_tokens_details": {
                     "reasoning_tokens": tokens(reply.get("reasoning") or "")},
                 "cost": round((prompt * 0.1 + out * 0.4) / 1e6, 9)}
        message = {"role": "assistant", "content": text}
        if reply.get("reasoning"):
            message["reasoning"] = reply["reasoning"]
        return {"id": "gen-" + mark, "object": "chat.completion",
                "created": 0, "model": reply.get(
                    "model", body.get("model", "test-model")),
                "provider": reply.get("provider", "Fake"), "choices": [{
                    "index": 0, "message": message,
                    "finish_reason": reply.get("finish_reason", "stop")}],
                "usage": reply.get("usage", usage)}

    @staticmethod
    def chunks(msg, size):
        """The completion as stream chunks."""
        base = {"id": msg["id"], "object": "chat.completion.chunk",
                "created": 0, "model": msg["model"],
                "provider": msg["provider"]}
        choice = msg["choices"][0]

        def chunk(delta, finish=None):
            return {**base, "choices": [{"index": 0, "delta": delta,
                                         "finish_reason": finish}]}
        yield chunk({"role": "assistant", "content": ""})
        why = choice["message"].get("reasoning") or ""
        for i in range(0, len(why), size):
            yield chunk({"reasoning": why[i:i + size]})
        text = choice["message"]["content"] or ""
        for i in range(0, len(text), size):
            yield chunk({"content": text[i:i + size]})
        yield chunk({}, choice["finish_reason"])
        if msg.get("usage") is not None:
            yield {**base, "choices": [], "usage": msg["usage"]}

    def events(self, msg):
        return [json.dumps(c) for c in
                self.chunks(msg, self.desk.args.chunk)]

    def stream_head(self, ctype="text/event-stream"):
        head = "HTTP/1.1 200 OK\r\n"
        if ctype:
            head += f"Content-Type: {ctype}\r\n"
        self.transport.write(
            (head + "Transfer-Encoding: chunked\r\n\r\n").encode())

    def piece(self, data):
        self.transport.write(b"%x\r\n%s\r\n" % (len(data), data))

    def last(self):
        self.transport.write(b"0\r\n\r\n")

    def stream(self, msg):
        data = "".join(f"data: {e}\n\n" for e in self.events(msg))
        self.stream_head()
        self.piece(data.encode())
        self.piece(b"data: [DONE]\n\n")
        self.last()

    async def answer(self, body, msg):
        gap = self.desk.args.gap
        if body.get("stream") and gap:
            self.stream_head()
            for e in self.events(msg):
                self.piece(f"data: {e}\n\n".encode())
                await asyncio.sleep(gap / 1000)
            self.piece(b"data: [DONE]\n\n")
            self.last()
        elif body.get("stream"):
            self.stream(msg)
        else:
            self.send_json(200, msg)

    async def fault(self, kind, body, msg, mark):
        if kind in ADAPT and self.content_with(kind, body, msg):
            self.answered(mark)
            await self.answer(body, msg)
        elif kind.startswith("sse-") and kind != "sse-for-json":
            await self.fault_stream(kind, msg)
        elif kind in self.STATUS:
            self.STATUS[kind](self, body, msg)
        else:
            await self.fault_other(kind, body, msg)

    @staticmethod
    def content_with(kind, body, msg):
        """Has the request become what this fault asks for?"""
        names = {"400-temperature": "temperature", "400-top-p": "top_p",
                 "400-seed": "seed", "400-max-tokens": "max_tokens",
                 "400-stream-options": "stream_options"}
        if kind == "400-context":
            return msg["usage"]["prompt_tokens"] + body["max_tokens"] <= 4096
        if kind == "length-empty":
            return body["max_tokens"] > 6000
        return names[kind] not in body

    def full(self, have, size):
        self.send_error(
            400, f"This model's maximum context length is {size} tokens. "
            f"However, your messages resulted in {have} tokens.",
            code="context_length_exceeded")

    def refuse(self, name, text):
        self.send_error(400, text, type="invalid_request_error",
                        param=name, code="unsupported_parameter")

    def context(self, body, msg):
        have, want = msg["usage"]["prompt_tokens"], body["max_tokens"]
        self.send_error(
            400, "This model's maximum context length is 4096 tokens. "
            f"However, you requested {have + want} tokens ({have} in the "
            f"messages, {want} in the completion).",
            type="invalid_request_error", code="context_length_exceeded")

    STATUS = {
        "429": lambda s, b, m: s.send_error(429, "Rate limited", code=429),
        "429-seconds": lambda s, b, m: s.send_error(
            429, "Rate limited", ["Retry-After: 0.05"]),
        "429-ms": lambda s, b, m: s.send_error(
            429, "Rate limited", ["retry-after-ms: 40", "Retry-After: 1"]),
        "429-date": lambda s, b, m: s.send_error(
            429, "Rate limited", ["Retry-After: " + time.strftime(
                "%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 1))]),
        "429-text": lambda s, b, m: s.send_error(
            429, "Rate limit reached for m. Please try again in 60ms. Visit "
            "https://example.invalid to learn more."),
        "429-availability": lambda s, b, m: s.send_json(429, {"error": {
            "message": "busy", "availability": {
                "http_status": 429, "code": "rate_limited",
                "retryable": True, "retry_after": 0.05}}}),
        "429-absurd": lambda s, b, m: s.send_error(
            429, "Rate limited", ["Retry-After: 99999999999"]),
        "429-litellm": lambda s, b, m: s.send_error(
            429, "litellm.RateLimitError: upstream says 429",
            type="throttling_error", code="429"),
        "429-tgi": lambda s, b, m: s.send_json(429, {
            "error": "Model is overloaded", "error_type": "overloaded"}),
        "424-tgi": lambda s, b, m: s.send_json(424, {
            "error": "Request failed during generation: out of memory",
            "error_type": "generation"}),
        "400-harmony": lambda s, b, m: s.send_json(400, {
            "object": "error", "message": "unexpected tokens remaining in "
            "message header: Some(\"json\")", "type": "BadRequestError",
            "param": None, "code": 400}),
        "500-text": lambda s, b, m: s.send_json(500, {
            "error": "llama runner process has terminated"}),
        "429-quota": lambda s, b, m: s.send_error(
            429, "You exceeded your current quota, please check your plan "
            "and billing details.", type="insufficient_quota",
            code="insufficient_quota"),
        "429-long": lambda s, b, m: s.send_error(
            429, "Rate limited", ["Retry-After: 3600"]),
        "408": lambda s, b, m: s.send_error(408, "Timeout"),
        "409": lambda s, b, m: s.send_error(409, "Conflict"),
        "425": lambda s, b, m: s.send_error(425, "Too early"),
        "500": lambda s, b, m: s.send_error(500, "Internal error"),
        "502-html": lambda s, b, m: s.send(502, HTML, "text/html"),
        "503": lambda s, b, m: s.send_error(
            503, "No instances", ["Retry-After: 0"]),
        "503-loading": lambda s, b, m: s.send_json(503, {"error": {
            "code": 503, "message": "Loading model",
            "type": "unavailable_error"}}),
        "504-html": lambda s, b, m: s.send(504, HTML, "text/html"),
        "520": lambda s, b, m: s.send(520, b"error code: 520", "text/plain"),
        "524": lambda s, b, m: s.send(524, HTML, "text/html"),
        "529-anthropic": lambda s, b, m: s.send_json(529, {
            "type": "error", "error": {"type": "overloaded_error",
                                       "message": "Overloaded"}}),
        "402": lambda s, b, m: s.send_error(
            402, "Insufficient credits", code=402,
            metadata={"limit_source": "openrouter_credits"}),
        "402-inflight": lambda s, b, m: s.send_error(
            402, "Too much in flight", ["Retry-After: 0.1"], code=402,
            metadata={"limit_source": "openrouter_in_flight_budget"}),
        "401": lambda s, b, m: s.send_error(
            401, "Incorrect API key provided", code="invalid_api_key"),
        "403": lambda s, b, m: s.send_error(403, "Forbidden", code=403),
        "403-flagged": lambda s, b, m: s.send_error(
            403, "Your input was flagged", code=403,
            metadata={"reasons": ["violence"]}),
        "404-model": lambda s, b, m: s.send_error(
            404, "The model `x` does not exist", code="model_not_found"),
        "404-html": lambda s, b, m: s.send(404, HTML, "text/html"),
        "400": lambda s, b, m: s.send_error(400, "Bad request"),
        "400-model": lambda s, b, m: s.send_error(
            400, "x is not a valid model ID", code=400),
        "400-temperature": lambda s, b, m: s.refuse(
            "temperature",
            "Unsupported value: 'temperature' does not support 0.7"),
        "400-top-p": lambda s, b, m: s.refuse(
            "top_p", "Unsupported parameter: 'top_p'"),
        "400-seed": lambda s, b, m: s.refuse(
            "seed", "Unsupported parameter: 'seed'"),
        "400-max-tokens": lambda s, b, m: s.refuse(
            "max_tokens", "Unsupported parameter: 'max_tokens' is not "
            "supported with this model. Use 'max_completion_tokens' instead."),
        "400-stream-options": lambda s, b, m: s.refuse(
            "stream_options", "Unknown parameter: 'stream_options'"),
        "400-context": lambda s, b, m: s.context(b, m),
        "400-context-full": lambda s, b, m: s.full(4090, 4096),
        "400-context-openrouter": lambda s, b, m: s.send_json(400, {"error": {
            "code": 400, "message": "Input too long", "metadata": {
                "error_type": "context_length_exceeded"}}}),
        "404-context": lambda s, b, m: s.send_json(404, {"error": {
            "code": 404, "message": "No endpoints found", "metadata": {
                "error_type": "constraint_filtered"}}}),
        "400-vllm-old": lambda s, b, m: s.send_json(400, {
            "object": "error", "message": "This model's maximum context "
            "length is 2048 tokens. However, you requested 9000 tokens in "
            "the messages, Please reduce the length of the messages.",
            "type": "BadRequestError", "param": None, "code": 400}),
        "400-llama-context": lambda s, b, m: s.send_json(400, {"error": {
            "code": 400, "message": "the request exceeds the available "
            "context size. try increasing the context size or enable context "
            "shift", "type": "exceed_context_size_error",
            "n_prompt_tokens": 4090, "n_ctx": 4096}}),
        "400-filter": lambda s, b, m: s.send_error(
            400, "The response was filtered due to the prompt triggering the "
            "content management policy", code="content_filter"),
        "413-html": lambda s, b, m: s.send(413, HTML, "text/html"),
        "422-tgi": lambda s, b, m: s.send_json(422, {
            "error": "Input validation error: `inputs` tokens + "
            "`max_new_tokens` must be <= 4096. Given: 4090 `inputs` tokens "
            "and 100 `max_new_tokens`", "error_type": "validation"}),
        "422-detail": lambda s, b, m: s.send_json(422, {"detail": [
            {"loc": ["body", "x"], "msg": "field required",
             "type": "value_error"}]}),
        "500-llama": lambda s, b, m: s.send_json(500, {"error": {
            "code": 500, "message": "Only one completion choice is allowed",
            "type": "server_error"}}),
        "500-no-retry": lambda s, b, m: s.send_error(
            500, "no", ["x-should-retry: false"]),
        "501": lambda s, b, m: s.send_error(501, "Not supported"),
        "301": lambda s, b, m: s.send(
            301, b"", None, ["Location: http://127.0.0.1:1/v1"]),
        "302": lambda s, b, m: s.send(
            302, b"", None, ["Location: http://127.0.0.1:1/login"]),
    }

    async def fault_other(self, kind, body, msg):
        data = json.dumps(msg).encode()
        choice = msg["choices"][0]
        message = choice["message"]
        if kind == "reset-before":
            rst(self.transport)
        elif kind == "close-before":
            self.transport.close()
        elif kind == "bad-http":
            self.transport.write(b"garbage\r\n\r\n\r\n")
            self.transport.close()
        elif kind == "reset-headers":
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: "
                                 b"application/json\r\nContent-Length: 99\r\n"
                                 b"\r\n")
            await asyncio.sleep(0.02)
            rst(self.transport)
        elif kind in ("cut-body", "stall-middle"):
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(data) + data[:len(data)
                                                                  // 2])
            if kind == "stall-middle":
                await asyncio.sleep(3600)
            self.transport.close()
        elif kind == "cut-chunked":
            self.stream_head("application/json")
            self.piece(data)
            self.transport.close()
        elif kind == "stall-before":
            await asyncio.sleep(3600)
        elif kind == "slow":
            await asyncio.sleep(0.3)
            await self.answer(body, msg)
        elif kind == "spent":
            self.send(200, data, extra=[
                "x-ratelimit-limit-requests: 10",
                "x-ratelimit-remaining-requests: 0",
                "x-ratelimit-reset-requests: 700ms"])
        elif kind == "close-after":
            self.send(200, data, extra=["Connection: close"])
            self.transport.close()
        elif kind == "drip":
            self.stream_head("application/json")
            for _ in range(5):
                self.piece(b" \n")
                await asyncio.sleep(0.02)
            self.piece(data)
            self.last()
        elif kind == "trailers":
            self.stream_head("application/json")
            self.piece(data)
            self.transport.write(b"0\r\nX-Time: 7\r\nRetry-After: 9\r\n\r\n")
        elif kind == "103":
            self.transport.write(b"HTTP/1.1 103 Early Hints\r\nRetry-After: "
                                 b"77\r\n\r\n")
            await self.answer(body, msg)
        elif kind == "gzip":
            self.send(200, gzip.compress(data),
                      extra=["Content-Encoding: gzip"])
        elif kind == "gzip-bomb":
            self.send(200, gzip.compress(b" " * (20 << 20) + data, 1),
                      extra=["Content-Encoding: gzip"])
        elif kind == "empty":
            self.send(200, b"")
        elif kind == "empty-untyped":
            self.send(200, b"", None)
        elif kind == "html":
            self.send(200, HTML, "text/html")
        elif kind == "truncated-json":
            self.send(200, data[:len(data) * 2 // 3])
        elif kind == "huge":
            self.send(200, data.replace(
                b'"content": "', b'"content": "' + b"x" * (17 << 20), 1))
        elif kind == "deep":
            self.send(200, data[:-1] + b', "x": ' + b"[" * 5000 +
                      b"]" * 5000 + b"}")
        elif kind == "trailing":
            self.send(200, data + b" trailing text")
        elif kind == "json-array":
            self.send(200, b"[" + data + b"]")
        elif kind == "json-text":
            self.send(200, b'"overloaded"')
        elif kind == "error":
            self.send_json(200, {"error": {"code": 502,
                                           "message": "Provider failed"},
                                 "user_id": "u"})
        elif kind == "error-string":
            self.send_json(200, {"error": "provider failed"})
        elif kind == "error-choice":
            choice["error"] = {"code": 502, "message": "upstream"}
            choice["finish_reason"] = "error"
            self.send_json(200, msg)
        elif kind == "error-fatal":
            self.send_json(200, {"error": {"code": 400, "message": "bad"}})
        elif kind == "length-empty":
            message.update(content=None, reasoning="hm " * 50)
            choice["finish_reason"] = "length"
            self.send_json(200, msg)
        elif kind == "sse-for-json":
            self.stream(msg)
        elif kind == "json-for-stream":
            self.send_json(200, msg)
        else:
            self.odd(kind, msg)

    def odd(self, kind, msg):
        """Replies that are strange in their JSON."""
        choice = msg["choices"][0]
        message = choice["message"]
        text = message["content"]
        before = after = b""
        if kind == "no-choices":
            del msg["choices"]
        elif kind == "choices-null":
            msg["choices"] = None
        elif kind == "choices-empty":
            msg["choices"] = []
        elif kind == "choices-number":
            msg["choices"] = 5
        elif kind == "content-null":
            message["content"] = None
        elif kind == "content-missing":
            del message["content"]
        elif kind == "lost":  # gpt-oss in a parser that kept nothing
            message.update(content=None, reasoning=None, tool_calls=[])
            msg["usage"] = {**(msg["usage"] or {}), "completion_tokens": 99}
        elif kind == "content-empty":
            message["content"] = " \n"
        elif kind == "content-number":
            message["content"] = 5
        elif kind == "message-string":
            choice["message"] = text
        elif kind == "reasoning-only":
            message.update(content=None, reasoning="```python\n1/0\n```")
        elif kind == "filter":
            choice["finish_reason"] = "content_filter"
        elif kind == "think-open":
            message["content"] = "<think>never ends " + text
        elif kind == "content-array":
            message["content"] = [{"type": "text", "text": text[:3]},
                                  {"type": "text", "text": text[3:]}]
        elif kind == "content-thinking":
            message["content"] = [
                {"type": "thinking", "thinking": "secret draft"},
                {"type": "text", "text": text}]
        elif kind == "finish-null":
            choice["finish_reason"] = None
        elif kind == "finish-odd":
            choice["finish_reason"] = "eos_token"
        elif kind == "think":
            message["content"] = "<think>secret draft</think>\n" + text
        elif kind == "think-lone":
            message["content"] = "secret draft</think>\n\n" + text
        elif kind == "harmony-tool":
            message["content"] = (
                "<|channel|>analysis<|message|>secret draft<|end|><|start|>"
                "assistant<|channel|>commentary to=python <|constrain|>json"
                "<|message|>{}<|call|>")
        elif kind == "harmony":
            message["content"] = (
                "<|channel|>analysis<|message|>secret draft<|end|><|start|>"
                "assistant<|channel|>final<|message|>" + text + "<|return|>")
        elif kind == "harmony-stripped":
            message["content"] = "analysissecret draftassistantfinal" + text
        elif kind == "nul":
            msg["note"] = "a\0b"
        elif kind == "bad-utf8":
            after = b', "x": "\xff\xfe"}'
        elif kind == "surrogate":
            after = b', "x": "\\ud800"}'
        elif kind == "nan":
            after = b', "x": NaN, "y": [-Infinity]}'
        elif kind == "bigint":
            after = b', "x": 12345678901234567890123}'
        elif kind == "hugefloat":
            after = b', "x": 1e400, "y": -2E999}'
        elif kind == "bom":
            before = b"\xef\xbb\xbf"
        elif kind == "duplicate-keys":
            after = b', "id": "gen-two"}'
        elif kind == "two-choices":
            msg["choices"] = [{"index": 1, "message": {"content": "wrong"},
                               "finish_reason": "stop"}, choice]
        elif kind == "usage-missing":
            del msg["usage"]
        elif kind == "usage-strings":
            msg["usage"] = {"prompt_tokens": "12", "cost": "0.1",
                            "completion_tokens": None}
        elif kind == "tool-calls":
            message.update(content=None, tool_calls=[
                {"id": "c", "type": "function", "function": {
                    "name": "python", "arguments": "{}"}}])
            choice["finish_reason"] = "tool_calls"
        elif kind == "refusal":
            message.update(content=None, refusal="I cannot help with that.")
        elif kind == "length-cut":
            choice["finish_reason"] = "length"
        elif kind == "reasoning":
            message["reasoning"] = "secret draft"
        elif kind == "reasoning-content":
            message["reasoning_content"] = "secret draft"
        elif kind == "reasoning-details":
            message["reasoning_details"] = [
                {"type": "reasoning.text", "text": "secret draft"}]
        else:
            raise AssertionError(kind)
        data = json.dumps(msg).encode()
        if after:
            data = data[:-1] + after
        self.send(200, before + data)

    async def fault_stream(self, kind, msg):
        events = self.events(msg)
        half = events[:max(2, len(events) // 2)]
        end = "\r\n" if kind == "sse-crlf" else \
            "\r" if kind == "sse-cr" else "\n"
        lead = "data:" if kind == "sse-nospace" else "data: "
        gap = end if kind == "sse-single-newline" else end * 2
        if kind == "sse-error":
            half.append(json.dumps({**json.loads(events[0]), "error": {
                "code": 502, "message": "Provider disconnected"},
                "choices": [{"index": 0, "delta": {"content": ""},
                             "finish_reason": "error"}]}))
        elif kind == "sse-error-string":
            half.append(json.dumps({"error": "engine died"}))
        elif kind == "sse-error-finish":
            half = [events[0].replace('"finish_reason": null',
                                      '"finish_reason": "error"')]
        elif kind == "sse-azure":
            events.insert(0, json.dumps({
                "id": "", "model": "", "choices": [],
                "prompt_filter_results": [{"prompt_index": 0}]}))
        elif kind == "sse-null-delta":
            odd = json.loads(events[0])
            for delta in (None, {"content": None}, {}):
                odd["choices"][0]["delta"] = delta
                events.insert(1, json.dumps(odd))
            del odd["choices"][0]["delta"]
            events.insert(1, json.dumps(odd))
        elif kind == "sse-bad-json":
            half.append('{"choices": [')
        elif kind == "sse-llama":  # no role chunk; usage with the finish
            events = events[1:-2] + [json.dumps({
                **json.loads(events[-2]), "usage": msg["usage"],
                "timings": {"prompt_n": 1, "predicted_ms": 2.5}})]
        elif kind == "sse-role-only":
            half = events[:1] + [events[-2]]
        whole = kind not in (
            "sse-truncated", "sse-error", "sse-error-string", "sse-reset",
            "sse-bad-json", "sse-empty", "sse-stall", "sse-role-only",
            "sse-error-finish")
        text = ""
        for e in events if whole else half:
            if kind == "sse-comments":
                text += f": OPENROUTER PROCESSING{end}{end}:{end}"
            if kind == "sse-event-lines":
                text += f"event: message{end}id: 7{end}retry: 5{end}"
            if kind == "sse-multi":
                at = e.index(", ") + 1
                text += f"data: {e[:at]}{end}data: {e[at:]}{gap}"
            else:
                text += lead + e + gap
        if kind == "sse-empty":
            text = ""
        if whole and kind != "sse-no-done" or kind == "sse-role-only":
            text += lead + "[DONE]" + gap
        if kind == "sse-bom":
            text = "\ufeff" + text
        self.stream_head(None if kind == "sse-untyped" else
                         "text/event-stream; charset=utf-8")
        data = text.encode()
        if kind == "sse-bytes":
            for i in range(0, len(data), 7):
                self.piece(data[i:i + 7])
                if i % 70 == 0:
                    await asyncio.sleep(0)
        elif data:
            self.piece(data)
        if kind == "sse-reset":
            await asyncio.sleep(0.02)
            rst(self.transport)
        elif kind == "sse-stall":
            await asyncio.sleep(3600)
        elif kind == "sse-after-done":
            self.piece(b"data: {\"error\": \"ignored\"}\n\n")
            await asyncio.sleep(3600)
        else:
            self.last()


async def watch(args, stop):
    """End when the parent or the time is gone."""
    parent, start = os.getppid(), time.monotonic()
    while os.getppid() == parent and \
            time.monotonic() - start < args.max_seconds:
        await asyncio.sleep(0.5)
    stop.set()


async def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.
                                RawDescriptionHelpFormatter)
    p.add_argument("--script")
    p.add_argument("--questions", action="append", default=[],
                   help="question records to play the reference of")
    p.add_argument("--wrong-rate", type=float, default=0,
                   help="share of submitted answers that are made wrong")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--port-file", help="write the port here, too")
    p.add_argument("--faults", default="")
    p.add_argument("--max-faults", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--latency", type=float, default=0, help="ms")
    p.add_argument("--gap", type=float, default=0,
                   help="ms between the chunks of a stream")
    p.add_argument("--chunk", type=int, default=24,
                   help="characters of a chunk")
    p.add_argument("--slots", type=int, default=0,
                   help="requests served at once, the rest queue silently")
    p.add_argument("--context", type=int, default=0,
                   help="tokens of a prompt that is not refused")
    p.add_argument("--truncate", action="store_true",
                   help="cut a longer one without a word instead")
    p.add_argument("--cached", action="store_true",
                   help="report the prompt but its last message as cached")
    p.add_argument("--api-key", help="the only key that is accepted")
    p.add_argument("--log", help="append one line of JSON per request")
    p.add_argument("--max-seconds", type=float, default=300)
    p.add_argument("--list-faults", action="store_true")
    args = p.parse_args()
    if args.list_faults:
        for kind, what in FAULTS.items():
            print(kind, what)
        return
    desk = Desk(args)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Link(desk), "127.0.0.1",
                                      args.port, backlog=2048)
    port = server.sockets[0].getsockname()[1]
    if args.port_file:
        with open(args.port_file + ".tmp", "w", encoding="ascii") as f:
            f.write(f"{port}\n")
        os.rename(args.port_file + ".tmp", args.port_file)
    print(port, flush=True)
    stop = asyncio.Event()
    await asyncio.gather(watch(args, stop), stop.wait())


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
