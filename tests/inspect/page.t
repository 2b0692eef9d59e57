#!/usr/bin/env python3
# page.t - csv-inspect --html in headless Chromium: what is seen, clicked and
# typed. Where KEEP is set, screenshots go to that directory.
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "data")]
import browser  # noqa: E402
import tap  # noqa: E402

BIN = os.path.join(os.environ.get("B", "build"), "bin")
EVIL = ("</script><script>window.evil=1</script><img src=x "
        "onerror=window.evil=1> <!-- \u6771\u4eac \u202e &lt;b&gt; "
        "javascript:alert(1)")
T = tap.Tap()


def run(prog, *args, stdin=b""):
    return subprocess.run([os.path.join(BIN, prog), "-q", *args], input=stdin,
                          capture_output=True, check=True).stdout


def episodes(n):
    make = os.path.join(HERE, "..", "triangulate", "make_traces.py")
    traces = subprocess.run([sys.executable, make, "--questions", str(n),
                             "--bytes", "900"], capture_output=True,
                            check=True).stdout
    return [json.loads(x) for x in
            run("csv-triangulate", stdin=traces).splitlines()]


def mended(e):
    """An episode with a correction, hooks that rest on others, two clusters,
    and hostile texts."""
    def turn(i, code, ok, hooks, **more):
        return {"turn_index": i, "reasoning": f"step {i}", "code": code,
                "execution": {"success": ok, "stdout": EVIL if ok else "",
                              "stderr": "" if ok else "KeyError: 'x'",
                              "hooks": hooks, "submitted_answer": None,
                              "elapsed": 0}, **more}

    def hook(name, line, *uses, grounded=True):
        return {"variable_name": name, "code_line": line, "value": EVIL,
                "value_hash": "0" * 16, "depends_on": list(uses),
                "description": "", "grounded": grounded}
    e["question"]["question_text"] = "Mended " + EVIL
    gold = {"turns": [
        turn(0, "a = 1\nb = df['x']\nc = 3", False, []),
        turn(1, "a = 1\nb = df['y']\nc = 3", True,
             [hook("a", "a = 1"), hook("b", "b = df['y']", "a"),
              hook("c", "c = 3", "a", "b", grounded=False)],
             correction={"corrects_turn": 0, "error_type": "KeyError",
                         "error_message": "'x'",
                         "attempts_since_error": 1})],
        "final_answer": EVIL, "success": True, "stop": "submitted",
        "error": None}
    other = {**gold, "turns": gold["turns"][1:], "final_answer": 2}
    e.update(gold_trace=gold, consistency_traces=[gold, other, gold],
             verified=True)
    e["triangulation"]["gold_matches_majority"] = True
    e["diagnostics"]["answer_distribution"] = {"clusters": [
        {"representative_answer": EVIL, "member_indices": [0, 2]},
        {"representative_answer": 2, "member_indices": [1]}]}
    return e


def write(path, rows, *args):
    data = "".join(json.dumps(r) + "\n" for r in rows).encode()
    with open(path, "wb") as f:
        f.write(run("csv-inspect", "--html", *args, stdin=data))


def shot(b, name):
    if os.environ.get("KEEP"):
        b.shot(os.path.join(os.environ["KEEP"], name + ".png"))


def look(b, path, rows):
    b.open(path)
    T.ok(b.faults() == [] and b.loaded() == ["file://" + path],
         "it opens without a fault and loads nothing else", b.faults(),
         b.loaded())
    T.ok(b.js("document.querySelectorAll('.charts svg[role=img]').length")
         >= 8, "charts of inline SVG")
    titles = b.js("[...document.querySelectorAll('.charts h3')].map(e => "
                  "e.textContent)")
    T.ok({"Outcome", "Family", "Difficulty", "Category", "Source",
          "Answer type", "Pass rate of blind runs", "Columns asked about",
          "Tokens"} <= set(titles), "of all that is counted", titles)
    facts = b.js("document.querySelector('.facts').textContent")
    T.ok("different questions" in facts and "duplicates" in facts
         and "distinct-2" in facts and "Jaccard" in facts and
         "of up to 257 questions" in b.js("document.body.textContent"),
         "diversity, and over what", facts)
    wide = b.js("[...document.querySelectorAll('.charts > .card > svg > rect')"
                "].every(r => r.getBBox().x + r.getBBox().width <= 300)")
    T.ok(wide, "their bars stay inside")
    good = sum(r["verified"] for r in rows)
    T.ok(b.js("document.querySelectorAll('tbody .good').length") == good and
         b.js("document.querySelectorAll('tbody tr').length") == len(rows),
         "a row an episode, with its verdict")
    shot(b, "light")
    light = b.js("getComputedStyle(document.body).backgroundColor")
    b.call("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": "dark"}])
    T.ok(light != b.js("getComputedStyle(document.body).backgroundColor"),
         "dark where dark is preferred", light)
    shot(b, "dark")
    b.call("Emulation.setEmulatedMedia", features=[])


def use(b, rows):
    n = len(rows)
    b.key("/")
    T.ok(b.js("document.activeElement.type") == "search", "/ is find")
    for c in "mended":
        b.key(c)
    T.ok(b.js("document.querySelectorAll('tbody tr').length") == 1 and
         b.js("document.querySelector('[role=status]').textContent") ==
         f"1 of {n} episodes", "what is typed filters")
    b.js("search.value = ''; search.dispatchEvent(new Event('input'))")
    why = rows[0]["diagnostics"]["failure_category"]
    b.js(f"picks.why.value = '={why}';"
         "picks.why.dispatchEvent(new Event('change'))")
    T.ok(b.js("document.querySelectorAll('tbody tr').length") == sum(
        r["diagnostics"]["failure_category"] == why for r in rows),
        "a choice filters")
    b.js("picks.why.value = ''; picks.why.dispatchEvent(new Event('change'))")
    for what in "ascending", "descending":
        b.js("document.querySelector('th[data-name=turns] button').click()")
        seen = b.js("[...document.querySelectorAll('tbody td.turns')]"
                    ".map(e => +e.textContent)")
        T.ok(seen == sorted(seen, reverse=what == "descending") and b.js(
            "document.querySelector('th[data-name=turns]').ariaSort") == what,
            f"a click on the head sorts: {what}", seen)
    b.js("document.querySelector('tbody tr').focus()")
    b.key("ArrowDown")
    b.key("Enter")
    first = b.js("dialog.open && current.number")
    b.key("ArrowRight")
    second = b.js("current.number")
    b.key("Escape")
    back = b.until(f"+document.activeElement.dataset.number === {second}")
    T.ok(first is not False and first != second and not b.js("dialog.open")
         and back,
         "arrows and Enter open, the next, Escape closes, back on its row",
         first, second)


def view(b):
    b.js("open(rows.find(r => r.cells[AT.question].startsWith('Mended')))")
    T.ok(b.js("document.querySelectorAll('.sides > section').length") == 2 and
         b.js("getComputedStyle(document.querySelector('.sides'))"
              ".gridTemplateColumns.split(' ').length") == 2,
         "gold and blind run side by side")
    T.ok(b.js("document.querySelectorAll('.graph rect').length") == 3 and
         b.js("document.querySelectorAll('.graph path').length") == 3 and
         b.js("document.querySelectorAll('.graph rect.loose').length") == 1,
         "hooks as a graph by what they rest on")
    T.ok(b.js("brief('{\"type\": \"DataFrame\", \"shape\": [12, 3], ')")
         == "DataFrame 12 \u00d7 3", "of a frame its shape")
    T.ok(b.js("[...document.querySelectorAll('.sides > section:first-child "
              "del, .sides > section:first-child ins')].map(e => "
              "e.textContent)") == ["- b = df['x']", "+ b = df['y']"],
         "a correction as a diff")
    T.ok(b.js("[...document.querySelectorAll('.cluster')].map(c => "
              "[...c.querySelectorAll('button')].map(e => e.textContent)"
              ".join())") == ["0,2", "1"], "clusters of answers")
    b.js("document.querySelectorAll('.cluster button')[2].click()")
    T.ok("Blind run 1" in b.js("document.querySelector('.sides').innerText"),
         "a click shows that run")
    shot(b, "viewer")
    T.ok(b.js("document.querySelectorAll('img, iframe, object, a').length")
         == 0 and b.js("window.evil === undefined") and
         EVIL in b.js("document.querySelector('.top h2').textContent"),
         "hostile text is text")
    b.events.clear()
    b.js("document.body.append(Object.assign(document.createElement('script'),"
         "{textContent: 'window.evil = 2'}));"
         "document.body.append(Object.assign(document.createElement('img'),"
         "{src: 'http://127.0.0.1:9/x.png'}));"
         "document.body.insertAdjacentHTML('beforeend', "
         "'<b onclick=\"window.evil=3\"></b>'); 1")
    b.js("document.querySelector('b[onclick]').click()")
    T.ok(b.js("window.evil === undefined") and sum(
        "Content Security Policy" in e["params"]["entry"]["text"]
        for e in b.faults() if e["method"] == "Log.entryAdded") >= 2,
        "the policy would stop scripts and loads besides", b.faults())


def small(b, path):
    b.resize(360, 800)
    b.open(path)
    T.ok(b.js("document.documentElement.scrollWidth") <= 360,
         "360 px: nothing beside the screen")
    T.ok(b.js("parseFloat(getComputedStyle(document.querySelector("
              "'td.question')).fontSize)") >= 14, "text is legible")
    T.ok(not b.js("document.querySelector('details').open") and
         b.js("document.querySelector('table').getBoundingClientRect().top") <
         600, "charts are folded there, so that the table is near")
    b.js("document.querySelector('summary').click()")
    T.ok(b.js("[...document.querySelectorAll('.charts text')].every(e => "
              "e.getBoundingClientRect().height >= 11)"),
         "so is that of charts")
    shot(b, "small")
    b.js("open(rows.find(r => r.cells[AT.question].startsWith('Mended')))")
    T.ok(b.js("dialog.scrollWidth <= innerWidth") and
         b.js("document.querySelector('.top').offsetHeight") < 160 and
         b.js("getComputedStyle(document.querySelector('.sides'))"
              ".gridTemplateColumns.split(' ').length") == 1,
         "the viewer too, runs below each other")
    shot(b, "small-viewer")


def many(b, dir_):
    path = os.path.join(dir_, "many.html")
    write(path, episodes(60) * 100)
    b.resize(1280, 900)
    b.open(path)
    T.ok("random sample of 5,000 of 6,000" in b.js(
        "document.querySelector('section .warn').textContent") and
         b.js("document.querySelectorAll('tbody tr').length") == 200,
         "of many a sample that says so, drawn by and by")
    b.js("[...document.querySelectorAll('button')].find(e => "
         "e.textContent === 'More rows').click()")
    T.ok(b.js("document.querySelectorAll('tbody tr').length") == 400,
         "more rows on demand")


def main():
    if not os.environ.get("CHECK_ALL"):
        T.skip("the page in a browser", "make check-all")
        return T.done()
    if browser.find() is None:
        T.skip("the page in a browser", "no Chromium")
        return T.done()
    rows = episodes(60)
    rows[7] = mended(rows[7])
    with tempfile.TemporaryDirectory() as dir_:
        path = os.path.join(dir_, "page.html")
        write(path, rows)
        with browser.Browser() as b:
            look(b, path, rows)
            use(b, rows)
            view(b)
            small(b, path)
            many(b, dir_)
    return T.done()


sys.exit(main())
