"""Patterns of others that a site does not fully trust: they tag or count, take nothing away and never reject."""
import json
import os

import pytest
from test_lurectl import objects, run

OURS = """\
format: 1
origin: ours
version: 1
lure: fee
title: 手数料
limit: 20
rules:
  - {id: fee.pay, points: 8, roles: [claim, ask], any: ['手数料を先に'], match: [手数料を先に], pass: [手数料]}
"""
THEIRS = """\
format: 1
origin: theirs
version: 7
lure: %s
title: よそのパターン
limit: 20
rules:
  - {id: %s.now, points: %s, roles: [pressure, ask, offer], any: ['今すぐ振り込ん'], match: [今すぐ振り込んで], pass: [今すぐ]}
"""
BODY = "手数料を先に払ってください。今すぐ振り込んでください。\r\n"


@pytest.fixture
def sets(tmp_path):
    """sets(theirs) -> paths of our file and of that one; sets.mail is a lure for both."""
    def build(theirs, ours=OURS):
        for name, text in (("ours", ours), ("theirs", theirs)):
            (tmp_path / f"{name}.yaml").write_text(text)
        return tmp_path / "ours.yaml", tmp_path / "theirs.yaml"

    build.mail = tmp_path / "mail.eml"
    build.mail.write_bytes(b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + BODY.encode())
    return build


def explain(ours, theirs, trust, mail, *arguments):
    entry = f"{theirs} trust={trust}" if trust else theirs
    return json.loads(run("explain", "--json", "-o", "reject=yes", "--patterns", ours, "--patterns", entry, *arguments, mail).stdout)


@pytest.mark.parametrize("lure, points", [("fee", 5), ("fee", 0), ("common", 5), ("other", 10)])
def test_never_reject(sets, lure, points):
    """Neither their points nor their roles, in a lure of ours or of their own."""
    paths = sets(THEIRS % (lure, lure, points), OURS.replace("points: 8", "points: 10") if points == 0 else OURS)
    for trust, verdict in ((None, "reject"), ("full", "reject"), ("tag", "tag")):
        found = explain(*paths, trust, sets.mail)
        assert (found["verdict"], "trust" in found["bars"]) == (verdict, trust == "tag"), trust
    now = next(h for h in found["hits"] if h["id"] == f"{lure}.now")
    assert now["trust"] == "tag" and "trust" not in next(h for h in found["hits"] if h["id"] == "fee.pay")
    said = run("explain", "-o", "reject=yes", "--patterns", paths[0], "--patterns", f"{paths[1]} trust=tag", sets.mail).stdout.decode()
    assert f"{lure}.now  rule offer ask pressure, trust tag" in said and "enough without patterns that are not fully trusted" in said


def test_what_is_fully_trusted_rejects_beside_them(sets):
    ours = OURS.replace("points: 8, roles: [claim, ask]", "points: 10, roles: [claim, ask, offer]")
    found = explain(*sets(THEIRS % ("fee", "fee", 5), ours), "tag", sets.mail)
    assert (found["verdict"], found["points"], found["bars"]) == ("reject", 15, [])


def test_only_counted(sets):
    paths = sets(THEIRS % ("other", "other", 10))
    found = explain(*paths, "test", sets.mail)
    assert (found["verdict"], found["points"], found["would"]) == ("tag", 8, "tag")
    now = next(h for h in found["hits"] if h["id"] == "other.now")
    assert (now["status"], now["points"], now["trust"]) == ("test", 0, "test")
    found = explain(*sets(THEIRS % ("other", "other", 10), OURS.replace("points: 8", "points: 1")), "test", sets.mail)
    assert (found["verdict"], found["would"]) == ("none", "tag")  # not reject, whatever it would come to


REFUSED = [
    ("lure: context\n", "signs:\n  - {id: context.calm, points: -1, any: ['お知らせです']}\n", (7, 32), "counter-evidence"),
    ("lure: fee\n", "weigh:\n  id: fee.words\n  words:\n    - {text: 手数料, points: 1}\n    - {text: 無料, points: -0.1}\n", (10, 26), "negative points"),
    ("lure: fee\n", "overrides:\n  - {override: fee.pay, points: 1, reason: x, date: 2026-11-25}\n", (7, 3), "overrides"),
    ("lure: fee\n", "exceptions:\n  - {exception: x, client: 192.0.2.1, spare: all, reason: x, date: 2026-11-25}\n", (7, 3), "exceptions"),
]


@pytest.mark.parametrize("lure, text, place, what", REFUSED, ids=[r[3] for r in REFUSED])
def test_take_nothing_away(sets, lure, text, place, what):
    ours, theirs = sets(f"format: 1\norigin: theirs\nversion: 7\n{lure}title: x\n{text}")
    assert run("check", "--patterns", ours, "--patterns", theirs).returncode == 0
    for trust in ("tag", "test"):
        done = run("check", "--json", "--patterns", ours, "--patterns", f"{theirs} trust={trust}")
        errors = [d for d in objects(done) if d.get("level") == "error"]
        assert done.returncode == os.EX_DATAERR
        assert [(d["line"], d["column"]) for d in errors] == [place]
        assert f"no {what} here: this file is not fully trusted (trust: {trust})" in errors[0]["text"]


def test_the_set_is_another_one(sets):
    """Hosts that trust the same files otherwise judge otherwise: so the sets' digests differ."""
    ours, theirs = sets(THEIRS % ("fee", "fee", 5))
    digests = [json.loads(run("scan", "--json", "--patterns", ours, "--patterns", entry, sets.mail).stdout)["set"]
               for entry in (theirs, f"{theirs} trust=full", f"{theirs} trust=tag", f"{theirs} trust=test")]
    assert digests[0] == digests[1] and len(set(digests)) == 3


def test_they_do_not_limit_our_lures(sets):
    """Whichever comes first: title and limit of a lure are those of the most trusted file."""
    ours, theirs = sets((THEIRS % ("fee", "fee", 1)).replace("limit: 20", "limit: 0.1"))
    for paths in ((ours, f"{theirs} trust=tag"), (f"{theirs} trust=tag", ours)):
        found = json.loads(run("explain", "--json", "--patterns", paths[0], "--patterns", paths[1], sets.mail).stdout)
        assert (found["families"][0]["title"], found["families"][0]["limit"], found["points"]) == ("手数料", 20, 9)


@pytest.mark.parametrize("entries", [
    "[{ours}, {theirs} trust=tag]", "\n  - {ours}\n  - {{path: {theirs}, trust: tag}}", "{ours}, {theirs} trust=tag",
    "\n  - {{path: {ours}}}\n  - {{trust: tag, path: {theirs}}}", "\n  - path: {ours}\n    trust: full\n  - path: {theirs}\n    trust: tag",
])
def test_configured(sets, tmp_path, entries):
    ours, theirs = sets(THEIRS % ("other", "other", 10))
    config = tmp_path / "conf"
    config.write_text("reject: yes\npatterns: " + entries.format(ours=ours, theirs=theirs) + "\n")
    found = json.loads(run("explain", "--json", "--config", config, sets.mail).stdout)
    assert found["verdict"] == "tag" and "trust" in found["bars"]
    # What is printed as configuration is read as the same.
    config.write_bytes(run("config", "--config", config).stdout)
    assert f"{theirs} trust=tag" in config.read_text()
    assert json.loads(run("explain", "--json", "--config", config, sets.mail).stdout)["verdict"] == "tag"
    assert run("-n", "-c", config, program="lure-milter").returncode == 0


@pytest.mark.parametrize("entries, place", [
    ("[{path: /x, trust: some}]", (1, 12)), ("[{path: /x, trusted: tag}]", (1, 12)), ("[{trust: tag}]", (1, 12)),
    ("[{path: '/x,y', trust: tag}]", (1, 12)), ("[{path: [/x], trust: tag}]", (1, 12)), ("{path: /x, trust: tag}", (1, 11)),
])
def test_mistakes_in_the_configuration(tmp_path, entries, place):
    config = tmp_path / "conf"
    config.write_text(f"patterns: {entries}\n")
    done = run("config", "--config", config)
    assert done.returncode == os.EX_CONFIG and f"{config}:{place[0]}:{place[1]}: error: " in done.stderr.decode(), done.stderr
    config.write_text("internal_networks: [{path: /x}]\n")
    assert b"must be plain text" in run("config", "--config", config).stderr


def test_no_such_trust(sets):
    ours, theirs = sets(THEIRS % ("other", "other", 10))
    done = run("check", f"{ours} trust=some")
    assert done.returncode == os.EX_DATAERR and b"the trust of a path is full, tag or test" in done.stderr
