#!/usr/bin/env python3
# faults.t - each fault that a chat server can show, alone: what becomes of it.
import sys

from fake import FAST, Run, Server, kinds, lines, ok, t

KINDS = kinds()
# These teach the client something about the model, or end the run.
ALONE = [k for k, v in KINDS.items()
         if v == "run" or k.startswith(("400-temp", "400-top", "400-seed",
                                        "400-max", "400-stream-o"))]
WAITS = ["--set", "idle_timeout=6", "--set", "total_timeout=20", *FAST]
# So many failures at once look like a server that is gone, unless the time
# that a series of them must last is longer, and others are answered.
PATIENT = [*WAITS, "--set", "retry_base=0.1"]
SCRIPT = {"rules": [{"match": f"fault {k}:", "replies": [
    {"content": "the answer", "fault": k}]} for k in KINDS]}
CONTENT = {"tool-calls": "", "harmony-tool": "",
           "refusal": "I cannot help with that."}
REASONING = {"content-thinking", "think", "think-lone", "harmony",
             "harmony-stripped", "harmony-tool", "reasoning", "reasoning-content",
             "reasoning-details"}
FLAG = {"think": "think", "think-lone": "think", "harmony": "cleaned",
        "harmony-stripped": "cleaned", "tool-calls": "tool_call",
        "refusal": "refusal", "finish-null": "no_finish"}
RESENT = ("reset-before", "close-before")
WHY = {"400-context-full": "context", "400-context-openrouter": "context",
       "404-context": "context", "400-vllm-old": "context",
       "400-llama-context": "context", "422-tgi": "context",
       "400-filter": "filtered", "403-flagged": "filtered",
       "filter": "filtered", "302": "rejected"}


def good(kind, r):
    """Is this reply what the fault should lead to?"""
    want = KINDS[kind]
    if r["status"] != ("ok" if want in ("ok", "retry") else "item"):
        return False
    if want == "item":
        return r["why"] == WHY.get(kind, "rejected") and bool(r["message"])
    if r["content"] != CONTENT.get(kind, "the answer"):
        return False
    once = want == "ok" and kind not in ("400-context", "length-empty")
    # libcurl itself sends again where a kept connection was closed
    if (r["attempts"] == 1) != once and kind not in RESENT:
        return False
    if r["reasoning"].startswith("secret draft") != (kind in REASONING):
        return False
    if r["complete"] == (kind == "length-cut"):
        return False
    want = {FLAG[kind]} if kind in FLAG else set()
    if kind == "harmony-tool":
        want = {"cleaned", "tool_call"}
    flags = {f for f in ("think", "cleaned", "tool_call", "refusal",
                         "no_finish") if r[f]}
    return flags == want


def together(server, mode):
    """All faults that concern one call only, in one run."""
    some = [k for k in KINDS if k not in ALONE]
    texts = [text for k in some for text in (f"fault {k}: {mode}",
                                             f"fine beside {k}: {mode}")]
    with lines(texts) as f:
        run = Run(server.url, "--texts", f.name, "--attempts", *PATIENT,
                  *(["--no-stream"] if mode == "plain" else []))
    ok(run.rc == 1 and len(run.records) == len(texts) and all(
        r["replies"][0]["status"] == "ok" for r in run.records[1::2]),
       f"{mode}: every call ends once", run.rc, run.err, len(run.records))
    for kind, rec in zip(some, run.records[::2]):
        ok(len(rec["replies"]) == 1 and good(kind, rec["replies"][0]),
           f"{mode}: {kind}", rec)


def alone(server, mode):
    extra = ["--no-stream"] if mode == "plain" else []
    for kind in ALONE:
        if KINDS[kind] == "run":
            before = server.stats()["requests"]
            run = Run(server.url, "--text", f"fault {kind}: {mode}", "-n",
                      "50", "--max-inflight", "4", *WAITS, *extra)
            made = server.stats()["requests"] - before
            ok(run.rc == 3 and made <= 5 and len(run.records) == 50 and
               all(r["status"] == "run" for r in run.replies()),
               f"{mode}: {kind} ends the run after {made} requests",
               run.rc, run.err, run.out[:500])
        else:
            run = Run(server.url, "--text", f"fault {kind}: {mode}", "-n",
                      "50", "--max-inflight", "4", *WAITS, *extra)
            refused = run.account["requests"] - 50
            none = kind == "400-stream-options" and mode == "plain"
            ok(run.rc == 0 and refused <= 4 and (refused > 0) != none and
               all(r["content"] == "the answer" for r in run.replies()) and
               all(("changed" in r) == (kind != "400-stream-options")
                   for r in run.replies()),
               f"{mode}: {kind} is learnt once", run.rc, run.err,
               run.out[:500], refused)


for how in ("stream", "plain"):
    with Server(script=SCRIPT) as s:
        together(s, how)
        alone(s, how)
sys.exit(t.done())
