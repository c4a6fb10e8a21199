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
    (f"  - override: fee.first\n    points: 99\n{WHY}", 6, 13, "out of range"),
    (f"  - override: fee.gone\n    points: 99\n{WHY}", 6, 13, "out of range"),
    (f"  - override: fee\n    limit: 99\n{WHY}", 6, 12, "out of range"),
    (f"  - override: fee.first\n    status: broken\n{WHY}", 6, 13, "status"),
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


WORDS = "weigh:\n  id: fee.words\n%s  words:\n    - {text: 至急, points: 1.5}\n"


@pytest.mark.parametrize("overrides, line, column, text", [
    (f"  - override: fee.first\n    limit: 1\n{WHY}", 6, 12, "'fee.first' is no lure"),
    (f"  - override: fee\n    points: 1\n{WHY}", 6, 13, "'fee' is a lure"),
    (f"  - override: fee\n    status: test\n{WHY}", 6, 13, "'fee' is a lure"),
    (f"  - override: fee.words\n    points: 1\n{WHY}", 6, 13, "'fee.words' is a list of words"),
    (f"  - override: fee.first\n    points: -1\n{WHY}", 6, 13, "is no counter-evidence"),
    (f"  - override: context.calm\n    points: 1\n{WHY}", 6, 13, "is counter-evidence"),
    (f"  - override: other/fee.first\n    points: 1\n{WHY}", 5, 15, "is not there"),
])
def test_what_no_longer_fits_warns_and_stops_nothing(set_of, overrides, line, column, text):
    """An upgrade may make another thing of an id: what a site said of it must not keep the milter from starting."""
    folder = set_of(overrides, SHIPPED.replace("cases:", WORDS % "" + "cases:"))
    (folder / "context.yaml").write_text("format: 1\norigin: shipped\nversion: 1\nlure: context\ntitle: x\nsigns:\n"
                                         "  - {id: context.calm, points: -1, any: ['お知らせです']}\n")
    status, said, last = check(folder)
    assert status == 0 and last["errors"] == 0
    assert [(d["line"], d["column"]) for d in said if text in d["text"] and d["level"] == "warning"] == [(line, column)], said
    assert run("-n", "-c", "/dev/null", "-o", f"patterns={folder}", program="lure-milter").returncode == 0
    assert scan(folder, set_of.mail)["points"] == 9.5


def test_words_expire(set_of):
    def status(day):
        folder = set_of(None, SHIPPED.replace("cases:", WORDS % f"  expires: {day}\n" + "cases:"))
        code, said, _ = check(folder)
        found = json.loads(run("explain", "--json", "--patterns", folder, set_of.mail).stdout)
        words = next(h for h in found["hits"] if h["id"] == "fee.words")
        return code, ["has expired" in d["text"] for d in said].count(True), words["status"], found["points"]
    assert status("2020-01-01") == (0, 1, "test", 8.0)
    assert status("2999-01-01") == (0, 0, "stable", 9.5)


# --- what the changes of a site make of the examples of others -----------------------------------------------------------

UPSET = f"  - override: fee.first\n    points: 1.5\n{WHY}"


def test_cases_that_overrides_upset_are_no_failures(set_of):
    folder = set_of(UPSET)
    done = run("test", folder)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0 and len(lines) == 3
    assert lines[0].startswith("local ") and "m-shipped.yaml:20:5: case: expected fee; got none with 1.5 points" in lines[0]
    assert "fee.first 1.5 (local)" in lines[0]
    assert lines[1].startswith("5 examples and cases: 4 good, 0 failed (set ")
    assert lines[2] == "1 come out otherwise by what is local or has expired: no failures"
    *each, last = objects(run("test", "--json", folder))
    assert [(o["line"], o["good"], o["got"] != "") for o in each if o["local"]] == [(20, True, True)]
    assert (last["examples"], last["failed"], last["local"]) == (5, 0, 1)
    assert "not ok 5 - " in (tap := run("test", "--tap", folder).stdout.decode()) and "case # TODO upset by local overrides" in tap
    assert run("-n", "-c", "/dev/null", "-o", f"patterns={folder}", program="lure-milter").returncode == 0


@pytest.mark.parametrize("overrides", [UPSET, f"  - override: fee.first\n    status: test\n{WHY}", f"  - override: fee.first\n    status: retired\n{WHY}",
                                       f"  - override: fee\n    limit: 1\n{WHY}"])
def test_a_failure_of_the_shipped_file_stays_one(set_of, overrides):
    """What comes out wrongly without any override is refused, whatever a site changes besides."""
    folder = set_of(overrides, SHIPPED + "  - body: 手数料を後で払ってください\n    expect: fee\n")
    done = run("test", folder)
    said = done.stdout.decode()
    assert done.returncode == 1 and "FAIL " in said and "m-shipped.yaml:22:5: case: expected fee; got none" in said
    assert "local " in said and "m-shipped.yaml:20:5: case: expected fee" in said
    status, told, last = check(folder)
    assert status == 65 and last["errors"] == 1
    assert [d["line"] for d in told if d["level"] == "error"] == [22]
    assert [d["line"] for d in told if "with the local overrides" in d["text"]] == [20]


def test_expired_and_untrusted_cases_are_no_failures(set_of):
    expired = set_of(None, SHIPPED.replace("title: 手数料\n", "title: 手数料\nexpires: 2020-01-01\n"))
    for arguments in ([expired], ["--patterns", f"{expired} trust=test"]):
        done = run("test", *arguments)
        assert done.returncode == 0 and "4 good, 0 failed" in done.stdout.decode(), done.stdout
    plain = set_of(None)
    assert "5 good, 0 failed" in run("test", plain).stdout.decode()
    assert "4 good, 0 failed" in run("test", "--patterns", f"{plain} trust=test").stdout.decode()


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
