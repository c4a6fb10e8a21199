"""lurectl evaluate: figures by text, over a small corpus whose every verdict is known."""
import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()

PATTERNS = """\
format: 1
origin: test
version: 1
lure: moon
title: T
signs:
  - {id: moon.claim, role: claim, points: 2, any: ['月のうさぎ']}
  - {id: moon.ask, role: ask, points: 3, any: ['おもちを送']}
  - {id: moon.rare, role: pressure, points: 3, any: ['満月までに']}
  - {id: moon.trial, role: story, points: 1, status: test, any: ['月の話']}
  - {id: moon.idle, role: story, points: 1, any: ['火星の人']}
cases:
  - {body: 月のうさぎです。おもちを送ってください。, expect: moon}
  - {body: 星の話, expect: none}
"""
CONTEXT = """\
format: 1
origin: test
version: 1
lure: context
title: T
signs:
  - {id: context.warning, points: -2, any: ['ご注意ください']}
"""
FULL, RARE, WARNING = "月のうさぎです。おもちを送ってください。", "おもちを送って。満月までに。", "月のうさぎがおもちを送れと言います。"
TEXTS = [  # id, label, category, difficulty, packagings with their bodies
    ("L-1", "lure", "moon", "plain", {"utf8": FULL, "html": FULL}),
    ("L-2", "lure", "moon", "hard", {"utf8": FULL, "html": "月のうさぎです。"}),
    ("L-3", "lure", "moon", "hard", {"utf8": RARE}),
    ("L-4", "lure", "sun", "plain", {"utf8": FULL + "月の話"}),
    ("L-5", "lure", "moon", "hard", {"utf8": FULL + "ご注意ください。"}),
    ("H-1", "ham", "ham/news", "hard", {"utf8": WARNING + "ご注意ください。", "html": WARNING}),
    ("H-2", "ham", "ham/news", "plain", {"utf8": WARNING + "ご注意ください。"}),
    ("H-3", "ham", "ham/friend", "plain", {"utf8": "星の話"}),
]


def run(*arguments, language="C", status=0):
    done = subprocess.run([BUILD / "lurectl", *map(str, arguments)], capture_output=True, timeout=300,
                          env={**os.environ, "LC_ALL": language})
    assert done.returncode == status, done.stderr.decode()
    return done


def mail(body):
    return ("From: a@mail.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n" + body + "\n").encode()


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns/moon.yaml").write_text(PATTERNS)
    (tmp_path / "patterns/context.yaml").write_text(CONTEXT)
    rows = ["file\tlabel\tcategory\tdifficulty\tevasion\tpackaging\tpart"]
    for ident, label, category, difficulty, bodies in TEXTS:
        for packaging, body in bodies.items():
            (tmp_path / f"{ident}.{packaging}.eml").write_bytes(mail(body))
            part = "validation" if ident == "L-5" else "tuning"
            rows.append(f"{ident}.{packaging}.eml\t{label}\t{category}\t{difficulty}\tnone\t{packaging}\t{part}")
    (tmp_path / "manifest.tsv").write_text("\n".join(rows) + "\n")
    return tmp_path


def evaluate(corpus, *arguments, **kw):
    return run("evaluate", "--config", "/dev/null", "--patterns", corpus / "patterns",
               *(arguments or ("--manifest", corpus / "manifest.tsv")), **kw)


def as_json(corpus, *arguments):
    return json.loads(evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--json", *arguments).stdout)


def counts(rate):
    return rate["count"], rate["of"]


def test_counted_by_text(corpus):
    got = as_json(corpus)
    assert got["messages"] == 11
    assert counts(got["found"]) == (3, 5)  # L-2 is tagged in one packaging only, L-5 has the warning
    assert counts(got["false_tags"]) == (1, 3)  # H-1 in one of its packagings
    assert counts(got["rejected_lures"]) == (0, 5) and counts(got["rejected_ham"]) == (0, 3)
    assert counts(got["named"]) == (2, 3)
    assert counts(got["single"]) == (1, 3)
    verdicts = {r["id"]: (r["verdict"], r["points"], r["packaging"]) for r in got["results"]}
    assert verdicts["L-2"] == ("none", 0, "html") and verdicts["H-1"] == ("tag", 5, "html")
    assert [r["id"] for r in got["results"] if r["single"]] == ["L-3"]


def test_intervals_are_wilsons(corpus):
    found = as_json(corpus)["found"]
    assert found["share"] == 0.6
    assert abs(found["low"] - 0.2307) < 0.0005 and abs(found["high"] - 0.8824) < 0.0005


def test_groups(corpus):
    groups = {(g["by"], g["name"], g["label"]): counts(g) for g in as_json(corpus)["groups"]}
    assert groups["category", "moon", "lure"] == (2, 4) and groups["category", "ham/news", "ham"] == (1, 2)
    assert groups["difficulty", "hard", "lure"] == (1, 3) and groups["evasion", "none", "lure"] == (3, 5)
    assert groups["packaging", "html", "lure"] == (1, 2) and groups["packaging", "html", "ham"] == (1, 1)
    assert groups["part", "validation", "lure"] == (0, 1)


def test_rules_and_what_would_change_without_them(corpus):
    rules = {r["id"]: r for r in as_json(corpus)["rules"]}

    def change(ident):
        return tuple(rules[ident][k] for k in ("found_lost", "found_gained", "false_gone", "false_added"))
    assert (rules["moon.claim"]["lure_texts"], rules["moon.claim"]["ham_texts"]) == (4, 2)
    assert change("moon.ask") == (3, 0, 1, 0)
    assert change("moon.claim") == (2, 0, 1, 0)
    assert change("context.warning") == (0, 1, 0, 1)
    assert change("moon.rare") == (1, 0, 0, 0)
    assert change("moon.trial") == (0, 0, 0, 0) and rules["moon.trial"]["lure_texts"] == 1
    assert rules["moon.idle"]["lure_texts"] == 0
    assert rules["moon.rare"]["lure_points"] == 3 and rules["context.warning"]["ham_points"] == -2


def test_thresholds(corpus):
    got = as_json(corpus)
    by = {t["tag_points"]: (counts(t["recall"]), counts(t["false_tags"])) for t in got["thresholds"]}
    assert list(by) == [x / 10 for x in range(20, 101, 5)]
    assert by[3.0] == ((4, 5), (2, 3)) and by[5.0] == ((3, 5), (1, 3)) and by[5.5] == ((1, 5), (0, 3))
    assert [(r["tag_points"], r["recall"]["count"]) for r in got["recalls"]] == [(5.1, 1)] * 3


def test_for_people(corpus):
    out = evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--list").stdout.decode()
    assert "Lures found" in out and "3/5" in out and "60.0 %" in out and "23.1 - 88.2 %" in out
    missed = out[out.index("Lures missed:"):]
    assert "L-2  moon  hard  none  html: moon.claim 0.0" in missed and "L-5" in missed and "L-1" not in missed
    alarms = missed[missed.index("False tags:"):]
    assert "5.0  H-1" in alarms and "H-2" not in alarms
    japanese = evaluate(corpus, language="ja_JP.UTF-8").stdout.decode()
    assert "検出した誘い" in japanese and "L-2" not in japanese


def test_baseline_names_what_changed(corpus):
    (corpus / "old.json").write_bytes(evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--json").stdout)
    (corpus / "patterns/context.yaml").write_text(CONTEXT.replace("-2", "0"))
    (corpus / "L-9.utf8.eml").write_bytes(mail(FULL))
    with open(corpus / "manifest.tsv", "a", encoding="utf-8") as f:
        f.write("L-9.utf8.eml\tlure\tmoon\tplain\tnone\tutf8\ttuning\n")
    out = evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--baseline", corpus / "old.json").stdout.decode()
    changed = out[out.index("Changed against the baseline:"):]
    assert "L-5 (lure): none -> tag" in changed and "H-2 (legitimate): none -> tag" in changed
    assert "2 texts changed, 1 were not" in changed and "L-1" not in changed
    before = {r["id"]: r["before"] for r in as_json(corpus, "--baseline", corpus / "old.json")["results"] if "before" in r}
    assert before == {"L-5": "none", "H-2": "none"}


def test_folders(corpus, tmp_path):
    (tmp_path / "lures").mkdir()
    (tmp_path / "lures/a.eml").write_bytes(mail(FULL))
    (tmp_path / "lures/a.b.eml").write_bytes(mail("星の話"))
    mbox = b"".join(b"From a@mail.example Mon Nov 24 00:00:00 2026\n" + mail(b) + b"\n" for b in ("星の話", WARNING))
    (tmp_path / "ham.mbox").write_bytes(mbox)
    done = evaluate(corpus, "--lure", tmp_path / "lures", "--ham", tmp_path / "ham.mbox", "--json")
    got = json.loads(done.stdout)
    assert counts(got["found"]) == (1, 2) and counts(got["false_tags"]) == (1, 2)
    assert [Path(r["id"]).name for r in got["results"]] == ["a.b.eml", "a.eml", "ham.mbox", "ham.mbox[1]"]
    assert "their own name" not in evaluate(corpus, "--lure", tmp_path / "lures").stdout.decode()


@pytest.mark.parametrize("bounds, status", [
    (("--max-false-tag", "34", "--min-recall", "60"), 0),
    (("--max-false-tag", "33"), 1),
    (("--min-recall=60.1"), 1),
])
def test_bounds_of_a_ci(corpus, bounds, status):
    bounds = (bounds,) if isinstance(bounds, str) else bounds
    done = evaluate(corpus, "--manifest", corpus / "manifest.tsv", *bounds, status=status)
    assert (done.stderr != b"") == (status != 0)


def test_part(corpus):
    assert counts(as_json(corpus, "--part", "validation")["found"]) == (0, 1)


def test_the_same_on_every_run(corpus):
    assert len({evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--json").stdout for _ in range(5)}) == 1


@pytest.mark.parametrize("arguments, status, words", [
    ((), os.EX_USAGE, "--manifest FILE"),
    (("--manifest", "m", "--lure", "x"), os.EX_USAGE, "either by --manifest"),
    (("--lure", "-"), os.EX_USAGE, "standard input"),
    (("mails",), os.EX_USAGE, "--lure or --ham"),
    (("--lure", "x", "--min-recall", "lots"), os.EX_USAGE, "0 to 100"),
    (("--manifest", "/nonexistent/m"), os.EX_NOINPUT, "/nonexistent/m"),
    (("--lure", "/nonexistent/l"), os.EX_NOINPUT, "/nonexistent/l"),
])
def test_mistakes(corpus, arguments, status, words):
    done = run("evaluate", "--patterns", corpus / "patterns", *arguments, status=status)
    assert words in done.stderr.decode()


def test_mistakes_in_a_manifest(corpus):
    (corpus / "bad.tsv").write_text("file\tlabel\tcategory\tevasion\n")
    said = evaluate(corpus, "--manifest", corpus / "bad.tsv", status=os.EX_DATAERR).stderr.decode()
    assert "bad.tsv:1:1: error: the column 'packaging' is missing" in said
    (corpus / "bad.tsv").write_text("file\tlabel\tcategory\tevasion\tpackaging\nL-1.a.eml\tlure\tm\tnone\ta\n"
                                    "L-1.b.eml\tham\tm\tnone\tb\nL-2.a.eml\tspam\tm\tnone\ta\nL-3.a.eml\tlure\n")
    said = evaluate(corpus, "--manifest", corpus / "bad.tsv", status=os.EX_DATAERR).stderr.decode()
    for place, words in (("3:1", "'L-1' is lure in another line"), ("4:1", "lure or ham"), ("5:1", "no 'category'")):
        assert f"bad.tsv:{place}: error: " in said and words in said
    said = evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--part", "tunign", status=os.EX_DATAERR).stderr.decode()
    assert "no message of the part tunign" in said


def test_a_broken_baseline(corpus):
    (corpus / "b.json").write_text('{"verdict":"none"}')
    evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--baseline", corpus / "b.json", status=os.EX_DATAERR)
    evaluate(corpus, "--manifest", corpus / "manifest.tsv", "--baseline", corpus / "none.json", status=os.EX_NOINPUT)
