#!/usr/bin/env python3
# storm.t - hundreds of calls through transient faults: none lost, none twice,
# the same output as without faults.
import sys

from fake import FAST, Run, Server, ok, t

N, TURNS = 800, 2
SCRIPT = {"rules": [
    {"turn": 0, "replies": [{"content": "first", "reasoning": "draft"}]},
    {"turn": 1, "replies": [{"code": "print(1)"}]}]}
ARGS = ["-n", str(N), "--turns", str(TURNS), "-j", "200", *FAST]

for mode in ([], ["--no-stream"]):
    name = " ".join(mode) or "stream"
    with Server(script=SCRIPT) as s:
        plain = Run(s.url, *ARGS, *mode)
    with Server("--faults", "0.3", "--seed", "7", script=SCRIPT) as s:
        storm = Run(s.url, *ARGS, *mode)
        stats = s.stats()
    acc = storm.account
    ok(plain.rc == 0 and len(plain.records) == N,
       f"{name}: {N} dialogues without faults", plain.rc, plain.err)
    ok(storm.rc == 0 and acc["calls"] == N * TURNS and acc["failed"] == 0 and
       acc["deliveries"] == N * TURNS,
       f"{name}: every call is answered once through {stats['faults']} faults",
       storm.rc, storm.err, acc)
    ok(stats["faults"] > 0.2 * N * TURNS and len(stats["kinds"]) > 30,
       f"{name}: there was a storm", stats)
    ok(stats["answered"] == N * TURNS and stats["repeats"] == 0,
       f"{name}: no answer was made twice", stats)
    ok(storm.out == plain.out, f"{name}: the output is the same")
    ok(acc["peak"] <= 32 and stats["peak"] <= 32,
       f"{name}: at most 32 were in flight", acc, stats)
    ok(acc["usage"] != plain.account["usage"] or acc["maybe_billed"] > 0,
       f"{name}: what the faults may have cost is in the account", acc)
sys.exit(t.done())
