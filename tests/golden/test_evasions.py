"""
Lures in disguise. Each example of the shipped patterns that is found plain must be found under each trick: `lurectl scan`
reads them all, and 98 of 100 variants must be found. The table and the misses by name are printed.
"""
import collections
import json
import random

import evade
import evade_html
import evade_subject
import evade_wire
import pytest
from mail import UTF8, text, word
from shipped import PATTERNS, examples, tagged_by_skeleton

SAMPLES = PATTERNS.parent / "contrib/samples"
CORPUS = PATTERNS.parent / "tests/corpus"

EXAMPLES = 16  # to each trick
EXAMPLE_POINTS = 1.3

# What is not found, and why; these count as misses all the same.
KNOWN = {
    "waves-between": "two or three kana parted by waves read like a word with long sounds",
    "dashes-between": "the same of dashes",
    "punctuation-between": "full stops between a few letters read like short sentences",
    "signs-at-random": "full stops among them",
    "hidden-by-rule": "selectors of attributes, which most mail programs leave out",
    "pieces-in-the-line": "floats are read as columns",
}


def titled(example):
    return "Subject: " + word(example.subject.encode(), "utf-8") if example.subject else "Subject: test"


def in_plain(example, body):
    return text(body, UTF8, "utf-8", "base64", titled(example))


def in_html(example, html):
    return text(html, UTF8, "utf-8", "base64", titled(example), subtype="html")


def whole(example):
    return f"{example.subject}。\n{example.body}" if example.subject else example.body


def line(example):
    return whole(example).replace("\n", "")


def plainly(kind, example):
    """The text as it is, in the way of that kind of trick."""
    return {"text": lambda: in_plain(example, example.body),
            "html": lambda: in_html(example, evade_html.page(evade_html.lined(example.body))),
            "wire": lambda: text(whole(example), UTF8, "utf-8", "base64"),
            "subject": lambda: evade_subject.titled("Subject: " + word(line(example).encode(), "utf-8"))}[kind]()


def tricks():
    """kind, trick, variant, function from an example to a mail; None where the trick changes nothing."""
    for name, variant, f in evade.bodies():
        yield "text", name, variant, lambda e, f=f: in_plain(e, f(e.body)) if f(e.body) != e.body else None
    for name, variants in evade_html.TRICKS.items():
        for variant, f in variants.items():
            yield "html", name, variant, lambda e, f=f: in_html(e, f(e.body))
    for name, variants in evade_wire.TRICKS.items():
        for variant, f in variants.items():
            yield "wire", name, variant, lambda e, f=f: f(whole(e))
    for name, variants in evade_subject.TRICKS.items():
        for variant, f in variants.items():
            yield "subject", name, variant, lambda e, f=f: f(line(e))
    yield from letters()


def letters():
    """Some tricks of letters in other places than a plain body in UTF-8."""
    chosen = [evade.TRICKS[name][variant] for name, variant in (
        ("blanks", "half"), ("blanks", "full"), ("zero-width", "space"), ("half-width-kana", "kana"), ("stars-between", "star"),
        ("dots-between", "middle"), ("waves-between", "wave_dash"), ("kanji-for-kana", "common"),
        ("katakana-hiragana", "to_hiragana"), ("voicing-marks", "spacing"), ("emoji-between", "money"),
        ("signs-at-random", "all"))]
    for i, f in enumerate(chosen):
        yield "subject", "letters-in-subjects", str(i), lambda e, f=f: evade_subject.titled(
            "Subject: " + word(f(line(e)).encode(), "utf-8"))
        yield "html", "letters-in-html", str(i), lambda e, f=f: in_html(e, evade_html.page(evade_html.lined(f(e.body))))
        yield "html", "letters-in-html", f"{i} in tags", lambda e, f=f: in_html(e, evade_html.TRICKS["tags-in-words"]["span"](f(e.body)))
        for label, charset in (("iso-2022-jp", "iso2022_jp_3"), ("shift_jis", "cp932"), ("euc-jp", "euc_jp"), ("gb2312", "gb18030")):
            yield "wire", "letters-in-charsets", f"{i} in {label}", lambda e, f=f, c=charset, w=label: text(f(whole(e)).encode(c), None, w)


def made(f, example):
    try:
        return f(example)
    except UnicodeEncodeError:
        return None  # the charset has no room for this text


@pytest.fixture(scope="session")
def scan(lurectl, tmp_path_factory):
    def run(mails, tag_points=5):
        folder = tmp_path_factory.mktemp("evasions")
        for i, raw in enumerate(mails):
            (folder / f"{i:06}.eml").write_bytes(raw)
        # An example shows one rule: what a trick may not do is hide it, whatever else a tag would need.
        found = lurectl("scan", "--json", "-o", f"tag_points={tag_points}", folder, status=None)
        assert len(found) == len(mails)
        return found
    return run


def is_found(verdict, example):
    return verdict["verdict"] != "none" and (example.expect or example.lure) in [found["lure"] for found in verdict["lures"]]


@pytest.fixture(scope="session")
def results(scan):
    """(kind, trick, variant, example) -> found?"""
    lures = [e for e in examples() if e.expect != "none"]
    kinds = ("text", "html", "wire", "subject")
    plain = iter(scan([plainly(kind, e) for kind in kinds for e in lures], EXAMPLE_POINTS))
    good = {kind: [e for e in lures if is_found(next(plain), e)] for kind in kinds}
    assert all(len(found) >= EXAMPLES for found in good.values()), "so many examples must be found as they are"
    keys, mails = [], []
    for kind, name, variant, f in tricks():
        # Some of the examples each, drawn by the trick.
        for e in random.Random(name + variant).sample(good[kind], EXAMPLES):
            raw = made(f, e)
            if raw is not None:
                keys.append((name, variant, e))
                mails.append(raw)
    return {key: is_found(verdict, key[2]) for key, verdict in zip(keys, scan(mails, EXAMPLE_POINTS))}


def test_ordinary_texts(scan):
    """What brings lures to light must not make lures of ordinary texts."""
    texts = [e for e in examples() if e.expect == "none"]
    samples = sorted(SAMPLES.glob("ordinary-*.eml"))
    assert len(texts) >= 20 and len(samples) >= 3
    names = [e.name for e in texts] + [path.name for path in samples]
    verdicts = scan([in_plain(e, e.body) for e in texts] + [path.read_bytes() for path in samples])
    assert {name: verdict["rules"] for name, verdict in zip(names, verdicts) if verdict["verdict"] != "none"} == {}


def test_ordinary_mail(scan, capsys):
    """The rougher spelling alone tags nothing of the corpus, hard as much of it is."""
    texts = [json.loads(line) for path in sorted(CORPUS.glob("ham-*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    verdicts = scan([text(m["text"], UTF8, "utf-8", "base64", "Subject: " + word(m["subject"].encode(), "utf-8")) for m in texts])
    assert len(texts) > 300
    rough = [m["id"] for m, v in zip(texts, verdicts) if tagged_by_skeleton([v])]
    with capsys.disabled():
        print(f"\n  ordinary mail: {sum(v['verdict'] != 'none' for v in verdicts)} of {len(texts)} tagged, by the rougher spelling alone:", *rough)
    assert rough == []


def share(found):
    return sum(found) / len(found)


def test_evasions(results, capsys):
    tricks = collections.defaultdict(list)
    for (name, _, _), found in results.items():
        tricks[name].append(found)
    misses = collections.Counter((name, variant) for (name, variant, _), found in results.items() if not found)
    with capsys.disabled():
        print()
        for name, found in tricks.items():
            print(f"  {name:22} {sum(found):5}/{len(found):<5}" + "".join(f" {v}: {n};" for (t, v), n in misses.items() if t == name))
        print(f"  {'all':22} {sum(results.values()):5}/{len(results):<5} {100 * share(list(results.values())):.2f} %")
    assert len(tricks) >= 60
    assert share(list(results.values())) >= 0.98
    for name, found in tricks.items():
        if name not in KNOWN:
            assert share(found) >= 0.98, f"{name}: {[key[1:] for key, ok in results.items() if key[0] == name and not ok]}"
