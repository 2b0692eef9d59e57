// page.js - csv-inspect --html: charts, table and trace viewer. Data is only
// ever put into the page as text.
"use strict";

const COLUMNS = [
	["id", "Id"], ["ok", "OK"], ["question", "Question"],
	["answer", "Answer"], ["why", "Outcome"], ["family", "Family"],
	["level", "Level"], ["csv", "CSV"], ["pass", "Pass"],
	["turns", "Turns"], ["hooks", "Hooks"]];
const AT = Object.fromEntries(COLUMNS.map(([name], i) => [name, i]));
const SHOWN = ["id", "ok", "question", "answer", "why", "family", "level",
	"pass", "turns", "hooks"];
const NUMERIC = ["pass", "turns", "hooks"];
const STEP = 200; // rows drawn at once
const SVG = "http://www.w3.org/2000/svg";

const read = (id) =>
	JSON.parse(document.getElementById(id).textContent);
const stats = read("stats");
const rows = read("rows").map((r, i) => ({ cells: r, number: i,
	text: (r.slice(0, 8).join(" ")).toLowerCase() }));

// An element: attributes, then children (texts become text nodes).
function el(tag, attrs, ...children) {
	const e = document.createElement(tag);
	for (const [k, v] of Object.entries(attrs || {})) {
		if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
		else if (v === true) e.setAttribute(k, "");
		else if (v !== false && v != null) e.setAttribute(k, v);
	}
	e.append(...children.filter((c) => c != null && c !== false));
	return e;
}

function svg(tag, attrs, text) {
	const e = document.createElementNS(SVG, tag);
	for (const [k, v] of Object.entries(attrs)) e.setAttribute(k, v);
	if (text != null) e.textContent = text;
	return e;
}

const short = (s, n) => s.length > n ? s.slice(0, n - 1) + "\u2026" : s;
const count = (n) => n.toLocaleString("en");
const rough = (n) => n < 1e5 ? count(n) : n.toLocaleString("en",
	{ notation: "compact", maximumSignificantDigits: 3 });
const percent = (a, b) => b ? (100 * a / b).toFixed(1) + " %" : "\u2013";

/* ---- Charts ---- */

// Horizontal bars: [name, n, part of n, label]; part is drawn in another colour.
// Labels are clipped where the bars begin; all of a label is in its title.
function bars(title, list, most) {
	if (!list || list.length === 0) return null;
	const shown = list.slice(0, most || 12), height = 20;
	const top = Math.max(1, ...shown.map((r) => r[1]));
	const s = svg("svg", { viewBox: `0 0 340 ${shown.length * height}`,
		role: "img" });
	s.append(svg("title", {}, title + ": " +
		shown.map((r) => r[0] + " " + r[1]).join(", ")));
	shown.forEach((r, i) => {
		const y = i * height;
		const label = svg("svg", { x: 0, y, width: 140, height });
		label.append(svg("title", {}, r[0]),
			svg("text", { x: 0, y: 14 }, short(r[0], 19)));
		s.append(label,
			svg("rect", { class: "bar", x: 145, y: y + 3, height: 14,
				width: 140 * r[1] / top }));
		if (r[2]) s.append(svg("rect", { class: "part", x: 145,
			y: y + 3, height: 14, width: 140 * r[2] / top }));
		s.append(svg("text", { class: "n", x: 338, y: y + 14 },
			r[3] || rough(r[1])));
	});
	const more = list.length - shown.length;
	return el("div", { class: "card" }, el("h3", {}, title), s,
		more > 0 && el("div", { class: "soft" }, `and ${more} more`));
}

function passChart() {
	if (!stats.blind) return null;
	const list = stats.pass.map((n, i) =>
		[i === 10 ? "1" : `${i / 10} \u2013 ${(i + 1) / 10}`, n]);
	return bars("Pass rate of blind runs", list, 11);
}

function turnsChart() {
	const last = stats.turns.length - 1;
	return bars("Turns of the gold run", stats.turns.map((n, i) =>
		[i === last ? i + " and more" : String(i), n])
		.filter((r) => r[1] > 0));
}

function tokensChart() {
	const u = stats.usage, list = [];
	for (const name of ["prompt", "completion", "reasoning", "cached"])
		if (u[name + "_tokens"] != null)
			list.push([name, u[name + "_tokens"]]);
	return list.some((r) => r[1] > 0) ? bars("Tokens", list) : null;
}

// Where a CSV is not there, how many columns it has is not known.
function columnsChart() {
	return bars("Columns asked about", stats.columns.map(([csv, n, of]) =>
		[csv, of || n, of && n, of ? `${n} of ${of}` : String(n)]));
}

function fact(label, value) {
	return el("div", {}, el("b", {}, value), " ",
		el("span", { class: "soft" }, label));
}

function overview() {
	const u = stats.usage, facts = el("div", { class: "facts" },
		fact("episodes", count(stats.episodes)),
		fact("verified", percent(stats.verified, stats.episodes)),
		fact("different questions", count(stats.questions)),
		fact("duplicates", count(stats.duplicates)),
		fact("skeletons", count(stats.skeletons)));
	if (stats.distinct1 != null)
		facts.append(fact("distinct-1", stats.distinct1.toFixed(3)),
			fact("distinct-2", stats.distinct2.toFixed(3)));
	if (stats.jaccard != null)
		facts.append(fact("mean Jaccard index",
			stats.jaccard.toFixed(3)));
	if (u.cost != null) facts.append(fact("cost",
		"$" + u.cost.toFixed(4)));
	const charts = el("div", { class: "charts" });
	for (const c of [bars("Outcome", stats.outcome), passChart(),
		bars("Difficulty", stats.difficulty),
		bars("Family", stats.family),
		bars("Category", stats.category),
		bars("Source", stats.source),
		bars("Answer type", stats["answer type"]),
		bars("CSV", stats.CSV), columnsChart(),
		bars("Teacher", stats.teacher), turnsChart(), tokensChart()])
		if (c) charts.append(c);
	const how = "Different questions are " + (stats.exact ? "counted" :
		"estimated (within about 1 %)") + (stats.windows ?
		"; distinct-n and Jaccard index are means over " +
		`${count(stats.windows)} window${stats.windows > 1 ? "s" : ""} ` +
		`of up to ${stats.window} questions.` : ".");
	return el("section", {}, el("h1", {}, "Episodes"), facts,
		el("p", { class: "soft legend" }, how),
		el("details", { open: innerWidth > 640 },
			el("summary", {}, "Charts"),
			el("p", { class: "soft legend" },
				el("span", { class: "swatch part" }),
				"verified (of columns: asked about) ",
				el("span", { class: "swatch bar" }),
				"others, or not told apart"),
			charts));
}

/* ---- Table ---- */

const view = { found: rows, drawn: 0, key: null, down: false };
const tbody = el("tbody", {}), status = el("span", { class: "soft",
	role: "status" });
const moreButton = el("button", { onclick: () => draw(false) }, "More rows");
const search = el("input", { type: "search", oninput: refilter,
	placeholder: "Find in questions, answers, ids", "aria-label": "Find" });
const picks = {};

function pick(name, label) {
	const values = [...new Set(rows.map((r) =>
		String(r.cells[AT[name]])))].sort();
	if (values.length < 2) return null;
	picks[name] = el("select", { onchange: refilter, "aria-label": label },
		el("option", { value: "" }, label + ": all"),
		...values.map((v) => el("option", { value: "=" + v },
			short(v || "(none)", 40))));
	return picks[name];
}

function refilter() {
	const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
	const chosen = Object.entries(picks).filter(([, s]) => s.value);
	view.found = rows.filter((r) =>
		words.every((w) => r.text.includes(w)) &&
		chosen.every(([name, s]) =>
			"=" + String(r.cells[AT[name]]) === s.value));
	resort();
}

function resort() {
	if (view.key != null) {
		const k = AT[view.key], sign = view.down ? -1 : 1;
		view.found.sort((a, b) => {
			const x = a.cells[k], y = b.cells[k];
			if (x === y) return a.number - b.number;
			if (x === null) return 1;
			if (y === null) return -1;
			return sign * (typeof x === "string" ?
				x.localeCompare(y, "en", { numeric: true }) :
				x - y);
		});
	}
	draw(true);
}

function sortBy(name) {
	view.down = view.key === name && !view.down;
	view.key = name;
	for (const th of document.querySelectorAll("th[data-name]"))
		th.setAttribute("aria-sort", th.dataset.name !== name ? "none" :
			view.down ? "descending" : "ascending");
	if (view.found === rows) view.found = rows.slice();
	resort();
}

// Where the table has no head: on a small screen.
function sorter() {
	return el("select", { class: "small", "aria-label": "Sort",
		onchange: (e) => {
			view.key = null;
			if (e.target.value) {
				sortBy(e.target.value);
			} else {
				view.found.sort((a, b) => a.number - b.number);
				draw(true);
			}
		} }, el("option", { value: "" }, "Sort: as read"),
	...SHOWN.map((name) => el("option", { value: name },
		COLUMNS[AT[name]][1])));
}

function cell(r, name) {
	const v = r.cells[AT[name]];
	const kind = NUMERIC.includes(name) ? name + " num" : name;
	if (name === "ok")
		return el("td", { class: kind }, el("span", {
			class: v ? "good" : "bad",
			title: v ? "verified" : "not verified" },
		v ? "\u2713" : "\u2717"));
	let text = v == null ? "\u2013" : String(v);
	if (name === "pass" && v != null) text = v.toFixed(2);
	if (name === "id") text = text.slice(0, 8);
	if (name === "question" || name === "answer")
		return el("td", { class: kind }, el("div", { class: "few" },
			text));
	return el("td", { class: kind }, text);
}

function rowOf(r) {
	return el("tr", { tabindex: "0", onclick: () => open(r),
		"data-number": r.number, onkeydown: (e) => keyOnRow(e, r) },
	...SHOWN.map((name) => cell(r, name)));
}

function draw(fresh) {
	if (fresh) {
		view.drawn = 0;
		tbody.replaceChildren();
	}
	const to = Math.min(view.found.length, view.drawn + STEP);
	const part = document.createDocumentFragment();
	for (let i = view.drawn; i < to; i++) part.append(rowOf(view.found[i]));
	tbody.append(part);
	view.drawn = to;
	moreButton.hidden = to >= view.found.length;
	status.textContent = `${count(view.found.length)} of ` +
		`${count(rows.length)} episodes` +
		(to < view.found.length ? `, ${count(to)} shown` : "");
}

function keyOnRow(e, r) {
	const tr = e.currentTarget;
	if (e.key === "Enter" || e.key === " ") open(r);
	else if (e.key === "ArrowDown" || e.key === "j")
		(tr.nextElementSibling || tr).focus();
	else if (e.key === "ArrowUp" || e.key === "k")
		(tr.previousElementSibling || tr).focus();
	else return;
	e.preventDefault();
}

function table() {
	const head = el("tr", {}, ...SHOWN.map((name) => {
		const label = COLUMNS[AT[name]][1];
		const kind = NUMERIC.includes(name) ? name + " num" : name;
		return el("th", { class: `c-${name} ${kind}`, scope: "col",
			"data-name": name, "aria-sort": "none" },
		el("button", { onclick: () => sortBy(name) }, label));
	}));
	const sample = stats.shown < stats.of ? el("p", { class: "warn" },
		`A random sample of ${count(stats.shown)} of ` +
		`${count(stats.of)} episodes; the charts count all.`) : null;
	return el("section", {}, el("h2", {}, "All episodes"), sample,
		el("div", { class: "tools" }, search, sorter(),
			...[pick("why", "Outcome"), pick("family", "Family"),
				pick("level", "Level"), pick("csv", "CSV")]
				.filter(Boolean)),
		el("p", { class: "kbd soft" }, el("kbd", {}, "/"), " find  ",
			el("kbd", {}, "\u2191"), " ", el("kbd", {}, "\u2193"),
			" move  ", el("kbd", {}, "Enter"), " open  ",
			el("kbd", {}, "Esc"), " close  ",
			el("kbd", {}, "\u2190"), " ", el("kbd", {}, "\u2192"),
			" previous, next"),
		el("table", {}, el("thead", {}, head), tbody),
		el("p", {}, moreButton, " ", status));
}

/* ---- Python ---- */

const TOKEN = new RegExp([
	"(#[^\\n]*)",
	"([rRbBfFuU]{0,2}(?:\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)" +
	"|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?))",
	"(\\b\\d[\\w.]*)",
	"(\\b(?:False|None|True|and|as|assert|async|await|break|class|continue|" +
	"def|del|elif|else|except|finally|for|from|global|if|import|in|is|" +
	"lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)\\b)"
].join("|"), "g");

function python(code) {
	const pre = el("pre", { tabindex: "0" });
	let at = 0;
	for (const m of code.matchAll(TOKEN)) {
		pre.append(code.slice(at, m.index));
		const kind = m[1] ? "r" : m[2] ? "s" : m[3] ? "d" : "k";
		pre.append(el("span", { class: kind }, m[0]));
		at = m.index + m[0].length;
	}
	pre.append(code.slice(at));
	return pre;
}

// Lines of a and b as a diff by their longest common subsequence.
function diff(a, b) {
	const x = a.trimEnd().split("\n"), y = b.trimEnd().split("\n"), n = x.length, m = y.length;
	if (n * m > 250000) return python(b);
	const len = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
	for (let i = n - 1; i >= 0; i--)
		for (let j = m - 1; j >= 0; j--)
			len[i][j] = x[i] === y[j] ? len[i + 1][j + 1] + 1 :
				Math.max(len[i + 1][j], len[i][j + 1]);
	const pre = el("pre", { tabindex: "0" });
	for (let i = 0, j = 0; i < n || j < m;) {
		if (i < n && j < m && x[i] === y[j]) {
			pre.append("  " + x[i] + "\n");
			i++;
			j++;
		} else if (i < n && (j >= m || len[i + 1][j] >= len[i][j + 1])) {
			pre.append(el("del", {}, "- " + x[i++]));
		} else {
			pre.append(el("ins", {}, "+ " + y[j++]));
		}
	}
	return pre;
}

/* ---- Hooks as a graph ---- */

// A frame or series by its kind and shape; else the value on one line.
function brief(value) {
	const m = /^\{"type": "(\w+)", "shape": \[([\d, ]*)\]/.exec(value);
	return m ? m[1] + " " + m[2].replace(/, /g, " \u00d7 ") :
		value.replace(/\s+/g, " ");
}

function graph(run) {
	const hooks = run.turns.flatMap((t) => t.hooks);
	const last = new Map(), nodes = [];
	for (const h of hooks) {
		const node = { h, level: 0, from: [] };
		for (const name of Array.isArray(h.from) ? h.from : []) {
			const from = last.get(name);
			if (from) {
				node.from.push(from);
				node.level = Math.max(node.level, from.level + 1);
			}
		}
		nodes.push(node);
		last.set(h.name, node);
	}
	if (nodes.length === 0) return null;
	const rowsAt = [], W = 190, H = 40, GX = 50, GY = 14;
	for (const node of nodes) {
		node.row = rowsAt[node.level] || 0;
		rowsAt[node.level] = node.row + 1;
		node.x = node.level * (W + GX) + 1;
		node.y = node.row * (H + GY) + 1;
	}
	const width = rowsAt.length * (W + GX) - GX + 2;
	const height = Math.max(...rowsAt.map((n) => n || 0)) * (H + GY);
	const s = svg("svg", { width, height, viewBox:
		`0 0 ${width} ${height}`, role: "img" });
	s.append(svg("title", {}, nodes.length + " hooks and what they use"));
	for (const to of nodes) for (const f of to.from) {
		const x1 = f.x + W, y1 = f.y + H / 2, x2 = to.x;
		const y2 = to.y + H / 2;
		s.append(svg("path", { d: `M${x1} ${y1} C${x1 + GX / 2} ${y1} ` +
			`${x2 - GX / 2} ${y2} ${x2} ${y2}` }));
	}
	for (const n of nodes) {
		const g = svg("g", {}), value = String(n.h.value);
		g.append(svg("title", {}, n.h.name + " = " + value),
			svg("rect", { x: n.x, y: n.y, width: W, height: H, rx: 5,
				class: n.h.grounded === false ? "loose" : "" }),
			svg("text", { x: n.x + 8, y: n.y + 16 },
				short(String(n.h.name), 26)),
			svg("text", { x: n.x + 8, y: n.y + 32, class: "v" },
				short(brief(value), 26)));
		s.append(g);
	}
	return el("div", { class: "graph", tabindex: "0" }, s);
}

/* ---- Viewer ---- */

const dialog = el("dialog", { "aria-labelledby": "title" });
let current = null;

function field(list, name, value) {
	if (value == null || value === "") return;
	list.append(el("dt", {}, name), el("dd", {},
		typeof value === "string" ? value : JSON.stringify(value)));
}

function turn(run, t, i) {
	const box = el("div", { class: "turn" }, el("h3", {}, "Turn " + i));
	if (t.fix) {
		const from = run.turns[t.fix.corrects_turn];
		box.append(el("p", { class: "warn" },
			`Mends turn ${t.fix.corrects_turn}: ` +
			`${t.fix.error_type || ""} ${t.fix.error_message || ""}`));
		if (t.say) box.append(el("p", { class: "say" }, t.say));
		box.append(from ? diff(from.code || "", t.code || "") :
			python(t.code || ""));
	} else {
		if (t.say) box.append(el("p", { class: "say" }, t.say));
		box.append(python(t.code || ""));
	}
	if (t.out) box.append(el("pre", { class: "out", tabindex: "0" }, t.out));
	if (t.err) box.append(el("pre", { class: "err", tabindex: "0" }, t.err));
	for (const h of t.hooks)
		box.append(el("div", { class: "hook mono" }, "\u25cf ",
			el("b", {}, String(h.name)), " = ",
			short(String(h.value), 300),
			h.grounded === false && el("span", { class: "warn" },
				" (not grounded)")));
	return box;
}

function runOf(title, run) {
	if (!run) return el("section", {}, el("h2", {}, title),
		el("p", { class: "soft" }, "This run is missing."));
	return el("section", {}, el("h2", {}, title),
		...run.turns.map((t, i) => turn(run, t, i)),
		el("p", {}, run.success ? el("b", {}, "Answer: " + run.answer) :
			el("b", { class: "bad" }, "No answer: " +
				(run.stop || "") + " " + (run.error || ""))));
}

function clusters(d, show) {
	const list = (d.vote && d.vote.clusters) || [];
	const box = el("div", { class: "clusters" }), buttons = [];
	const button = (i) => {
		const b = el("button", { "aria-pressed": "false",
			"aria-label": "Show blind run " + i,
			onclick: () => choose(i) }, String(i));
		buttons[i] = b;
		return b;
	};
	const choose = (i) => {
		buttons.forEach((b, k) => b &&
			b.setAttribute("aria-pressed", String(k === i)));
		show(i);
	};
	const placed = new Set();
	list.forEach((c, n) => {
		c.member_indices.forEach((i) => placed.add(i));
		box.append(el("div", { class: "cluster" }, el("div",
			{ class: "meter" }, ...c.member_indices.map(button)),
		el("div", { class: d.same && n === 0 ? "good mono" : "mono" },
			short(JSON.stringify(c.representative_answer), 400))));
	});
	const rest = (d.blind || []).map((_, i) => i).filter((i) => !placed.has(i));
	if (rest.length) box.append(el("div", { class: "cluster" },
		el("div", { class: "meter" }, ...rest.map(button)),
		el("div", { class: "soft" }, "no answer")));
	return [box, choose];
}

function open(r) {
	const d = read("d" + r.number), c = r.cells;
	current = r;
	const list = el("dl", { class: "fields" });
	list.append(el("dt", { class: "small" }, "Question"),
		el("dd", { class: "small" }, c[AT.question]));
	field(list, "Episode", c[AT.id]);
	field(list, "Outcome", c[AT.why]);
	field(list, "Answer format", d.format);
	field(list, "Hint", d.hint);
	field(list, "Ground truth", d.truth);
	field(list, "CSV", c[AT.csv]);
	field(list, "Family", [c[AT.family], c[AT.level]].filter(Boolean)
		.join(", "));
	field(list, "Columns", Array.isArray(d.params) ?
		d.params.join(", ") : d.params);
	field(list, "Teacher", [d.kind, d.model].filter(Boolean).join(", "));
	field(list, "Usage", Object.entries(d.usage || {})
		.filter(([, n]) => typeof n === "number" && n > 0)
		.map(([k, n]) => (k === "cost" ? "$" + n.toFixed(4) :
			count(n)) + " " + k.replace("_", " ")).join(", "));
	field(list, "Proof", [d.proof, d.copies && "on altered copies: " +
		d.copies].filter(Boolean).join("; "));
	field(list, "Seconds", d.seconds == null ? null : String(d.seconds));
	if (d.leak) field(list, "Note", "the teacher's text cites the hint");
	const sides = el("div", { class: "sides" });
	const body = el("div", { class: "body" }, list);
	if (d.gold !== undefined) sides.append(runOf("Gold run", d.gold));
	if (!d.blind) body.append(el("p", { class: "soft" },
		"To keep this page small " +
		(d.gold ? "the blind runs are" : "this trace is") +
		" left out; see csv-inspect trace " + c[AT.id]));
	if (d.blind && d.blind.length) {
		const place = el("section", {});
		const [box, choose] = clusters(d, (i) => place.replaceChildren(
			...runOf("Blind run " + i, d.blind[i]).childNodes));
		body.append(el("h2", {}, "Blind runs by answer"), box);
		sides.append(place);
		choose(0);
	}
	const g = d.gold && graph(d.gold);
	if (g) body.append(el("h2", {}, "Hooks of the gold run"), g);
	body.append(sides);
	dialog.replaceChildren(el("div", { class: "top" },
		el("span", { class: c[AT.ok] ? "good" : "bad", title: c[AT.ok] ?
			"verified" : "not verified" },
		c[AT.ok] ? "\u2713" : "\u2717"),
		el("h2", { id: "title" }, short(c[AT.question], 400)),
		el("button", { onclick: () => dialog.close() }, "Close")), body);
	if (!dialog.open) dialog.showModal();
	dialog.scrollTop = 0;
	history.replaceState(null, "", "#" + c[AT.id]);
}

function step(by) {
	const i = view.found.indexOf(current) + by;
	if (i >= 0 && i < view.found.length) open(view.found[i]);
}

dialog.addEventListener("close", () => {
	history.replaceState(null, "", "#");
	const tr = current && tbody.querySelector(
		`[data-number="${current.number}"]`);
	if (tr) tr.focus();
});
document.addEventListener("keydown", (e) => {
	if (e.ctrlKey || e.altKey || e.metaKey) return;
	const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
	const scrolls = e.target.tagName === "PRE";
	if (dialog.open && !typing && !scrolls &&
	    (e.key === "ArrowRight" || e.key === "ArrowLeft")) {
		step(e.key === "ArrowRight" ? 1 : -1);
		e.preventDefault();
	} else if (e.key === "/" && !typing && !dialog.open) {
		search.focus();
		e.preventDefault();
	}
});

document.getElementById("main").append(overview(), table(), dialog);
draw(true);
const wanted = rows.find((r) => location.hash.length > 4 &&
	r.cells[AT.id].startsWith(location.hash.slice(1)));
if (wanted) open(wanted);
