#!/usr/bin/env python3
# pull.t - kaggle-pull against a strict stand-in of Kaggle: sets, refusals,
# hostile archives, faults, credentials, resuming.
import hashlib
import json
import os
import re
import subprocess
import sys

from stand import (
    BIN, TOP, Run, Stand, done, environment, new_dir, ok, sanitized, skip,
    usage, wait_for)

KEY = "KGAT_" + "SecretOfThisTest" * 2


def kaggle(*args):
    return Stand("kaggled.py", "--auth", "Bearer " + KEY, *args)


def pull(s, out, *args, **kw):
    env = environment(KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT=s.url)
    return Run("kaggle-pull", "-o", out, *args, env=kw.pop("env", env), **kw)


def files(d):
    return sorted(os.path.relpath(os.path.join(p, f), d)
                  for p, _, names in os.walk(d) for f in names)


def basics():
    out = os.path.join(new_dir("out"), "a", "b")
    with kaggle() as s:
        r = pull(s, out, "uciml/iris", "me/noise", "me/latin")
        ok(r.rc == 0 and [x["status"] for x in r.records] == ["fetched"] * 3,
           "three sets are fetched", r.rc, r.out, r.err)
        ok(files(out) == sorted(["manifest.json"] + [
            "%s/%s" % (d, f) for d in ("uciml_iris", "me_noise", "me_latin")
            for f in ("data.csv", "meta.json")]),
           "each has data.csv and meta.json, nothing else is left",
           files(out))
        with open(out + "/uciml_iris/meta.json") as f:
            m = json.load(f)
        with open(out + "/uciml_iris/data.csv", "rb") as f:
            data = f.read()
        ok(m["ref"] == "uciml/iris" and m["version"] == 3 and
           m["license"] == m["licenseSpdx"] == "CC0-1.0" and
           m["file"] == "Iris.csv" and m["bytes"] == len(data) and
           m["sha256"] == hashlib.sha256(data).hexdigest() and
           m["keywords"] == ["biology", "plants"] and
           m["description"].startswith("What the") and m["retrieved"],
           "meta.json tells what it is", m)
        with open(out + "/manifest.json") as f:
            ok(json.load(f)[0] == {"ref": "uciml/iris", "slug": "uciml_iris"},
               "so does the manifest")
        ok(json.load(open(out + "/me_latin/meta.json"))["file"] ==
           "caf\u00e9 d\u00e9j\u00e0.csv", "names beyond ASCII are kept")
        n = len(s.log())
        r = pull(s, out, "uciml/iris", "me/noise")
        ok(r.rc == 0 and len(s.log()) == n and
           [x["status"] for x in r.records] == ["present"] * 2,
           "sets that are there are not asked for again", r.err)
        with open(out + "/uciml_iris/data.csv", "a") as f:
            f.write("x\n")
        r = pull(s, out, "uciml/iris")
        ok(r.record["status"] == "fetched", "a changed file is fetched again")
        r = pull(s, out, "uciml/iris/2")
        ok(r.record["status"] == "fetched" and
           "datasetVersionNumber=2" in json.dumps(s.log()),
           "another version is fetched")
        ok(s.offences() == "" and not [
            x for x in s.log() if x["host"] == "storage" and x["auth"]],
           "storage never saw a credential", s.offences())
        synthq = os.path.join(BIN, "csv-synthq")
        if os.path.exists(synthq):
            p = subprocess.run([synthq, "-n", "2", out +
                                "/uciml_iris/data.csv"],
                               stdout=subprocess.PIPE, env=environment())
            ok(p.returncode == 0 and p.stdout, "csv-synthq reads the CSV")
        else:
            skip("csv-synthq reads the CSV", "it is not built")


def refusals():
    out = new_dir("out")
    with kaggle() as s:
        for ref, words in (
                ("me/big", "size"), ("me/two", "one CSV"),
                ("me/none", "one CSV"), ("me/unlicensed", "licence"),
                ("me/private", "403"), ("me/errors", "not found"),
                ("no/body", "404"), ("me/dotdot", "one directory"),
                ("me/absolute", "one directory"), ("me/link", "neither"),
                ("me/twice", "one CSV"), ("me/html", "HTML"),
                ("me/torn", "archive"), ("me/empty", "empty"),
                ("me/lying", "archive"), ("me/doubled", "one CSV"),
                ("me/nested", "one CSV"), ("me/crowd", "files"),
                ("me/coded", "403")):
            r = pull(s, out, ref)
            ok(r.rc == 1 and r.record["status"] == "skipped" and
               words in r.record["reason"] and words in r.err,
               "%s: skipped with its reason" % ref, r.rc, r.out, r.err)
        ok(not [x for x in s.log() if x["host"] == "storage" and re.match(
            r"/me/(big|two|none|unlicensed|private|crowd|coded)", x["path"])],
           "size, licence and files are known before the download")
        ok(files(out) == [] and os.listdir(out) == [],
           "nothing is left of them", os.listdir(out))
        r = pull(s, out, "--license", "unknown", "me/unlicensed")
        ok(r.rc == 0, "an unknown licence can be allowed", r.err)
        r = pull(s, out, "me/unlicensed")
        ok(r.rc == 1 and r.record["status"] == "skipped" and
           "licence" in r.record["reason"],
           "a set that is there has to be allowed too", r.out, r.err)
        r = pull(s, out, "me/busy")
        ok(r.rc == 3 and r.record["status"] == "failed",
           "an error that passes is told apart", r.out, r.err)
        ok(pull(s, out, "--sort", "best").rc == 2, "orders are checked")
        r = pull(s, out, "--license", "CC-BY-SA-4.0,MIT", "uciml/iris",
                 "me/noise")
        ok(r.rc == 1 and [x["status"] for x in r.records] ==
           ["skipped", "fetched"], "a list of licences holds", r.out)
        r = pull(s, out, "me/zip64", "me/tar", "me/bytes")
        ok(r.rc == 0 and len({x["sha256"] for x in r.records}) == 1 and
           [x["file"] for x in r.records][:2] == ["a.csv", "d/a.csv"] and
           re.fullmatch("caf.\\.csv", r.records[2]["file"]),
           "zip64, tar and names that are no text", r.out, r.err)
        r = pull(s, out, "me/single", "me/plain")
        ok(r.rc == 0 and s.calls("/me/single/small.csv", "storage"),
           "one small CSV of a large set is fetched alone", r.err)
        rejects = os.path.join(new_dir("r"), "rejects")
        pull(s, out, "--rejects", rejects, "me/two")
        ok(json.loads(open(rejects).read())["code"] == "csv",
           "--rejects has an error record")
    for ref in ("../x", "a/../b", "a", "a/b/c", "a/b/0", "-a/b", "a b/c"):
        r = Run("kaggle-pull", "-o", out, "--", ref)
        ok(r.rc == 2, "no set is called %s" % ref, r.err)


def bomb():
    out = new_dir("out")
    with kaggle() as s:
        p = subprocess.Popen(
            [os.path.join(BIN, "kaggle-pull"), "-o", out, "me/bomb"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT=s.url))
        p.communicate()
        ok(p.returncode == 1 and os.listdir(out) == [],
           "200 MB in a small zip are refused, nothing is left")
    if sanitized():
        skip("and take less than 16 MiB of memory", "sanitizers")
    else:
        with kaggle() as s:
            used, _, rc = usage(
                "kaggle-pull", "-o", out, "me/bomb", env=environment(
                    KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT=s.url))
            ok(rc == 1 and used < 16, "and take less than 16 MiB of memory",
               used, rc)
    with kaggle() as s:
        r = subprocess.run(
            ["prlimit", "--fsize=5242880", os.path.join(BIN, "kaggle-pull"),
             "-o", out, "me/bomb"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT=s.url))
        ok(r.returncode == 1 and b"inflated" in r.stderr,
           "and never take 5 MB of disk", r.stderr.decode())


def faults():
    for fault, what in (("429", "429 with Retry-After"), ("500", "500"),
                        ("429-bare", "429 without"), ("drop:3", "cuts"),
                        ("no-range", "no ranges")):
        out = new_dir("out")
        extra = ("--fault", "drop") if fault == "no-range" else ()
        with kaggle("--fault", fault, *extra) as s:
            r = pull(s, out, "me/noise")
            ok(r.rc == 0 and files(out) == [
                "manifest.json", "me_noise/data.csv", "me_noise/meta.json"],
               "survives %s" % what, r.err, files(out))
            if fault == "drop:3":
                ranges = [x["range"] for x in s.log() if x["range"] and
                          x["host"] == "storage"]
                ok(len(ranges) == 3 and "bytes=0-" not in ranges,
                   "and asks for the rest only", ranges)
    with kaggle("--fault", "drop", "--fault", "no-range") as s:
        r = pull(s, new_dir("out"), "me/plain", "--max-size", "3K")
        ok(r.rc == 0 and len(s.calls("", "storage")) == 2,
           "a download that has to start over has the whole size", r.err)
    out = new_dir("out")
    with kaggle("--fault", "bad-md5") as s:
        r = pull(s, out, "me/noise")
        ok(r.rc == 3 and "hash" in r.err and "me_noise" not in
           os.listdir(out), "a wrong hash is no set", r.rc, r.err)
        r = pull(s, out, "me/noise")
        ok(r.rc == 0, "the next run starts it over", r.err)
    r = Run("kaggle-pull", "-o", out, "a/b", env=environment(
        KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT="http://192.0.2.1"))
    ok(r.rc == 2 and "https" in r.err, "http to another machine is refused")


def resumed():
    out = new_dir("out")
    with kaggle("--slow", "0.05") as s:
        env = environment(KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT=s.url)
        p = subprocess.Popen(
            [os.path.join(BIN, "kaggle-pull"), "-o", out, "me/noise"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part = os.path.join(out, ".me_noise.v3.part")
        wait_for(lambda: os.path.exists(part) and
                 os.path.getsize(part) > 20000)
        p.terminate()
        ok(p.wait() == -15 and os.listdir(out) == [os.path.basename(part)],
           "SIGTERM leaves the part and nothing else", os.listdir(out))
        size = os.path.getsize(part)
        r = pull(s, out, "me/noise")
        last = s.log()[-1]
        ok(r.rc == 0 and size > 0 and last["status"] == 206 and
           last["range"] == "bytes=%d-" % size,
           "the download is continued", last, size, r.err)
        ok(not os.path.exists(part), "and its part is gone")


def popular():
    out = new_dir("out")
    with kaggle() as s:
        r = pull(s, out, "--limit", "3", "--license", "CC0-1.0")
        got = [x for x in r.records if x["status"] == "fetched"]
        ok(r.rc == 0 and len(got) == 3 and len(
            json.load(open(out + "/manifest.json"))) == 3,
           "popular sets that will do", r.out, r.err)
        n = len(s.log())
        r = pull(s, out, "--limit", "3", "--license", "CC0-1.0")
        ok(r.rc == 0 and not [x for x in s.log()[n:]
                              if x["host"] == "storage" and any(
                                  g["ref"] in x["path"] for g in got)],
           "none is fetched twice")
        for body in ('["uciml/iris"]', '{"datasets":[{"ref":"uciml/iris"}]}'):
            path = os.path.join(new_dir("list"), "l.json")
            with open(path, "w") as f:
                f.write(body)
            r = pull(s, out, "--from-list", path, "me/plain")
            ok(r.rc == 0 and {x["ref"] for x in r.records} == {
                "uciml/iris", "me/plain"}, "a list: %s" % body, r.err)
        example = os.path.join(TOP, "examples", "kaggle.json")
        r = pull(s, out, "--from-list", example)
        ok(r.rc == 1 and r.records[0]["ref"] == "uciml/iris" and
           r.records[0]["status"] == "present",
           "the example list is read", r.err)
        page = open(os.path.join(TOP, "man", "kaggle-pull.1")).read()
        found = re.findall(r"^\.Dl (kaggle-pull \w.*)$", page, re.M)
        if ok(found, "the manual has an example"):
            cwd = new_dir("cwd")
            r = Run("kaggle-pull", *found[0].replace("\\-", "-").split()[1:],
                    cwd=cwd, env=environment(
                        KAGGLE_API_TOKEN=KEY, KAGGLE_ENDPOINT=s.url))
            ok(r.rc == 0 and files(cwd + "/data/kaggle"), "and it runs", r.err)


def credentials():
    home = new_dir("home")
    os.makedirs(home + "/.kaggle")

    def write(name, text, mode=0o600):
        path = os.path.join(home, ".kaggle", name)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    with kaggle() as s:
        def run(**env):
            return Run("kaggle-pull", "-v", "-o", new_dir("out"), "uciml/iris",
                       env=environment(HOME=home, KAGGLE_ENDPOINT=s.url,
                                       XDG_CONFIG_HOME=home, **env))
        token = write("token-elsewhere", KEY + "\n")
        ok(run(KAGGLE_API_TOKEN=token).rc == 0,
           "KAGGLE_API_TOKEN may be a path")
        r = run(KAGGLE_API_TOKEN="KGAT_wrong")
        ok(r.rc == 2 and "401" in r.err, "a refused token is an error", r.err)
        ok(run().rc == 2, "none: public sets only")
        write("access_token", " " + KEY + "\r\n")
        ok(run().rc == 0, "the access_token file is read")
        write("access_token", KEY, 0o644)
        r = run()
        ok(r.rc == 0 and "other users" in r.err, "a file that others can read "
           "is warned about", r.err)
        ok(KEY not in r.err + r.out, "the token is not printed")
        os.unlink(home + "/.kaggle/access_token")
    with Stand("kaggled.py", "--auth", "Basic bWU6c2VjcmV0") as s:
        ok(run(KAGGLE_USERNAME="me", KAGGLE_KEY="secret").rc == 0,
           "user and key")
        write("kaggle.json", '{"username":"me","key":"secret"}')
        ok(run().rc == 0, "kaggle.json")
        ok(not [x for x in s.log() if x["host"] == "storage" and x["auth"]] and
           s.offences() == "", "storage never saw them")
        write("kaggle.json", "[]")
        ok(run().rc == 2, "a broken kaggle.json is an error")
    with kaggle("--anonymous") as s:
        os.unlink(home + "/.kaggle/kaggle.json")
        ok(run().rc == 0, "public sets without credentials")


tests = [basics, refusals, bomb, faults, resumed, popular, credentials]
for f in tests:
    if len(sys.argv) < 2 or f.__name__ in sys.argv[1:]:
        f()
done()
