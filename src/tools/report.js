"use strict";
/* The page's own script. What stands in the data is hostile: it becomes text nodes, never markup, never a link. */
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const FIRST = 25; /* rows and cases shown before one asks for more */

const words = {
	title: ["Evaluation of lure patterns", "誘いメール検出パターンの評価"],
	about: ["{l} lures and {h} legitimate texts in {m} messages · tag at {t} points, reject at {r} · set {s}",
	    "誘い {l}、正規 {h} の文面、メール {m} 通 · タグ付け {t} 点、拒否 {r} 点 · セット {s}"],
	summary: ["At a glance", "概要"],
	threshold: ["Another threshold", "しきい値を変えると"],
	threshold_note: ["A text counts once: a lure is found where all its messages reach the threshold, a legitimate text is falsely tagged where one does.",
	    "文面ごとに一度だけ数えます。誘いはその全メールが、正規の文面はその一通でもしきい値に達すれば、タグが付いたと数えます。"],
	lures: ["Lures", "誘い"], legitimate: ["Legitimate", "正規"],
	root_scale: ["Bars: square root of the number of texts", "棒の長さ: 文面数の平方根"],
	slider: ["Tag from this many points", "タグを付ける点数"],
	found: ["Lures found", "検出した誘い"], false_tags: ["Legitimate texts tagged", "正規メールの誤検出"],
	rejected_lures: ["Lures rejected", "拒否する誘い"], rejected_ham: ["Legitimate texts rejected", "正規メールの誤拒否"],
	named: ["Named rightly, of those found", "検出分のうち手口名も一致"],
	single: ["Rest on what hits one text only", "一つの文面だけの兆候に頼る検出"],
	interval: ["95 %: {a}–{b} %", "95 %: {a}–{b} %"], of: ["{a} of {b}", "{b} 件中 {a} 件"],
	reset: ["As configured: {p}", "設定値 {p}"], preset: ["At most {f} false tags: {p}", "誤検出 {f} 以下: {p}"],
	groups: ["By kind", "種類別"],
	groups_note: ["At {p} points. Packaging is counted by message, and at the configured threshold.",
	    "{p} 点でタグを付けた場合。包装別だけはメール単位で、設定値での結果です。"],
	category: ["Family", "手口"], difficulty: ["Difficulty", "難しさ"], evasion: ["Evasion", "偽装"],
	packaging: ["Packaging (messages)", "包装 (通数)"], part: ["Part", "区画"],
	tagged: ["Tagged", "タグ"], share: ["Share", "割合"], range: ["95 %", "95 % 区間"],
	clean_kinds: ["{n} kinds without a false tag", "誤検出のない種類 {n}"],
	missed: ["Missed lures", "見逃した誘い"], false_alarms: ["False alarms", "誤検出"],
	changed: ["Changed since the baseline", "基準からの変化"],
	no_missed: ["Every lure was found.", "すべての誘いを検出しました。"],
	no_false: ["No legitimate text was tagged.", "正規の文面に誤検出はありません。"],
	no_changed: ["No verdict changed.", "判定の変化はありません。"],
	at_configured: ["At {p} points, those with most points first: {n}", "{p} 点での結果、点数の高い順: {n} 件"],
	left_out: ["The page lists {n}; {m} more are left out. lurectl evaluate --list names them all.",
	    "このページには {n} 件だけを載せています (ほか {m} 件)。lurectl evaluate --list で全件を確認できます。"],
	no_text: ["The text of mails was left out of this page.", "このページにはメールの本文を載せていません。"],
	no_text_kept: ["Texts stand with missed lures and false alarms.", "本文は見逃しと誤検出の一覧にあります。"],
	all: ["all", "すべて"], kind_filter: ["Kind", "種類"], more: ["Show {n} more", "さらに {n} 件表示"],
	hits: ["Hits", "当たった兆候と規則"], no_hits: ["Nothing hit.", "何にも当たりませんでした。"],
	cut_off: ["… and {n} more characters", "… ほか {n} 文字"],
	points: ["points", "点"],
	rules: ["Signs and rules", "兆候と規則"],
	rules_note: ["In how many texts each hit, the points it brought there, and what would change without its points.",
	    "当たった文面の数、もたらした点数、その点数がなければ変わる数。"],
	find: ["Search", "検索"],
	item: ["Sign or rule", "兆候・規則"], lure_texts: ["Lures", "誘い"], ham_texts: ["Legitimate", "正規"],
	lure_points: ["Points on lures", "誘いへの点"], ham_points: ["Points on legitimate", "正規への点"],
	found_change: ["Found without it", "ない場合の検出"], false_change: ["False tags without it", "ない場合の誤検出"],
	idle: ["{n} hit nothing and stand at the end.", "どれにも当たらないもの {n} は末尾にあります。"],
	verdict_none: ["none", "該当なし"], verdict_tag: ["tag", "タグ付け"], verdict_reject: ["reject", "拒否"],
	lure: ["lure", "誘い"], ham: ["legitimate", "正規"],
	role_claim: ["claim", "名乗り"], role_story: ["story", "筋書き"], role_offer: ["offer", "持ちかけ"],
	role_ask: ["ask", "要求"], role_pressure: ["pressure", "急かし"], role_reassurance: ["reassurance", "安心させる"],
	role_context: ["counter-evidence", "反証"], role_rule: ["rule", "規則"], role_words: ["words", "語"], role_none: ["sign", "兆候"],
	field_body: ["Body", "本文"], field_subject: ["Subject", "件名"], "field_from-name": ["From, name", "差出人名"],
	"field_from-address": ["From, address", "差出人アドレス"], field_hidden: ["Hidden text", "隠された文字"],
	foot: ["Written by lurectl evaluate. This file works on its own and loads nothing.",
	    "lurectl evaluate が作成。このファイルだけで動き、外部からは何も読み込みません。"],
};
let language = data.language === "ja" ? 1 : 0;
const t = (key, values = {}) => words[key][language].replace(/\{(\w+)\}/g, (all, name) => String(values[name]));

/* --- elements --- */
function add(parent, tag, className, text) {
	const e = document.createElement(tag);
	if (className)
		e.className = className;
	if (text !== undefined)
		e.textContent = text;
	parent.append(e);
	return e;
}
function svg(parent, tag, attributes, text) {
	const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const [name, value] of Object.entries(attributes))
		e.setAttribute(name, value);
	if (text !== undefined)
		e.textContent = text;
	parent.append(e);
	return e;
}

/* Controls, bidi controls, invisible and unassigned characters, odd blanks: by their number. */
const ODD = new RegExp("[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F" +
    "\\u2000-\\u200A\\u2800\\u3164\\uFFA0\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}]", "u");
function odd(parent, cp) {
	add(parent, "span", "odd", "U+" + cp.codePointAt(0).toString(16).toUpperCase().padStart(4, "0"));
}
function hostile(parent, text, lines) {
	let plain = "";
	for (const c of text) {
		if (!ODD.test(c) || (lines && (c === "\n" || c === "\t"))) {
			plain += c;
			continue;
		}
		parent.append(plain);
		plain = "";
		odd(parent, c);
	}
	parent.append(plain);
	return parent;
}

/* --- numbers --- */
const percent = (x) => (100 * x).toFixed(1) + " %";
const dots = (tenths) => (tenths / 10).toFixed(1);
/* Wilson's 95 % interval, as lurectl counts it. */
function rate(hit, of) {
	const z = 1.959964, z2 = z * z, p = of > 0 ? hit / of : 0;
	const middle = (p + z2 / (2 * of)) / (1 + z2 / of);
	const half = z * Math.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of);
	return { count: hit, of, share: p, low: hit === 0 ? 0 : middle - half, high: hit === of ? 1 : middle + half };
}
function showRate(parent, r, note) {
	add(parent, "span", "big", r.of > 0 ? percent(r.share) : "–");
	add(parent, "span", "small", t("of", { a: r.count, b: r.of }));
	if (r.of > 0 && note)
		add(parent, "span", "small", t("interval", { a: (100 * r.low).toFixed(1), b: (100 * r.high).toFixed(1) }));
}

/* --- at a glance --- */
function summary() {
	const cards = $("cards");
	cards.replaceChildren();
	for (const key of ["found", "false_tags", "rejected_ham", "rejected_lures", "named", "single"]) {
		const r = rate(data[key].count, data[key].of);
		const card = add(cards, "div", key === "found" ? "good" : /false|ham/.test(key) && r.count > 0 ? "bad" : "");
		add(card, "dt", "", t(key));
		showRate(add(card, "dd"), r, true);
	}
	$("about").textContent = t("about", { l: data.found.of, h: data.false_tags.of, m: data.messages,
		t: data.tag_points.toFixed(1), r: data.reject_points.toFixed(1), s: data.set });
	const contents = $("contents");
	contents.replaceChildren();
	contents.setAttribute("aria-label", t("summary"));
	for (const [id, key] of [["threshold", "threshold"], ["groups", "groups"], ["missed", "missed"],
		["false", "false_alarms"], ["changed", "changed"], ["rules", "rules"]])
		if (id !== "changed" || data.baseline)
			add(contents, "a", "", t(key)).href = "#" + id;
}

/* --- histogram and slider --- */
const configured = Math.round(10 * data.tag_points);
const slider = $("points");
const everyText = [...data.texts.lure, ...data.texts.ham];
const most = everyText.reduce((a, x) => Math.max(a, x[0]), configured);
const BIN = 5; /* tenths */
const binOf = (tenths) => Math.floor(Math.max(tenths, 0) / BIN);
const bars = binOf(Math.max(100, most)) + 1;
const threshold = () => Math.max(1, Number(slider.value));
slider.min = 0;
slider.max = bars * BIN; /* the width of the plot above it */
slider.value = configured;

function plot() {
	const box = $("plot"), width = Math.max(200, box.clientWidth - 16), height = width < 500 ? 210 : 250;
	const counts = { lure: new Array(bars).fill(0), ham: new Array(bars).fill(0) };
	for (const side of ["lure", "ham"])
		for (const x of data.texts[side])
			counts[side][binOf(x[0])]++;
	const highest = Math.max(1, ...counts.lure, ...counts.ham);
	const step = width / bars, foot = 20, half = (height - foot) / 2 - 2, now = threshold();
	const place = (tenths) => tenths / BIN * step;
	box.replaceChildren();
	const image = svg(box, "svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label":
		`${t("lures")}, ${t("legitimate")}: ${t("points")}` });
	for (const [side, up] of [["lure", true], ["ham", false]])
		counts[side].forEach((n, k) => {
			const h = n === 0 ? 0 : Math.max(2, half * Math.sqrt(n / highest));
			const low = k * BIN;
			if (h > 0)
				svg(svg(image, "rect", { x: k * step + 1, width: Math.max(1, step - 2), height: h, rx: 1.5,
					y: up ? half - h : half + 1, class: `bar-${side}` + (low + BIN <= now ? " below" : "") }),
				    "title", {}, `${low === 0 ? "≤ " : dots(low) + "–"}${dots(low + BIN - 1)}: ${n}`);
		});
	svg(image, "line", { x1: 0, x2: width, y1: half + .5, y2: half + .5, class: "axis" });
	const every = (width < 500 ? 4 : 2) * Math.ceil(bars / 60);
	for (let p = 0; p <= bars * BIN / 10; p += every)
		svg(image, "text", { x: place(10 * p), y: height - 4, "text-anchor": "middle" }, p === 0 ? "≤0" : p);
	svg(image, "line", { x1: place(now), x2: place(now), y1: 0, y2: height - foot, class: "cut" });
}

function atThreshold() {
	const now = threshold();
	const caught = (side) => data.texts[side].filter((x) => x[0] >= now).length;
	$("points-now").textContent = dots(now);
	slider.setAttribute("aria-valuetext", `${dots(now)} ${t("points")}`);
	for (const [id, side] of [["live-found", "lure"], ["live-false", "ham"]]) {
		$(id).replaceChildren();
		showRate($(id), rate(caught(side), data.texts[side].length), true);
	}
	for (const b of $("presets").children)
		b.setAttribute("aria-pressed", String(Number(b.dataset.points) === now));
	plot();
	groups(now);
}

function presets() {
	const box = $("presets");
	box.replaceChildren();
	const one = (points, text) => {
		const b = add(box, "button", "", text);
		b.type = "button";
		b.dataset.points = points;
		b.addEventListener("click", () => { slider.value = points; atThreshold(); });
	};
	one(configured, t("reset", { p: dots(configured) }));
	["0.3 %", "1 %", "2 %"].forEach((f, k) => {
		const points = Math.round(10 * data.recalls[k].tag_points);
		one(points, t("preset", { f, p: dots(points) }));
	});
}

/* --- by kind --- */
function shareBar(parent, share, side) {
	const image = svg(add(parent, "span", "share"), "svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" });
	svg(image, "rect", { width: 100 * share, height: 1, class: `bar-${side}` });
}
function groupRows(body, label, all, by, counts) {
	let clean = 0;
	const kinds = all.filter((g) => g.label === label);
	if (kinds.length === 0)
		return;
	const side = add(add(body, "tr"), "th", "side", t(label === "lure" ? "lures" : "legitimate"));
	side.colSpan = 4;
	side.scope = "rowgroup";
	for (const g of kinds) {
		const r = rate(by === "packaging" ? g.count : counts.get(g.at) || 0, g.of);
		if (label === "ham" && r.count === 0 && kinds.length > 3) {
			clean++;
			continue;
		}
		const row = add(body, "tr"), name = add(row, "th");
		name.scope = "row";
		hostile(name, g.name);
		add(row, "td", "n", `${r.count}/${r.of}`);
		const share = add(row, "td", "n", percent(r.share));
		shareBar(share, r.share, label);
		add(row, "td", "n interval", `${(100 * r.low).toFixed(1)}–${(100 * r.high).toFixed(1)}`);
	}
	if (clean > 0)
		add(add(body, "tr"), "td", "quiet", t("clean_kinds", { n: clean })).colSpan = 4;
}
function groups(now) {
	const box = $("group-tables"), counts = new Map();
	for (const x of everyText)
		if (x[0] >= now)
			for (const g of x.slice(1))
				counts.set(g, (counts.get(g) || 0) + 1);
	$("groups-note").textContent = t("groups_note", { p: dots(now) });
	box.replaceChildren();
	data.groups.forEach((g, at) => { g.at = at; });
	for (const by of ["category", "difficulty", "evasion", "packaging", "part"]) {
		const all = data.groups.filter((g) => g.by === by).slice(0, 400);
		if (all.length === 0)
			continue;
		const card = add(box, "div", "table"), table = add(card, "table"), head = add(add(table, "thead"), "tr");
		for (const [key, c] of [[by, ""], ["tagged", "n"], ["share", "n"], ["range", "n interval"]])
			add(head, "th", c, t(key)).scope = "col";
		const body = add(table, "tbody");
		groupRows(body, "lure", all, by, counts);
		groupRows(body, "ham", all, by, counts);
	}
	$("groups").hidden = data.groups.length === 0;
}

/* --- missed, falsely caught, changed --- */
const itemById = new Map(data.items.map((x) => [x.id, x]));
const titles = new Map(data.families.map((f) => [f.id, f.title]));
function roleOf(item) {
	return item === undefined ? "none" : item.role || (item.kind === "sign" ? "none" : item.kind);
}
function chip(parent, item) {
	const role = roleOf(item);
	add(parent, "span", `chip role-${role === "words" ? "none" : role}`, t("role_" + role));
}
function signed(x) {
	return (x > 0 ? "+" : x < 0 ? "−" : "") + Math.abs(x).toFixed(1);
}

function mailText(parent, field, points) {
	const chars = Array.from(field.text), owner = new Array(chars.length).fill(-1);
	const weight = (k) => Math.abs(points.get(data.items[k].id) || 0);
	for (const [from, to, item] of field.marks)
		for (let i = from; i < to && i < owner.length; i++)
			if (owner[i] < 0 || weight(item) > weight(owner[i]))
				owner[i] = item;
	const box = add(parent, "pre", chars.length > 900 ? "mail long" : "mail");
	box.lang = "ja";
	box.tabIndex = chars.length > 900 ? 0 : -1;
	for (let i = 0; i < chars.length;) {
		let end = i;
		while (end < chars.length && owner[end] === owner[i])
			end++;
		const piece = chars.slice(i, end).join("");
		if (owner[i] < 0) {
			hostile(box, piece, true);
		} else {
			const item = data.items[owner[i]];
			const m = add(box, "mark", weight(owner[i]) > 0 ? `role-${roleOf(item)}` : "idle");
			m.title = `${item.id} ${signed(points.get(item.id) || 0)}`;
			hostile(m, piece, true);
		}
		i = end;
	}
	if (field.more > 0)
		add(box, "span", "quiet", "\n" + t("cut_off", { n: field.more }));
}

function caseBody(parent, c) {
	const points = new Map(c.hits.map((h) => [h.id, h.points]));
	const left = add(parent, "div"), right = add(parent, "div");
	parent.classList.toggle("bare", c.fields === undefined);
	for (const field of c.fields || []) {
		const key = "field_" + field.field;
		hostile(add(left, "h4"), Object.hasOwn(words, key) ? t(key) : field.field);
		mailText(left, field, points);
	}
	if (c.fields === undefined)
		add(left, "p", "quiet", t(data.with_text ? "no_text_kept" : "no_text"));
	add(right, "h4", "", t("hits"));
	if (c.hits.length === 0)
		add(right, "p", "quiet", t("no_hits"));
	const found = new Map(); /* by item: what hit there */
	for (const field of c.fields || []) {
		const chars = Array.from(field.text);
		for (const [from, to, item] of field.marks)
			found.set(data.items[item].id, chars.slice(from, Math.min(to, from + 40)).join(""));
	}
	const list = add(right, "ul", "hits");
	for (const h of [...c.hits].sort((a, b) => Math.abs(b.points) - Math.abs(a.points))) {
		const row = add(list, "li"), item = itemById.get(h.id);
		add(row, "span", `n ${h.points > 0 ? "plus" : h.points < 0 ? "minus" : ""}`, signed(h.points));
		const middle = add(row, "span");
		hostile(add(middle, "code"), h.id);
		if (found.has(h.id))
			hostile(add(middle, "span", "small"), found.get(h.id)).lang = "ja";
		const side = add(row, "span");
		chip(side, item);
	}
}

function oneCase(parent, c, changed) {
	const box = add(parent, "details"), head = add(box, "summary");
	add(head, "span", "points", c.points.toFixed(1).replace("-", "−"));
	const middle = add(head, "span");
	hostile(add(middle, "span", "id"), c.id);
	middle.append(" ");
	const facts = [c.category, c.difficulty, c.evasion, c.packaging].filter((x) => x !== "" && x !== "none");
	if (changed)
		facts.unshift(`${t(c.label)}: ${t("verdict_" + c.before)} → ${t("verdict_" + c.verdict)}`);
	hostile(add(middle, "span", "facts"), facts.join(" · "));
	add(head, "span", "more").setAttribute("aria-hidden", "true");
	box.addEventListener("toggle", () => {
		if (box.open && box.children.length === 1)
			caseBody(add(box, "div", "case"), c);
	});
}

function moreButton(parent, n, show) {
	const b = add(parent, "button", "", t("more", { n }));
	b.type = "button";
	b.addEventListener("click", show);
}

function cases(id, list, none, changed) {
	const box = document.querySelector(`#${id} .cases`), kinds = [...new Set(list.cases.map((c) => c.category))];
	box.replaceChildren();
	if (list.total === 0) {
		add(box, "p", "quiet", t(none));
		return;
	}
	add(box, "p", "quiet", t("at_configured", { p: dots(configured), n: list.total }));
	if (list.total > list.cases.length)
		add(box, "p", "quiet", t("left_out", { n: list.cases.length, m: list.total - list.cases.length }));
	let only = null;
	const rows = document.createElement("div");
	if (kinds.length > 1) {
		const tools = add(box, "div", "tools"), label = add(tools, "label", "", t("kind_filter"));
		const select = add(tools, "select");
		select.id = label.htmlFor = id + "-kind";
		add(select, "option", "", `${t("all")} (${list.cases.length})`).value = "";
		kinds.sort().forEach((k, at) => {
			const n = list.cases.filter((c) => c.category === k).length;
			hostile(add(select, "option"), `${k} (${n})`).value = String(at + 1);
		});
		select.addEventListener("change", () => {
			only = select.value === "" ? null : kinds[Number(select.value) - 1];
			show(FIRST);
		});
	}
	box.append(rows);
	function show(limit) {
		const chosen = list.cases.filter((c) => only === null || c.category === only);
		rows.replaceChildren();
		for (const c of chosen.slice(0, limit))
			oneCase(rows, c, changed);
		if (chosen.length > limit)
			moreButton(rows, chosen.length - limit, () => show(Infinity));
	}
	show(FIRST);
}

/* --- signs and rules --- */
const used = data.rules.map((r, k) => ({ ...r, item: data.items[k], found_change: r.found_gained - r.found_lost,
	false_change: r.false_added - r.false_gone, idle: r.lure_texts + r.ham_texts === 0 }));
const columns = ["item", "lure_texts", "ham_texts", "lure_points", "ham_points", "found_change", "false_change"];
let sortBy = "lure_points", descending = true, allRules = false;

function whole(x) {
	return (x > 0 ? "+" : x < 0 ? "−" : "") + Math.abs(x);
}
function ruleRow(body, r) {
	const row = add(body, "tr"), name = add(row, "th");
	name.scope = "row";
	hostile(add(name, "code"), r.id);
	name.append(" ");
	chip(name, r.item);
	if (r.status !== "stable")
		add(name, "span", "chip role-none", r.status);
	hostile(add(name, "span", "title"), titles.get(r.item.family) || "");
	for (const key of columns.slice(1)) {
		const x = r[key], text = /change/.test(key) ? whole(x) : /points/.test(key) ? x.toFixed(1).replace("-", "−") : String(x);
		add(row, "td", "n", text).dataset.head = t(key);
	}
}
function rules() {
	const box = $("rule-table"), wanted = $("find").value.trim().toLowerCase();
	const chosen = used.filter((r) => (r.id + " " + (titles.get(r.item.family) || "")).toLowerCase().includes(wanted));
	const sign = descending ? -1 : 1;
	chosen.sort((a, b) => a.idle - b.idle ||
	    (sortBy === "item" ? sign * (a.id < b.id ? -1 : 1) : sign * (a[sortBy] - b[sortBy])) || (a.id < b.id ? -1 : 1));
	box.replaceChildren();
	const card = add(box, "div", "table"), table = add(card, "table"), head = add(add(table, "thead"), "tr");
	for (const key of columns) {
		const th = add(head, "th", key === "item" ? "" : "n"), b = add(th, "button", "", t(key));
		th.scope = "col";
		b.type = "button";
		b.id = "sort-" + key;
		if (key === sortBy)
			th.setAttribute("aria-sort", descending ? "descending" : "ascending");
		b.addEventListener("click", () => {
			descending = key === sortBy ? !descending : key !== "item";
			sortBy = key;
			rules();
			$("sort-" + key).focus();
		});
	}
	const body = add(table, "tbody"), limit = allRules ? Infinity : FIRST;
	for (const r of chosen.slice(0, limit))
		ruleRow(body, r);
	add(card, "p", "quiet", t("idle", { n: chosen.filter((r) => r.idle).length }));
	if (chosen.length > limit)
		moreButton(card, chosen.length - limit, () => { allRules = true; rules(); });
}

/* --- all of it, in one language --- */
function show() {
	document.documentElement.lang = language === 1 ? "ja" : "en";
	document.title = `${t("title")} – lure-milter`;
	for (const e of document.querySelectorAll("[data-t]"))
		e.textContent = t(e.dataset.t);
	$("lang-en").setAttribute("aria-pressed", String(language === 0));
	$("lang-ja").setAttribute("aria-pressed", String(language === 1));
	$("foot").textContent = t("foot") + (data.with_text ? "" : " " + t("no_text"));
	$("changed").hidden = !data.baseline;
	summary();
	presets();
	atThreshold();
	cases("missed", data.missed, "no_missed", false);
	cases("false", data.false, "no_false", false);
	cases("changed", data.changed, "no_changed", true);
	rules();
}
$("lang-en").addEventListener("click", () => { language = 0; show(); });
$("lang-ja").addEventListener("click", () => { language = 1; show(); });
slider.addEventListener("input", atThreshold);
$("find").addEventListener("input", rules);
window.addEventListener("resize", plot);
show();
})();
