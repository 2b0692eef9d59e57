#!/usr/bin/env python3
# limits.t - budgets, rates, requests in flight, servers that are gone, time
# limits, keys and addresses.
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

from fake import DRIVER, FAST, Run, Server, lines, ok, t

USAGE = {"prompt_tokens": 100, "completion_tokens": 50, "cost": 0.001}
PAID = {"default": {"content": "ok", "usage": USAGE}}
FREE = {"default": {"content": "ok", "usage": {
    "prompt_tokens": 100, "completion_tokens": 50}}}
BLIND = {"default": {"content": "ok", "usage": None}}


def budgets():
    with Server("--latency", "10", script=PAID) as s:
        run = Run(s.url, "-n", "300", "--max-cost", "0.1", "--max-inflight",
                  "8")
        acc = run.account
        ok(run.rc == 3 and "max_cost" in run.err and
           100 <= acc["calls"] <= 108 and len(run.records) == 300 and
           run.replies()[-1]["status"] == "budget",
           "max_cost stops with the calls in flight", run.err, acc)
        run = Run(s.url, "-n", "300", "--max-total-tokens", "6000",
                  "--max-inflight", "8")
        ok(run.rc == 3 and 40 <= run.account["calls"] <= 48,
           "max_total_tokens likewise", run.err, run.account)
    with Server("--latency", "10", script=FREE) as s:
        run = Run(s.url, "-n", "300", "--max-cost", "0.1", "--max-inflight",
                  "8", "--set", "price_prompt=5",
                  "--set", "price_completion=10")
        ok(run.rc == 3 and 100 <= run.account["calls"] <= 108 and
           "about $" in run.err,
           "prices stand in for a cost that is not told", run.err)
        run = Run(s.url, "-n", "30", "--max-cost", "0.1")
        ok(run.rc == 0 and "tells no cost" in run.err and
           run.replies()[0]["usage"]["cost"] is None and
           "cost unknown" in run.err, "unknown is not 0", run.err)
    with Server(script=BLIND) as s:
        run = Run(s.url, "-n", "300", "--max-total-tokens", "200",
                  "--max-inflight", "2", "--pad", "400")
        ok(run.rc == 3 and run.account["calls"] <= 4,
           "tokens that are not told are estimated", run.err)


def rates():
    with Server() as s:
        run = Run(s.url, "-n", "31", "--requests-per-minute", "1200")
        ok(run.rc == 0 and run.seconds > 1.4,
           "1200 requests a minute: 31 take a second and a half",
           run.seconds)
        run = Run(s.url, "-n", "31", "--set", "tokens_per_minute=60000",
                  "--set", "max_tokens=1000")
        ok(run.rc == 0 and run.account["calls"] == 31,
           "tokens a minute: what was not used is given back", run.err)
    with Server("--latency", "30") as s:
        for limit in (1, 5):
            before = s.stats()["connections"]
            run = Run(s.url, "-n", "40", "--max-inflight", str(limit))
            stats = s.stats()
            ok(run.rc == 0 and run.account["peak"] == limit and
               stats["peak"] <= limit,
               f"at most {limit} in flight", run.account)
            ok(stats["connections"] - before <= limit + 1,  # and these stats
               "on as many connections, kept alive", stats)
    with Server("--latency", "100", "--slots", "4") as s:
        run = Run(s.url, "-n", "280", "-j", "280", "--max-inflight", "200")
        ok(run.rc == 0 and run.account["peak"] < 150,
           "a server that queues silently is not flooded", run.account)


def overload():
    rules = {"rules": [{"match": "busy", "replies": [
        {"content": "ok", "fault": "429-seconds"}]}]}
    with Server(script=rules) as s:
        run = Run(s.url, "-n", "100", "-j", "100", "--text", "busy", *FAST)
        ok(run.rc == 0 and run.account["calls"] == 100 and
           run.account["requests"] == 200,
           "each call refused once by 429: each is asked twice", run.err)
    rules["rules"][0]["replies"][0].update(fault="429", once=False)
    with Server(script=rules) as s:
        run = Run(s.url, "-n", "400", "-j", "100", "--text", "busy",
                  "--set", "retry_base=0.002")
        ok(run.rc == 3 and run.account["requests"] < 100 and
           len(run.records) == 400,
           "429 without end is not stormed, and given up", run.err)


def bounded():
    """What is tried again, and how often: budgets of their own."""
    nothing = {"content": "", "reasoning": "hm", "finish_reason": "length"}
    for reply, requests, billed, why in (
            ({"fault": "empty", "once": False}, 4, 4, "empty"),
            ({"fault": "gzip-bomb", "once": False}, 4, 4, "empty"),
            ({"fault": "cut-body", "once": False}, 4, 4, "gave_up"),
            ({"fault": "502-html", "once": False}, 7, 0, "gave_up"),
            ({"fault": "500-no-retry", "once": False}, 2, 0, "rejected"),
            (nothing, 3, 0, "empty")):
        with Server(script={"default": reply}) as s:
            run = Run(s.url, *FAST)
            made = s.stats()["requests"]
        acc = run.account
        ok(run.rc == 1 and acc["requests"] == made == requests and
           acc["maybe_billed"] == billed and
           run.replies()[0]["why"] == why,
           f"{reply.get('fault', 'reasoning only')}: given up after "
           f"{requests} requests", run.out, acc)
        ok(acc["rss_kib"] < 100 << 10, "in little memory", acc["rss_kib"])


def told():
    """What a server says of its limits is heeded."""
    with Server(script={"rules": [{"match": "first", "replies": [
            {"content": "ok", "fault": "spent"}]}]}) as s, \
            lines(["first", "second"]) as f:
        run = Run(s.url, "--texts", f.name, "--max-inflight", "1")
    ok(run.rc == 0 and run.account["requests"] == 2 and run.seconds > 0.7,
       "x-ratelimit-remaining-requests: 0 holds the next one back",
       run.seconds)
    with Server(script={"default": {"fault": "404-html"}}) as s:
        run = Run(s.url[:-3])
        ok(run.rc == 3 and s.url[:-3] in run.err and
           "should the base URL end in /v1?" in run.err,
           "404: the URL is named, /v1 suggested", run.err)
        run = Run(s.url)
        ok("should the base" not in run.err, "unless it is there", run.err)


    with Server(script={"default": {"fault": "429-long"}}) as s:
        run = Run(s.url)
        ok(run.rc == 3 and "Rate limited (it asks to wait 3600 s" in run.err,
           "a wait that is too long is told with the server's words", run.err)


def gone():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))  # not listening: connections are refused
        url = f"http://127.0.0.1:{sock.getsockname()[1]}/v1"
        run = Run(url, "-n", "200", *FAST)
    ok(run.rc == 3 and run.account["requests"] < 100 and
       "answers nothing" in run.err, "a dead server ends the run", run.err)
    run = Run("http://127.0.0.1:1/v1", "--set", "max_retries=0")
    ok(run.rc == 1 and run.account["requests"] == 1, "max_retries 0", run.err)
    with Server(script={"default": {"fault": "400", "once": False}}) as s:
        run = Run(s.url, "-n", "400", "--max-inflight", "8")
        ok(run.rc == 3 and run.account["requests"] < 40,
           "a server that refuses everything ends the run", run.err)


def outage():
    """A server that fails for a while after it has worked."""
    rules = {"rules": [{"match": "fine", "replies": ["ok"]}],
             "default": {"content": "ok", "fault": "reset-before",
                         "once": False}}
    texts = ["fine"] * 20 + ["dark"] * 64
    with Server(script=rules) as s, lines(
            f"{x} {i}" for i, x in enumerate(texts)) as f:
        port = s.port
        argv = [DRIVER, "--base-url", s.url, "--texts", f.name,
                "--set", "retry_base=0.1", "--set", "max_retries=3"]
        p = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True,
                             stderr=subprocess.PIPE)
        while s.stats()["requests"] < 20 + 20 and p.poll() is None:
            time.sleep(0.02)  # some fail, few enough for a short cool-down
        time.sleep(1)  # longer than three retries of one call last
        made = s.stats()["requests"]
    with Server(port=port):
        out, err = p.communicate(timeout=60)
    ok(p.returncode == 0 and out.count('"status":"ok"') == 84 and
       made < 20 + 64 * 2.5,
       "an outage of some retries' length loses no call", p.returncode,
       made, err)


def times():
    stall = {"default": {"fault": "stall-before", "once": False}}
    with Server(script=stall) as s:
        run = Run(s.url, "--set", "idle_timeout=0.3", "--set",
                  "max_retries=1", *FAST)
        ok(run.rc == 1 and "idle_timeout" in run.out and
           run.account["maybe_billed"] == 2,
           "silence ends an attempt, which may be billed", run.out, run.err)
        run = Run(s.url, "--set", "total_timeout=0.3", "--set",
                  "max_retries=0")
        ok("total_timeout" in run.out, "so does the total time", run.out)
    with Server("--gap", "40", script={"default": "x" * 600}) as s:
        run = Run(s.url, "--set", "idle_timeout=0.5")
        ok(run.rc == 0 and run.account["requests"] == 1 and
           run.seconds > 0.8,
           "a stream may last longer than the idle time", run.err)


def cancelled():
    with tempfile.TemporaryDirectory() as d, \
            Server("--latency", "20") as s:
        for more in ([], ["--journal", os.path.join(d, "j")]):
            run = Run(s.url, "-n", "90", "--cancel", "3", *more)
            ok(run.rc == 0 and run.account["calls"] == 90 and
               run.account["deliveries"] == 90,
               "a cancelled call never calls back, others do", run.err,
               run.account)


def truncated():
    """A server that drops a part of the prompt without a word."""
    with Server("--context", "500", "--truncate") as s:
        run = Run(s.url, "-n", "2", "--pad", "8000")
        ok(all(r["cut_prompt"] for r in run.replies()),
           "too few prompt tokens for the text are seen", run.out)
        run = Run(s.url, "-n", "2", "--pad", "1000")
        ok(not any(r["cut_prompt"] for r in run.replies()),
           "as many as there are say nothing", run.out)
    shrinks = {"rules": [{"turn": n, "replies": [{"content": "ok", "usage": {
        "prompt_tokens": count}}]} for n, count in enumerate((90, 70, 80))]}
    with Server(script=shrinks) as s:
        got = [r["cut_prompt"] for r in Run(s.url, "--turns", "3").replies()]
    ok(got == [False, True, False], "so are fewer than a turn before", got)
    with Server(script={"default": {"content": "ok", "usage": {
            "prompt_tokens": 0, "completion_tokens": 0}}}) as s:
        run = Run(s.url, "--pad", "8000")
        ok(not run.replies()[0]["cut_prompt"],
           "a server that counts none has not said that it cut", run.out)


def keys():
    # the configuration file of the test must not be the user's
    with Server("--api-key", "sk-right", script=PAID) as s:
        run = Run(s.url, "-n", "20")
        ok(run.rc == 3 and "401" in run.err, "no key: 401", run.err)
        env = {"OPENROUTER_API_KEY": "sk-right", "OPENAI_API_KEY": "sk-right"}
        run = Run(s.url, env=env)
        ok(run.rc == 3 and "401" in run.err,
           "the keys of other hosts are not sent", run.err)
        env = {"MY_KEY": "sk-right\n", "CSV_AGENT_API_KEY_ENV": "MY_KEY"}
        run = Run(s.url, env=env)
        ok(run.rc == 0, "the key that api_key_env names is", run.err)
        env["MY_KEY"] = "sk-wrong-key-value"
        run = Run(s.url, "-v", env=env)
        ok(run.rc == 3 and "sk-wrong-key" not in run.err + run.out,
           "a key is never shown", run.err)
        env["MY_KEY"] = "a\rX: y"
        run = Run(s.url, env=env)
        ok(run.rc == 2 and "MY_KEY" in run.err, "nor is one with control "
           "characters sent", run.err)
        env["MY_KEY"] = ""
        run = Run(s.url, env=env)
        ok(run.rc == 2 and "MY_KEY" in run.err, "nor an empty one", run.err)
    for url, word in (("http://example.invalid/v1", "clear"),
                      ("ftp://127.0.0.1/v1", "http"),
                      ("127.0.0.1:8080/v1", "http"),
                      ("https://u:p@example.invalid/v1", "inside the URL"),
                      ("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
                      ("https://api.openai.com/v1", "OPENAI_API_KEY")):
        run = Run(url)
        ok(run.rc == 2 and word in run.err, f"{url}: {word}", run.rc, run.err)
    for header in ("Authorization: Bearer x", "api-key: x", "bad name: x",
                   "X-A: a\nX-B: b"):
        run = Run("http://127.0.0.1:1/v1", "--header", header)
        ok(run.rc == 2, f"header {header!r} is refused", run.rc, run.err)
    run = Run("http://127.0.0.1:1/v1", "--extra-json", '{"messages": []}')
    ok(run.rc == 2 and "messages" in run.err, "extra_body may not ask",
       run.err)


def extras():
    with tempfile.NamedTemporaryFile("r") as log, \
            Server("--log", log.name) as s:
        run = Run(s.url, "--extra-json",
                  '{"provider": {"only": ["x"]}, "top_p": null}',
                  "--set", "temperature=0")
        row = json.loads(log.readline())
        sent = run.replies()[0]["sent"]
        ok(run.rc == 0 and "provider" in row["params"] and
           "top_p" not in row["params"] and
           sent["provider"] == {"only": ["x"]} and sent["temperature"] == 0,
           "extra_body is merged, null takes away", row, run.out)
        run = Run(s.url + "/chat/completions")
        ok(run.rc == 0, "a URL with the path is taken as it is", run.err)
        run = Run(s.url + "/?api-version=2024-01-01")
        ok(run.rc == 0, "a query survives", run.err)
        run = Run(s.url, env={"http_proxy": "http://127.0.0.1:1",
                              "all_proxy": "http://127.0.0.1:1"})
        ok(run.rc == 0, "a proxy is not used for this machine", run.err)


os.environ["XDG_CONFIG_HOME"] = "/nonexistent"
budgets()
rates()
overload()
bounded()
told()
gone()
outage()
times()
cancelled()
truncated()
keys()
extras()
sys.exit(t.done())
