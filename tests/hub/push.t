#!/usr/bin/env python3
# push.t - hf-push against a strict stand-in of the hub: the protocol, faults,
# rows, splits, the card, secrets.
import hashlib
import json
import os
import re
import subprocess
import sys

from stand import (
    BIN, DIR, TOKEN, TOP, Run, done, environment, episodes, front, hub,
    ndjson, new_dir, ok, push, sanitized, skip, usage, wait_for)
import loadcheck

try:
    import yaml
except ImportError:
    yaml = None

E = episodes("--n", "60")


def rows_of(s, split):
    out = []
    for p in sorted(s.tree()):
        if p.startswith("data/%s-" % split):
            out += [json.loads(x) for x in s.read(p).splitlines()]
    return out


def basics():
    with hub() as s:
        r = push(s, "--private", E)
        ok(r.rc == 0 and r.record["rows"] == 60 and r.record["private"] and
           r.record["commits"] == 1 and r.record["files_committed"] == 2,
           "a first push makes one commit", r.rc, r.out, r.err)
        ok(sorted(s.tree()) == [".gitattributes", "README.md",
                                "data/train-00000-of-00001.jsonl.gz"],
           "the tree has the card and one shard", s.tree())
        before = s.tree()
        n = len(s.log())
        r = push(s, "--private", E)
        again = s.log()[n:]
        ok(r.rc == 0 and r.record["commits"] == 0 and
           r.record["bytes_uploaded"] == 0 and s.tree() == before,
           "a second run uploads and commits nothing", r.out, r.err)
        ok(not [x for x in again if "commit" in x["path"] or
                "/objects/batch" in x["path"] or x["host"] == "storage"],
           "and does not ask to", again)
        ok(s.offences() == "", "the protocol was kept", s.offences())
        ok(not [x for x in s.log() if x["host"] == "storage" and x["auth"]],
           "storage never saw a credential")
        r = push(s, "--private", E, "--shard-size", "40K")
        shards = [p for p in s.tree() if p.startswith("data/")]
        ok(r.rc == 0 and len(shards) > 2 and r.record["files_deleted"] == 1 and
           all("-of-%05d." % len(shards) in p for p in shards),
           "another number of shards replaces the old ones", s.tree(), r.err)
        ok(len(rows_of(s, "train")) == 60, "no row is lost")
        r = push(s, "--split", "test", episodes("--n", "5", "--seed", "9"))
        ok(r.rc == 0 and len(rows_of(s, "train")) == 60 and
           len(rows_of(s, "test")) == 5, "another split is put beside", r.err)
        card = s.read("README.md").decode()
        ok("split: train" in card and "split: test" in card and
           card.count("hf-push:figures") == 2, "the card names both", card)
        ok(s.offences() == "", "the protocol was still kept", s.offences())


def pipe():
    with hub() as s:
        with open(E, "rb") as f:
            r = push(s, input=f.read())
        tree = s.tree()
        ok(r.rc == 0, "standard input is read", r.err)
    with hub() as s:
        push(s, E)
        ok(s.tree() == tree, "the same rows give the same objects")


def public():
    with hub("--public", "me/set") as s:
        before = s.tree()
        r = push(s, "--private", E)
        ok(r.rc == 2 and "public" in r.err and s.tree() == before and
           not s.calls("", "storage") and not s.calls("batch"),
           "--private stops at a public repository", r.rc, r.err, s.log())
        ok(push(s, E).rc == 0, "without it the push goes on")


def faults():
    for fault, what in (
            ("429:2", "429 with Retry-After"), ("429-quota", "RateLimit"),
            ("429-date", "Retry-After as a date"),
            ("500", "500"), ("503", "503"), ("html", "a page of HTML"),
            ("drop", "a dropped connection"), ("create-busy", "busy create"),
            ("put-403", "an expired upload URL"), ("put-500", "storage 500"),
            ("put-drop", "an upload cut off"), ("put-slow", "a slow upload"),
            ("commit-lost", "a lost commit answer"),
            ("commit-504", "504 after the commit was made"),
            ("commit-409", "another commit in progress"),
            ("commit-412", "a branch that moves")):
        with hub("--fault", fault, "--verify", "--chunk", "2000") as s:
            r = push(s, E)
            commits = len([x for x in s.calls("/commit/")
                           if x["status"] in (0, 200, 504)])
            ok(r.rc == 0 and s.offences() == "" and commits == 1 and
               "data/train-00000-of-00001.jsonl.gz" in s.tree(),
               "survives %s, commits once" % what, r.rc, r.err, s.offences(),
               commits)
            if fault == "commit-412":
                ok("Added by somebody else" in s.read("README.md").decode(),
                   "and keeps what the other wrote")
    for fault, what in (
            ("create-403", None), ("transfer-xet", "xet"),
            ("part-missing", "part"), ("object-error", "quota of the"),
            ("etag", "ETag"), ("validate-400", "bad license"),
            ("429-long", "3600")):
        with hub("--fault", fault, "--chunk", "2000") as s:
            r = push(s, E)
            ok(r.rc in (2, 3) and (what is None or what in r.err) and
               not s.calls("/commit/"),
               "%s stops the push with a message" % fault, r.rc, r.err)
            ok(what == "3600" or len(s.calls("")) < 12,
               "and is not tried for ever", s.log())
    with hub("--fault", "ignore") as s:
        r = push(s, E)
        ok(r.rc == 0 and "gitignore" in r.err and
           r.record["files_ignored"] == 1, "an ignored file is told", r.err)
    with hub("--fault", "quota-used", "--fault", "warn:9") as s:
        r = push(s, E)
        ok(r.rc == 0 and "rate limit is reached; waiting" in r.err,
           "a quota that is used up is waited for", r.err)
        ok(r.err.count("this repository moves") == 1,
           "a warning of the hub is shown once", r.err)
    with hub() as s:
        r = push(s, E, env=environment(HF_TOKEN="hf_wrong"))
        ok(r.rc == 2 and "401" in r.err and len(s.log()) <= 2,
           "a wrong token is not tried twice", r.err)


def uploads():
    large = ndjson({"id": i, "text": "%07d" % i * 100000} for i in range(4))
    args = ("--compress", "none", "--shard-size", "1", large)
    for fault, what in ((("--silent",), "no answer to Expect"),
                        (("--fault", "expect-403"), "403 to Expect")):
        with hub("--verify", *fault) as s:
            r = push(s, *args)
            ok(r.rc == 0 and len(s.tree()) == 6 and s.offences() == "",
               "survives %s" % what, r.err, s.offences())
            early = [x for x in s.calls("/put/", "storage")
                     if x["status"] == 403]
            ok(what[0] == "n" or (len(early) == 1 and early[0]["bytes"] == 0),
               "and sends no body into a refusal", early)
    with hub("--fault", "put-400", "--chunk", "100000", "--verify") as s:
        r = push(s, *args)
        first = [x["path"].split("?")[0] for x in s.calls("/part/", "storage")]
        ok(r.rc == 2 and "HTTP 400" in r.err and
           len(s.calls("/complete/", "storage")) == 3,
           "one object that fails leaves the others whole", r.rc, r.err)
        n = len(s.log())
        r = push(s, *args)
        sent = [x for x in s.log()[n:] if x["path"].startswith("/part/")]
        ok(r.rc == 0 and s.offences() == "" and
           0 < len(sent) < len(first) / 3, "and they are not sent again",
           r.err, len(sent), len(first))
    same = ndjson(['{"a":1}'] * 5 + ['{"a":2}'])
    with hub() as s:
        r = push(s, "--shard-size", "1", same)
        ok(r.rc == 0 and s.offences() == "" and
           len(s.calls("/put/", "storage")) == 2 and
           r.record["objects_uploaded"] == 2 and
           len(rows_of(s, "train")) == 6, "equal shards are sent once",
           r.out, r.err)
    with hub("--bare") as s:
        r = push(s, "--shard-size", "1", same)
        ok(r.rc == 0 and s.offences() == "" and
           b"*.gz filter=lfs" in s.read(".gitattributes"),
           "uncovered shards get a line of .gitattributes", s.offences())
        ok(push(s, "--shard-size", "1", same).record["commits"] == 0,
           "and only once")
    with hub("--mirror", "--verify", "--page", "4") as s:
        r = push(s, "--shard-size", "1", same)
        ok(r.rc == 0 and s.calls("/info/lfs/verify"),
           "URLs of the hub go to the endpoint", r.err)
        r = push(s, "--shard-size", "1", same)
        ok(r.rc == 0 and r.record["commits"] == 0 and s.offences() == "" and
           s.calls("cursor="), "pages too", r.err)


def many():
    rows = ndjson({"id": i, "text": "x" * 50} for i in range(999))
    for mode in ("gzip", "none"):
        with hub("--page", "300") as s:
            r = push(s, "--shard-size", "1", "--compress", mode, rows)
            api = [x for x in s.log() if x["host"] == "api"]
            commits = s.calls("/commit/")
            ok(r.rc == 0 and len(commits) <= (10 if mode == "gzip" else 11) and
               len(api) <= 40, "1,000 files (%s): %d commits, %d API calls" % (
                   mode, len(commits), len(api)), r.err)
            ok(s.offences() == "" and len(rows_of(s, "train")) == 999,
               "all rows are there", s.offences())
            n = len(s.log())
            r = push(s, "--shard-size", "1", "--compress", mode, rows)
            ok(r.rc == 0 and r.record["commits"] == 0 and
               len(s.log()) - n <= 15,
               "the second run takes %d calls" % (len(s.log()) - n), r.err)


def inline():
    """A hub that wants small files in the commit itself."""
    rows = ndjson({"id": i, "text": "x" * (950 << 10)} for i in range(120))
    with hub("--fault", "regular") as s:
        r = push(s, "--shard-size", "9M", "--compress", "none", rows)
        sent = [x for x in s.calls("/commit/") if x["status"] == 200]
        ok(r.rc == 0 and s.offences() == "" and len(sent) == 2 and
           not s.calls("", "storage"),
           "no commit holds more than 100 MB of regular files", r.rc, r.err,
           s.offences(), len(sent))
        ok(len(rows_of(s, "train")) == 120, "and all rows are there")


def killed():
    rows = episodes("--n", "300", "--pad", "3000")
    args = ("--shard-size", "80K")
    with hub() as s:
        push(s, *args, rows)
        want = s.tree()
    state = new_dir("killed")
    kills = 0
    with hub("--slow-api", "0.02", "--slow", "0.002", "--verify",
             where=state) as s:
        argv = [os.path.join(BIN, "hf-push"), "--endpoint", s.url, "--repo",
                "me/set", "--license", "cc-by-4.0", *args, rows]
        for i in range(20):
            p = subprocess.Popen(argv, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL,
                                 env=environment(HF_TOKEN=TOKEN))
            try:
                p.wait(0.05 + (i * 7919 % 20) * 0.06)
            except subprocess.TimeoutExpired:
                p.kill()
                kills += 1
            p.wait()
        r = push(s, *args, rows)
        ok(r.rc == 0 and s.tree() == want and kills > 3,
           "killed %d times, the rerun ends in the same tree" % kills, r.err)
        puts = [x["path"].split("?")[0] for x in s.calls("/put/", "storage")
                if x["status"] == 200]
        ok(len(puts) == len(set(puts)),
           "no finished object was sent again", len(puts), len(set(puts)))
        ok(s.offences() == "", "the protocol was kept", s.offences())
        r = push(s, *args, rows)
        ok(r.record.get("commits") == 0, "and then nothing is left to do")


def rows():
    if yaml is None:
        skip("the rows fit their features", "no yaml module")
        return
    with hub() as s:
        push(s, E)
        card = yaml.safe_load(front(s.read("README.md").decode()))
        features = card["dataset_info"]["features"]
        bad = [x for row in rows_of(s, "train")
               for x in loadcheck.check_members(row, features)]
        ok(not bad, "every row fits the features", *bad[:5])
        ok(len(features) >= 15, "all columns are pinned")
        row = rows_of(s, "train")[0]
        old = json.loads(open(E).readline())
        ok(json.loads(row["question"]["ground_truth_json"]) ==
           old["question"]["ground_truth"] and
           json.loads(row["question"]["template_params_json"]) ==
           old["question"]["template_params"],
           "JSON text columns hold the values")
        ok(card["configs"] == [{"config_name": "default", "data_files": [
            {"split": "train", "path": "data/train-*.jsonl.gz"}]}] and
           card["size_categories"] == ["n<1K"] and
           card["license"] == "cc-by-4.0", "the card's keys", card)
    mixed = ndjson([{"a": None, "n": 1, "l": [], "x": {"k": 1}},
                    {"b": "no", "n": 2.5, "l": [[1]], "x": {"m": None}},
                    {"a": True, "n": 3}])
    with hub() as s:
        r = push(s, mixed)
        card = yaml.safe_load(front(s.read("README.md").decode()))
        got = rows_of(s, "train")
        bad = [x for row in got for x in loadcheck.check_members(
            row, card["dataset_info"]["features"])]
        ok(r.rc == 0 and not bad and got[0] == {
            "a": None, "n": 1.0, "l": [], "x": {"k": 1, "m": None},
            "b": None}, "late members, nulls and widened numbers fit", got,
           *bad)


def kinds():
    """Records of other programs, and of nobody's."""
    recs = [json.loads(x) for x in open(E)]
    question = ndjson(x["question"] for x in recs)
    traces = ndjson(
        {"type": "trace", "question": x["question"], "group": "0" * 16,
         "role": "gold", "index": 0, "planned": {"gold": 1}, "last": True,
         "trace": x["gold_trace"], "messages": x["messages"],
         "teacher": x["teacher"], "sandbox": x["sandbox"],
         "usage": x["usage"], "elapsed": 1.5} for x in recs)
    free = ndjson({"name": "row %d" % i, "map": {"k%d" % i: i}}
                  for i in range(3))
    for path, n, what in ((question, 60, "questions"), (traces, 60, "traces"),
                          (free, 3, "rows of no kind")):
        with hub() as s:
            r = push(s, path)
            ok(r.rc == 0 and len(rows_of(s, "train")) == n and
               s.offences() == "", "%s are pushed" % what, r.err)
            ok(("table-question" in s.read("README.md").decode()) ==
               (path != free), "the card claims it or not: %s" % what)
            ok(("column /map: objects with different members" in r.err) ==
               (path == free), "maps are told: %s" % what, r.err)
            if yaml is not None:
                card = yaml.safe_load(front(s.read("README.md").decode()))
                bad = [x for row in rows_of(s, "train")
                       for x in loadcheck.check_members(
                           row, card["dataset_info"]["features"])]
                ok(not bad, "and fit their features", *bad[:5])
    with hub() as s:
        r = push(s, "--json-columns", "map", free)
        ok(r.rc == 0 and "different members" not in r.err and
           [x["map_json"] for x in rows_of(s, "train")] ==
           ['{"k0":0}', '{"k1":1}', '{"k2":2}'],
           "--json-columns keeps them as they are", r.err)
    with hub() as s:
        r = push(s, ndjson({"text": "x" * (2 << 20)} for _ in range(7)))
        ok(r.rc == 0 and r.err.count("viewer") == 5 and
           "2 more rows" in r.err, "rows too large for the viewer are told",
           r.err)
    with hub() as s:
        with open(E, "rb") as f:
            data = f.read()
        r = push(s, input=data[:-700])
        ok(r.rc == 1 and r.record["rows"] == 59 and "-:60:" in r.err,
           "a torn last line is rejected with its number", r.err)


def system():
    """Memory, a full disk, signals."""
    tmp = new_dir("tmp")
    env = environment(HF_TOKEN=TOKEN, TMPDIR=tmp)
    words = " ".join("%05x" % (i * i % 999983) for i in range(170000))
    large = ndjson({"id": i, "text": words[i:i + (1 << 20) - 50]}
                   for i in range(96))
    if sanitized():
        skip("memory stays below 32 MiB", "sanitizers")
    else:
        with hub() as s:
            used, _, rc = usage("hf-push", "--endpoint", s.url, "--repo",
                                "me/set", "--license", "mit", large, env=env)
            ok(rc == 0 and used < 32,
               "96 MiB in lines of a megabyte: memory stays below 32 MiB",
               used, rc)
    with hub() as s:
        # as Python ignores SIGXFSZ, so does what it starts
        r = subprocess.run(
            ["prlimit", "--fsize=1048576", os.path.join(BIN, "hf-push"),
             "--endpoint", s.url, "--repo", "me/set", "--license", "mit",
             large], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
            restore_signals=False)
        ok(r.returncode == 3 and b"temporary file" in r.stderr and
           not s.log(), "a full disk is told, nothing is sent",
           r.returncode, r.stderr.decode())
    for sig in (2, 15):
        with hub("--slow", "0.2") as s:
            p = subprocess.Popen(
                [os.path.join(BIN, "hf-push"), "-q", "--endpoint", s.url,
                 "--repo", "me/set", "--license", "mit", "--compress", "none",
                 large], env=env, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE)
            wait_for(lambda: s.calls("/objects/batch"), 60)
            p.send_signal(sig)
            out, err = p.communicate(timeout=20)
            ok(p.returncode == -sig and out == b"" and err == b"" and
               os.listdir(tmp) == [],
               "signal %d ends it, no file is left" % sig, p.returncode, err)
    r = Run("hf-push", "--repo", "a/b", "/nonexistent", env=environment())
    ok(r.rc == 2 and "HF_TOKEN" in r.err,
       "a missing token is told before a long read", r.err)


def clashes():
    for lines, words in (
            (['{"a":{"b":1}}', '{"a":{"b":"x"}}'],
             [":2:", "/a/b", "int64", "string", ":1,"]),
            (['{"a":[1]}', '{"a":[{}]}'], ["/a[]", "int64", "struct"]),
            (['{"a":1}', '{"a":true}'], ["int64", "bool"]),
            (['{"a":123456789012345678901234567890}'],
             ["/a: expected a value of one type", "64 bits"]),
            (['{"a":null}'] * 2 + ['{"a":[null,"x"]}', '{"a":[1]}'],
             [":4:", "/a[]", "string", "int64", ":3,"]),
            (['{"a":9007199254740993}', '{"a":0.5}'], ["float64"]),
            (['{"type":"x","message":"m"}'], ["type,message"])):
        with hub() as s:
            r = push(s, ndjson(lines))
            ok(r.rc == 1 and all(w in r.err for w in words) and not s.log(),
               "a clash sends nothing: %s" % lines[-1], r.rc, r.err)
    with hub() as s:
        path = ndjson(['{"a":1}', '{"a":"x"}'])
        r = push(s, "--raw", path)
        ok(r.rc == 0 and s.read("data/train-00000-of-00001.jsonl.gz") ==
           open(path, "rb").read(), "--raw sends the bytes as they are", r.err)
        r = push(s, "--json-columns", "a", path)
        ok(r.rc == 0 and [x["a_json"] for x in rows_of(s, "train")] ==
           ["1", '"x"'], "--json-columns makes text of it", r.err)
    with hub() as s:
        bad = os.path.join(new_dir("r"), "rejects")
        r = push(s, "--rejects", bad, ndjson(['{"a":1}', "{torn", "[1]"]))
        ok(r.rc == 1 and r.record["rows"] == 1 and
           len(open(bad).readlines()) == 2,
           "lines that are no records are rejected, the rest is sent", r.err)
        ok(push(s, "/dev/null").rc == 1, "no rows: nothing is sent")


def splits():
    many_csvs = episodes("--n", "400", "--csvs", "40", "--trees", "5")
    seen = {}
    with hub() as s:
        r = push(s, "--split-ratios", "80,10,10", many_csvs)
        sizes = [len(rows_of(s, x)) for x in ("train", "validation", "test")]
        for split in ("train", "validation", "test"):
            for row in rows_of(s, split):
                q = row["question"]
                tree = json.loads(q["template_params_json"])["tree"]
                seen.setdefault(("csv", q["csv_sha256"]), set()).add(split)
                seen.setdefault(("tree", tree), set()).add(split)
        ok(r.rc == 0 and sum(sizes) == 400 and 280 <= sizes[0] <= 350 and
           min(sizes) >= 20, "the shares are near 80, 10, 10", sizes)
        ok(all(len(v) == 1 for v in seen.values()),
           "no CSV and no meaning tree is in two splits")
        first = s.tree()
    with hub() as s:
        push(s, "--split-ratios", "80,10,10", many_csvs)
        ok(s.tree() == first, "the same seed gives the same splits")
        push(s, "--split-ratios", "80,10,10", "--split-seed", "7", many_csvs)
        ok(s.tree() != first, "another seed gives others")
    r = Run("hf-push", "--repo", "a/b", "-n", "--license", "mit",
            "--split-ratios", "80,x", E)
    ok(r.rc == 2, "ratios that are no numbers are refused", r.err)


def card():
    csvs = new_dir("csv")
    for i in range(5):
        with open(os.path.join(csvs, "t%d.meta.json" % i), "w") as f:
            json.dump({"title": "no", "license": "CC-BY-4.0",
                       "url": "https://example.org/%d" % i}, f)
    e = episodes("--n", "100", "--csv", csvs + "/t%d.csv")
    with hub() as s:
        r = Run("hf-push", "--endpoint", s.url, "--repo", "me/set", e)
        text = s.read("README.md").decode()
        ok(r.rc == 0 and "license: cc-by-4.0" in text,
           "the licence that all sources share is taken", r.err)
        recs = [json.loads(x) for x in open(e)]
        n = sum(x["verified"] for x in recs)
        cost = sum(x["usage"]["cost"] or 0 for x in recs)
        blind = [x for x in recs
                 if x["triangulation"]["n_consistency_succeeded"]]
        asked = [re.findall("[a-z0-9]+", x["question"][
            "question_text"].lower()) for x in recs]
        words = {(x["question"]["csv_sha256"], x["question"]["question_text"])
                 for x in recs}
        for what in (
                "| verified | %d of 100 (%.1f %%) |" % (n, n),
                "same CSV | %d of 100" % (100 - len(words)),
                "distinct meaning trees | %d |" % len(
                    {x["question"]["template_params"]["tree"] for x in recs}),
                "| cost, US dollars | %s (" % round(cost, 6),
                "several clusters | %d of %d (" % (
                    sum(x["diagnostics"]["answer_distribution"][
                        "cluster_count"] > 1 for x in blind), len(blind)),
                "not the majority's | %d of %d (" % (
                    sum(not x["triangulation"]["gold_matches_majority"]
                        for x in blind), len(blind)),
                "answers, bits | %.3f |" % (
                    sum(x["diagnostics"]["answer_distribution"]["entropy"]
                        for x in blind) / len(blind)),
                "two-word openings | %d |" % len(
                    {tuple(w[i:i + 2]) for w in asked for i in (0,)}),
                "three-word sequences) | %.3f |" % (
                    len({s for w in asked for s in zip(w, w[1:], w[2:])}) /
                    sum(len(w) - 2 for w in asked)),
                "| chat: openai/gpt-oss-120b | 100 |",
                "| [no](https://example.org/0) | CC-BY-4.0 | 20 |",
                "| HARD | %d |" % sum(
                    x["question"]["difficulty"] == "HARD" for x in recs),
                "| 0.5 to 0.75 | %d |" % sum(
                    x["diagnostics"]["pass_rate"] == 0.5 for x in recs),
                "| ambiguous | %d |" % (100 - n)):
            ok(what in text, "the card has: " + what, text)
    old = ("---\nlicense: mit\npretty_name: 'no'\nlanguage:\n- de\n"
           "extra: {a: [1, 2]}\ntags:\n- mine\nconfigs:\n"
           "- config_name: other\n  data_files: x.csv\n---\n"
           "# My words\n\nKeep them.\n")
    with hub() as s:
        push(s, E)
        state = os.path.join(s.dir, "state.json")
    with open(state) as f:
        st = json.load(f)
    oid = hashlib.sha1(b"blob %d\0" % len(old) + old.encode()).hexdigest()
    with open(os.path.join(s.dir, "objects", "g" + oid), "w") as f:
        f.write(old)
    st["me/set"]["branches"]["main"]["tree"]["README.md"] = {
        "oid": oid, "size": len(old), "lfs": False}
    with open(state, "w") as f:
        json.dump(st, f)
    with hub(where=s.dir) as s:
        r = Run("hf-push", "--endpoint", s.url, "--repo", "me/set", E)
        text = s.read("README.md").decode()
        ok(r.rc == 0 and "# My words\n\nKeep them.\n" in text and
           "license: mit" in text and "pretty_name: 'no'" in text,
           "an old card keeps its prose and keys", r.err, text[:800])
        if yaml is not None:
            o = yaml.safe_load(front(text))
            ok(o["extra"] == {"a": [1, 2]} and "mine" in o["tags"] and
               "synthetic" in o["tags"] and o["language"] == ["de"] and
               [c["config_name"] for c in o["configs"]] ==
               ["default", "other"], "and other configurations", o)
        tree = s.tree()
        Run("hf-push", "--endpoint", s.url, "--repo", "me/set", E)
        ok(s.tree() == tree, "pushing again changes nothing")
    with hub() as s:
        r = Run("hf-push", "--endpoint", s.url, "--repo", "me/set", E)
        ok(r.rc == 2 and "licen" in r.err and not s.calls("/commit/"),
           "a card without a licence is refused", r.rc, r.err)


def dry():
    with hub() as s:
        r = push(s, "--dry-run", E, env=environment())
        ok(r.rc == 0 and r.record["dry_run"] and not s.log() and
           r.record["plan"][0]["path"] ==
           "data/train-00000-of-00001.jsonl.gz" and
           r.record["card"].startswith("---\nlicense: cc-by-4.0\n"),
           "--dry-run prints the plan and makes no request", r.err)
        p = r.record["plan"][0]
        push(s, E)
        ok(s.tree()[p["path"]] == p["sha256"], "the plan is what is sent")


def secrets():
    home = new_dir("home")
    os.makedirs(home + "/huggingface")
    with open(home + "/huggingface/token", "w") as f:
        f.write("  " + TOKEN + "\r\n")
    env = environment(XDG_CACHE_HOME=home, TMPDIR=new_dir("tmp"))
    with hub("--slow-api", "0.1", "--fault", "echo-token") as s:
        r = push(s, "-v", E, env=env)
        ok(r.rc != 0 and TOKEN not in r.err and "*****" in r.err,
           "a server that repeats the token does not get it printed", r.err)
        argv = [os.path.join(BIN, "hf-push"), "-v", "--progress", "always",
                "--endpoint", s.url, "--repo", "me/set", "--license", "mit", E]
        p = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        wait_for(lambda: len(s.log()) > 3)
        with open("/proc/%d/cmdline" % p.pid, "rb") as f:
            seen = f.read()
        out, err = p.communicate(timeout=60)
        ok(p.returncode == 0, "the token file is used", err.decode())
        ok(TOKEN.encode() not in seen + out + err,
           "the token is not in argv, output or -v")
        ok(b"Signature" not in err, "nor is a signed query in -v")
        urls = json.dumps([x["path"] for x in s.log()])
        ok(TOKEN not in urls and
           not [x for x in s.log() if x["host"] == "storage" and x["auth"]],
           "nor in a URL, nor at storage")
        found = subprocess.run(
            ["grep", "-rl", TOKEN, s.dir, env["TMPDIR"]],
            stdout=subprocess.PIPE).stdout.decode()
        ok(found == "", "nor in any file", found)
        ok(os.listdir(env["TMPDIR"]) == [], "no temporary file is left")
    r = Run("hf-push", "--endpoint", "http://192.0.2.1", "--repo", "a/b",
            "--license", "mit", E)
    ok(r.rc == 2 and "https" in r.err, "http to another machine is refused")
    r = Run("hf-push", "--endpoint", "http://127.0.0.1:1", "--repo", "a/b",
            "--license", "mit", E, env=environment())
    ok(r.rc == 2 and "HF_TOKEN" in r.err, "no token: told", r.err)
    r = Run("hf-push", "--repo", "a/b", "--license", "mit", E,
            env=environment(HF_TOKEN=TOKEN, HF_HUB_OFFLINE="1"))
    ok(r.rc == 2 and "HF_HUB_OFFLINE" in r.err, "HF_HUB_OFFLINE is heeded")
    for name in ("a--b/c", "x/../y", "a/b.git", "-a/b", "a/b/c", "a b",
                 "n" * 97):
        r = Run("hf-push", "-n", "--repo", name, "--license", "mit", E)
        ok(r.rc == 2, "no repository is called %.20s" % name, r.err)


def others():
    with hub() as s:
        r = Run("hf-push", "--endpoint", s.url, "--repo", "bare", "--license",
                "mit", E)
        ok(r.rc == 0 and r.record["repo"] == "me/bare" and
           len(s.calls("whoami")) == 1, "a bare name is completed", r.err)
        r = push(s, "--revision", "dev/a", E)
        ok(r.rc == 0 and "README.md" in s.tree(branch="dev/a") and
           "README.md" not in s.tree(), "a branch is made and used", r.err)
        r = push(s, "--split", "eval", E, env=environment(
            HF_TOKEN=TOKEN, HF_ENDPOINT="http://127.0.0.1:9"))
        ok(r.rc == 0, "--endpoint wins over HF_ENDPOINT", r.err)
    page = open(os.path.join(TOP, "man", "hf-push.1")).read()
    found = re.findall(r"^\.Dl (hf-push .*--private.*)$", page, re.M)
    if ok(found, "the manual has an example of a push"):
        with hub() as s:
            words = found[0].replace("\\-", "-").split()
            words = [E if w.endswith(".jsonl") else w for w in words]
            r = Run("hf-push", *words[1:], env=environment(
                HF_TOKEN=TOKEN, HF_ENDPOINT=s.url))
            ok(r.rc == 0 and s.offences() == "", "and it runs", r.err)


tests = [basics, pipe, public, faults, uploads, many, inline, killed, rows, kinds,
         system, clashes, splits, card, dry, secrets, others]
for f in tests:
    if len(sys.argv) < 2 or f.__name__ in sys.argv[1:]:
        f()
done()
