"""lurectl evaluate --html: the page shows the figures of --json, and nothing of a mail, a name or a pattern runs in it."""
import base64
import hashlib
import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

import browser as b
from test_evaluate import CONTEXT

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()
needs_browser = pytest.mark.skipif(b.WHY_NOT is not None, reason=str(b.WHY_NOT))

RUN = "window.ran=1"
PLANTED = (f"<script>{RUN}</script></script><script>{RUN}</script><!--<script><img src=x onerror={RUN}> "
           "{{script}} &lt;b&gt; \\u003c https://lure.example/ javascript:alert(1)")
TITLE = f"</script><img src=x onerror={RUN}>月"
PATTERNS = f"""\
format: 1
origin: test
version: 1
lure: moon
title: "{TITLE}"
signs:
  - {{id: moon.claim, role: claim, points: 2, any: ['月のうさぎ']}}
  - {{id: moon.ask, role: ask, points: 3.4, any: ['おもちを送']}}
  - {{id: moon.hurry, role: pressure, points: 1.5, any: ['満月までに']}}
  - {{id: moon.script, role: story, points: 1, any: ['img src']}}
  - {{id: moon.idle, role: offer, points: 1, any: ['火星の人']}}
cases:
  - {{body: 月のうさぎです。おもちを送ってください。, expect: moon}}
  - {{body: 星の話, expect: none}}
"""
FULL = "月のうさぎです。おもちを送ってください。"
SECRET = "秘密のことば"
TEXTS = [  # id, label, category, difficulty, body
    ("L-1", "lure", "moon", "plain", FULL),
    ("L-2", "lure", "moon", "hard", FULL + "満月までに。"),
    ("L-3", "lure", "moon", "hard", f"月のうさぎです。{SECRET}\n{PLANTED}\n\U0001F407満月までに。右\u202e左\u200b\u2028終"),
    (f"L<img src=x onerror={RUN}>", "lure", f"<b onclick={RUN}>moon", "hard", "星です。" + SECRET),
    ("L-5", "lure", "moon", "hard", FULL + "ご注意ください。"),
    ("H-1", "ham", "ham/news", "hard", FULL + "満月までに。" + SECRET),
    ("H-2", "ham", "ham/news", "plain", FULL + "ご注意ください。"),
    ("H-3", "ham", "ham/friend", "plain", "星の話"),
]


def run(*arguments, language="C", status=0):
    done = subprocess.run([BUILD / "lurectl", "evaluate", "--config", "/dev/null", *map(str, arguments)],
                          capture_output=True, timeout=300, env={**os.environ, "LC_ALL": language})
    assert done.returncode == status, done.stderr.decode()
    return done


def mail(body):
    return ("From: a@mail.example\nSubject: 月の便り\nContent-Type: text/plain; charset=utf-8\n\n" + body + "\n").encode()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "patterns").mkdir()
    (folder / "patterns/moon.yaml").write_text(PATTERNS)
    (folder / "patterns/context.yaml").write_text(CONTEXT)
    rows = ["file\tlabel\tcategory\tdifficulty\tevasion\tpackaging"]
    for ident, label, category, difficulty, body in TEXTS:
        (folder / f"{ident}.utf8.eml").write_bytes(mail(body))
        rows.append(f"{ident}.utf8.eml\t{label}\t{category}\t{difficulty}\tnone\tutf8")
    (folder / "manifest.tsv").write_text("\n".join(rows) + "\n")
    return folder


def of(corpus):
    return "--patterns", corpus / "patterns", "--manifest", corpus / "manifest.tsv"


@pytest.fixture(scope="module")
def figures(corpus):
    return json.loads(run(*of(corpus), "--json").stdout)


@pytest.fixture(scope="module")
def page(corpus):
    path = corpus / "report.html"
    path.write_text("an earlier one, open to all")
    path.chmod(0o644)
    run(*of(corpus), "--html", path)
    return path


def data_of(path):
    text = Path(path).read_text()
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


def test_for_the_owner_alone(page):
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert [p.name for p in page.parent.glob("report.html*")] == ["report.html"]


def test_data_hold_no_markup(page):
    text = page.read_text()
    data = re.search(r'id="data">(.*?)</script>', text, re.S)[1]
    assert not re.search("[<>&\u2028\u2029]", data) and "\\u003cscript" in data
    assert text.count("<script") == 2 and text.count("</script>") == 2
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text.replace(data, ""))


def test_policy_has_the_hashes(page):
    text = page.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy

    def source(start):
        piece = text.split(start, 1)[1].split("</" + start[1:].split(">")[0] + ">")[0]
        return "'sha256-" + base64.b64encode(hashlib.sha256(piece.encode()).digest()).decode() + "'"
    assert f"script-src {source('<script>')};" in policy and f"style-src {source('<style>')};" in policy


def test_without_text(corpus, tmp_path):
    run(*of(corpus), "--html", tmp_path / "r.html", "--without-text")
    text = (tmp_path / "r.html").read_text()
    assert SECRET not in text and "月の便り" not in text and "a@mail.example" not in text
    assert {c["id"]: "fields" in c for c in data_of(tmp_path / "r.html")["missed"]["cases"]}["L-3"] is False
    run(*of(corpus), "--html", tmp_path / "r.html")
    assert SECRET in (tmp_path / "r.html").read_text()


def test_says_what_is_wrong(corpus, tmp_path):
    done = run(*of(corpus), "--html", tmp_path / "none" / "r.html", status=73)
    assert b"cannot write" in done.stderr and b"No such file" in done.stderr
    (tmp_path / "folder").mkdir()
    done = run(*of(corpus), "--html", tmp_path / "folder", status=73)
    assert b"Is a directory" in done.stderr
    (tmp_path / "folder").rmdir()
    assert b"--without-text needs --html" in run(*of(corpus), "--without-text", status=64).stderr
    run("--patterns", corpus / "none", "--manifest", corpus / "manifest.tsv", "--html", tmp_path / "r.html", status=66)
    assert list(tmp_path.iterdir()) == []


def test_hits_are_marked_in_characters(page):
    cases = {c["id"]: c for c in data_of(page)["missed"]["cases"]}
    items = [i["id"] for i in data_of(page)["items"]]
    body = next(f for f in cases["L-3"]["fields"] if f["field"] == "body")
    marked = {items[k]: body["text"][start:end] for start, end, k in body["marks"]}
    assert marked["moon.claim"] == "月のうさぎ" and marked["moon.hurry"] == "満月までに"


def test_what_is_left_out_is_counted(corpus, tmp_path):
    mbox = b"".join(b"From x Thu Jan  1 00:00:00 2026\n" + mail(f"星 {n}\n" + "長い" * 9000) + b"\n" for n in range(310))
    (tmp_path / "lures").write_bytes(mbox)
    run("--patterns", corpus / "patterns", "--lure", tmp_path / "lures", "--ham", corpus / "H-3.utf8.eml",
        "--html", tmp_path / "r.html")
    missed = data_of(tmp_path / "r.html")["missed"]
    assert missed["total"] == 310 and len(missed["cases"]) == 300
    body = next(f for f in missed["cases"][0]["fields"] if f["field"] == "body")
    assert body["more"] > 10000 and len(body["text"].encode()) <= 16384


def test_names_what_changed(corpus, tmp_path):
    before = json.loads(run(*of(corpus), "--json").stdout)
    for r in before["results"]:
        if r["id"] == "L-1":
            r["verdict"] = "none"
    (tmp_path / "before.json").write_text(json.dumps(before))
    run(*of(corpus), "--html", tmp_path / "r.html", "--baseline", tmp_path / "before.json")
    changed = data_of(tmp_path / "r.html")["changed"]["cases"]
    assert [(c["id"], c["before"], c["verdict"]) for c in changed] == [("L-1", "none", "tag")]


# --- in a browser -----------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def driven(tmp_path_factory):
    if b.WHY_NOT is not None:
        pytest.skip(b.WHY_NOT)
    one = b.Browser(tmp_path_factory.mktemp("browser"))
    yield one
    one.close()


@pytest.fixture
def shown(driven, page):
    driven.look(1280, "light")
    driven.open(page)
    driven.js("document.getElementById('lang-en').click()")
    driven.js("for (const d of document.querySelectorAll('details')) d.open = true")
    return driven


CHECK = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)"


@needs_browser
def test_renders_without_a_complaint(shown):
    assert shown.js("return document.title") == "Evaluation of lure patterns – lure-milter"
    assert shown.js("return document.querySelector('#cards .good .big').textContent") == "40.0 %"
    assert len(shown.js(CHECK, "#plot rect")) > 5
    assert shown.log() == []


@needs_browser
def test_nothing_planted_runs(shown):
    assert shown.js("return document.querySelectorAll('.case').length") > 0
    assert shown.js("return window.ran === undefined")
    assert shown.js("return [document.images.length, document.scripts.length, document.querySelectorAll('iframe, b').length]"
                    ) == [0, 2, 0]
    assert shown.js("return [...document.links].filter((a) => !a.getAttribute('href').startsWith('#')).length") == 0
    text = "\n".join(shown.js(CHECK, ".mail"))
    assert PLANTED in text  # as text, character by character
    assert TITLE in "\n".join(shown.js(CHECK, "#rule-table .title"))
    assert any("onerror" in t for t in shown.js(CHECK, "#missed summary .id"))
    assert shown.log() == []


@needs_browser
def test_policy_stops_other_scripts(shown):
    shown.js("const s = document.createElement('script'); s.textContent = 'window.ran=1'; document.body.append(s)")
    assert shown.js("return window.ran === undefined")
    assert any("Content Security Policy" in message for message in shown.log())


@needs_browser
def test_invisible_characters_are_shown(shown):
    odd = shown.js(CHECK, "#missed .odd")
    assert {"U+202E", "U+200B"} <= set(odd)
    assert not re.search("[\u202e\u200b\u2028]", shown.js("return document.body.innerText"))


@needs_browser
def test_hits_are_marked(shown):
    marks = shown.js("return [...document.querySelectorAll('mark')].map((m) => [m.className, m.textContent])")
    assert ["role-claim", "月のうさぎ"] in marks and ["role-ask", "おもちを送"] in marks


@needs_browser
def test_slider_counts_as_json_does(shown, figures):
    for want in figures["thresholds"] + figures["recalls"]:
        shown.js("const s = document.getElementById('points'); s.value = arguments[0];"
                 "s.dispatchEvent(new Event('input'))", round(10 * want["tag_points"]))
        for ident, rate in (("live-found", want["recall"]), ("live-false", want["false_tags"])):
            big, count, interval = shown.js(CHECK, f"#{ident} span")
            assert count == f"{rate['count']} of {rate['of']}", want
            assert abs(float(big.split()[0]) - 100 * rate["share"]) <= 0.0501
            low, high = map(float, re.fullmatch(r"95 %: ([\d.]+)–([\d.]+) %", interval).groups())
            assert abs(low - 100 * rate["low"]) < 0.06 and abs(high - 100 * rate["high"]) < 0.06


@needs_browser
def test_groups_are_those_of_json(shown, figures):
    rows = shown.js("return [...document.querySelectorAll('#group-tables tr')]"
                    ".map((r) => [...r.cells].map((c) => c.textContent))")
    for g in figures["groups"]:
        if g["label"] == "lure":
            assert any(r[:2] == [g["name"], f"{g['count']}/{g['of']}"] for r in rows), g


@needs_browser
def test_both_languages(shown):
    shown.js("document.getElementById('lang-ja').click()")
    assert shown.js("return document.documentElement.lang") == "ja"
    assert shown.js("return document.querySelector('#missed h2').textContent") == "見逃した誘い"
    assert not re.search("undefined|{[a-z]}", shown.js("return document.body.innerText").replace(PLANTED, ""))
    shown.js("document.getElementById('lang-en').click()")
    assert shown.js("return document.querySelector('#missed h2').textContent") == "Missed lures"


@needs_browser
def test_begins_in_the_language_of_the_terminal(driven, corpus, tmp_path):
    run(*of(corpus), "--html", tmp_path / "r.html", language="ja_JP.UTF-8")
    driven.open(tmp_path / "r.html")
    assert driven.js("return document.documentElement.lang") == "ja"


@needs_browser
def test_by_keyboard_alone(driven, page):
    driven.look(1280, "light")
    driven.open(page)
    reached = {}
    for _ in range(60):
        driven.keys(b.TAB)
        what = driven.js("const e = document.activeElement; return e.id || e.tagName.toLowerCase()")
        if what in reached:
            continue
        reached[what] = True
        if what == "lang-ja":
            driven.keys(b.SPACE)
            assert driven.js("return document.documentElement.lang") == "ja"
        elif what == "points":
            before = driven.js("return document.getElementById('points-now').textContent")
            driven.keys(b.RIGHT)
            now = driven.js("return document.getElementById('points-now').textContent")
            assert round(float(now) - float(before), 1) == 0.1
        elif what == "summary":
            driven.keys(b.ENTER)
            assert driven.js("return document.activeElement.parentElement.open")
        elif what == "sort-item":
            driven.keys(b.ENTER)
            assert driven.js("return document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"
            break
    assert {"lang-en", "lang-ja", "points", "missed-kind", "summary", "find", "sort-item"} <= set(reached)


# Of each element with text of its own: the contrast of its colour with what lies behind it (WCAG 2.1, 1.4.3).
CONTRAST = """
const parse = (c) => c.match(/[\\d.]+/g).map(Number);
const light = (c) => { const [r, g, b] = c.map((x) => x / 255).map((x) => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
const poor = [];
for (const e of document.body.querySelectorAll('*')) {
    if (!e.offsetParent || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${e.tagName} ${e.className} ${ratio.toFixed(2)}`);
}
return poor;
"""


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_readable(shown, width, scheme):
    shown.look(width, scheme)
    for language in ("en", "ja"):
        shown.js(f"document.getElementById('lang-{language}').click()")
        shown.js("for (const d of document.querySelectorAll('details')) d.open = true")
        assert shown.js("return document.documentElement.scrollWidth") <= width
        assert shown.js(CONTRAST) == []
