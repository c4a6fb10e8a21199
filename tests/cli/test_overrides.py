"""What a site changes of patterns that others wrote, and what has expired."""
import json

import pytest
from test_lurectl import objects, run

SHIPPED = """\
format: 1
origin: shipped
version: 1
lure: fee
title: 手数料
rules:
  - id: fee.first
    points: 6.0
    roles: [offer, ask]
    any: ['手数料を先に']
    match: ['手数料を先に払ってください']
    pass: ['こんにちは']
  - id: fee.second
    points: 2.0
    roles: [ask]
    all: [fee.first, '至急']
    match: ['至急、手数料を先に']
    pass: ['至急']
cases:
  - body: 手数料を先に払ってください
    expect: fee
"""
HEAD = "format: 1\norigin: site\nversion: 1\noverrides:\n"
WHY = "    reason: 誤検知があった\n    date: 2026-11-25\n"
MAIL = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "至急、手数料を先に払ってください。\r\n".encode()


@pytest.fixture
def set_of(tmp_path):
    """A folder of patterns: the shipped file, and one with these overrides; `first` puts it before the other."""
    def build(overrides, shipped=SHIPPED, first=False):
        folder = tmp_path / "set"
        folder.mkdir(exist_ok=True)
        (folder / "m-shipped.yaml").write_text(shipped)
        if overrides is not None:
            (folder / ("a.yaml" if first else "z.yaml")).write_text(HEAD + overrides)
        (tmp_path / "mail.eml").write_bytes(MAIL)
        return folder

    build.mail = tmp_path / "mail.eml"
    return build


def check(folder):
    done = run("check", "--json", folder)
    *said, last = objects(done)
    return done.returncode, said, last


def scan(folder, mail):
    return objects(run("scan", "--json", "--patterns", folder, mail))[0]


@pytest.mark.parametrize("first", [False, True])
def test_points(set_of, first):
    folder = set_of(f"  - override: shipped/fee.first\n    points: 1.5\n{WHY}", first=first)
    status, said, _ = check(folder)
    assert status == 0
    assert [(d["line"], d["column"], d["text"]) for d in said if d["level"] == "note"] == \
        [(6, 13, "'fee.first': points 6.0 -> 1.5 (local)")]
    assert [d["text"] for d in said if d["level"] == "warning" and "local overrides" in d["text"]]  # the case of the other
    assert scan(folder, set_of.mail)["points"] == 3.5


def test_without(set_of):
    assert scan(set_of(None), set_of.mail)["points"] == 8.0


def test_status(set_of):
    found = scan(set_of(f"  - override: fee.first\n    status: test\n{WHY}"), set_of.mail)
    assert found["points"] == 2.0  # what refers to it refers to it still
    assert (found["verdict"], found["would"]) == ("none", "tag")
    said = run("explain", "--patterns", set_of.mail.parent / "set", set_of.mail).stdout.decode()
    assert "fee.first  rule offer ask, test (local), alone would make it tag" in said and "Were all in test stable: tag\n" in said
    hits = json.loads(run("explain", "--json", "--patterns", set_of.mail.parent / "set", set_of.mail).stdout)["hits"]
    assert {h["id"]: h.get("would") for h in hits} == {"fee.first": "tag", "fee.second": None}


def test_limit(set_of):
    assert scan(set_of(f"  - override: fee\n    limit: 4\n{WHY}"), set_of.mail)["points"] == 4.0


def test_until(set_of):
    past, future = ("  - override: fee.first\n    points: 1\n" + WHY + f"    until: {day}\n" for day in ("2020-12-31", "2999-01-01"))
    folder = set_of(past)
    status, said, _ = check(folder)
    assert status == 0 and [(d["level"], d["line"]) for d in said] == [("warning", 9)] and "has ended" in said[0]["text"]
    assert scan(folder, set_of.mail)["points"] == 8.0
    assert scan(set_of(future), set_of.mail)["points"] == 3.0


def test_orphan(set_of):
    folder = set_of(f"  - override: fee.gone\n    points: 1\n{WHY}")
    status, said, _ = check(folder)
    assert status == 0 and [(d["level"], d["line"], d["column"]) for d in said] == [("warning", 5, 15)]
    assert scan(folder, set_of.mail)["points"] == 8.0


@pytest.mark.parametrize("overrides, line, column, text", [
    (f"  - override: fee.first\n    points: 1\n{WHY}  - override: fee.first\n    points: 2\n{WHY}", 10, 13, "two overrides"),
    ("  - override: fee.first\n    points: 1\n    date: 2026-11-25\n", 5, 5, "'reason' is missing"),
    ("  - override: fee.first\n    points: 1\n    reason: 理由\n", 5, 5, "'date' is missing"),
    (f"  - override: fee.first\n    pionts: 1\n{WHY}", 6, 5, "did you mean 'points'"),
    (f"  - override: fee.first\n    limit: 1\n{WHY}", 6, 12, "only a lure has a limit"),
    (f"  - override: fee\n    points: 1\n{WHY}", 5, 5, "is a lure"),
    (f"  - override: fee.first\n    points: 99\n{WHY}", 6, 13, "out of range"),
    ("  - override: fee.first\n    points: 1\n    reason: x\n    date: 25.11.2026\n", 8, 11, "must be a date"),
    (f"  - override: fee.first\n    points: 1\n{WHY}    until: 2026-13-01\n", 9, 12, "must be a date"),
    (f"  - override: fee.first\n    points: 1\n{WHY}    until: 2026-02-29\n", 9, 12, "must be a date"),
    (f"  - override: fee.first\n{WHY}", 5, 5, "nothing is changed"),
    ("  x: y\n", 5, 3, "must be a list"),
])
def test_mistakes(set_of, overrides, line, column, text):
    status, said, last = check(set_of(overrides))
    errors = [d for d in said if d["level"] == "error"]
    assert status == 65 and last["errors"] == len(errors) > 0
    assert any(text in d["text"] and (d["line"], d["column"]) == (line, column) for d in errors), errors


def test_explain(set_of):
    folder = set_of(f"  - override: fee.first\n    points: 1.5\n{WHY}")
    assert "fee.first  rule offer ask, 6.0 -> 1.5 (local)" in run("explain", "--patterns", folder, set_of.mail).stdout.decode()
    hits = {h["id"]: h for h in json.loads(run("explain", "--json", "--patterns", folder, set_of.mail).stdout)["hits"]}
    assert (hits["fee.first"]["worth"], hits["fee.first"]["shipped"]) == (1.5, 6) and "shipped" not in hits["fee.second"]


@pytest.mark.parametrize("place", ["title: 手数料\n", "  - id: fee.first\n"])
def test_expires(set_of, place):
    indent = "    " if place.startswith(" ") else ""

    def dated(day):
        text = SHIPPED.replace(place, f"{place}{indent}expires: {day}\n")
        return text.replace("all: [fee.first, '至急']", "all: ['手数料を先に', '至急']").replace("    expect: fee\n", "    expect: none\n")
    status, said, _ = check(set_of(None, dated("2020-12-31")))
    assert status == 0 and any("has expired" in d["text"] for d in said if d["level"] == "warning")
    assert scan(set_of(None, dated("2020-12-31")), set_of.mail)["points"] == (2 if indent else 0)
    assert scan(set_of(None, dated("2999-12-31")), set_of.mail)["points"] == 8
