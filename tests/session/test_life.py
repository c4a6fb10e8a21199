"""The life of patterns in a running milter: what is in test or observed only, and what the counters tell of it."""
import json
import os
import subprocess

from milter import program
from test_milter import CLEAN, HEADERS, REJECT, TAG, send

RULE = """\
  - id: umbrella.{name}
    points: {points}
    roles: [ask]
    status: {status}
    any: ['{text}']
    match: ['{text}ください。']
    pass: ['傘']
"""
HALF = "赤い傘を貸して"


def lurectl(*arguments, language="C"):
    environment = {**os.environ, "LC_ALL": language}
    return subprocess.run([program("lurectl"), *map(str, arguments)], capture_output=True, text=True, timeout=60, env=environment).stdout


def messages(d):
    return [line for line in d.text().splitlines() if "4Fx1Qz: verdict" in line]


def status(path, *more):
    return lurectl("status", "--config", "/dev/null", "--socket", f"local:{path}", *more)


def add_tests(patterns):
    rules = [("whole", 6, "緑の傘を貸して"), ("half", 3, HALF), ("other-half", 3, "黒い傘を貸して")]
    patterns.write_text(patterns.read_text() + "".join(
        RULE.format(name=name, points=points, text=text, status="test") for name, points, text in rules))


def test_what_is_in_test_counts_what_it_would_do(daemon, folder, patterns):
    add_tests(patterns)
    with daemon(status_socket=f"local:{folder}/status") as d:
        for body in ("緑の傘を貸してください。", HALF + "ください。", HALF + "ください。黒い傘を貸してください。"):
            assert send(d, body.encode()).status() == "none"
        send(d, TAG)
        whole, half, halves, tag = messages(d)
        assert "verdict=none" in whole and "rules=umbrella.whole(test:tag) would=tag " in whole
        assert "rules=umbrella.half(test) flaws" in half
        assert "rules=umbrella.half(test),umbrella.other-half(test) would=tag " in halves
        assert "verdict=tag" in tag and "would=" not in tag
        counted = json.loads(status(folder / "status", "--json"))
        assert {k: v for k, v in counted.items() if k.startswith(("rule_", "test_"))} == {
            'rule_hits_total{rule="umbrella.keep"}': 1,
            'rule_tagged_total{rule="umbrella.keep"}': 1,
            'test_hits_total{rule="umbrella.half"}': 2,
            'test_hits_total{rule="umbrella.other-half"}': 1,
            'test_hits_total{rule="umbrella.whole"}': 1,
            'test_raised_total{rule="umbrella.whole"}': 1,
            "test_verdict_raised_total": 2,
            "test_verdict_lowered_total": 0,
        }
        shown = status(folder / "status")
        rows = [line.split() for line in shown.splitlines()]
        assert ["umbrella.keep", "1", "1"] in rows
        at = rows.index(["umbrella.half", "2", "0", "0"])
        assert rows[at + 1 : at + 3] == [["umbrella.other-half", "1", "0", "0"], ["umbrella.whole", "1", "1", "0"]]
        assert "rule_hits_total" not in shown
        assert "試用中" in lurectl("status", "--config", "/dev/null", "--socket", f"local:{folder}/status", language="ja_JP.UTF-8")


def test_the_set_is_named(daemon, folder, patterns):
    with daemon(status_socket=f"local:{folder}/status") as d:
        send(d, TAG)
        digest = json.loads(lurectl("check", "--json", patterns).splitlines()[-1])["digest"]
        assert f" patterns, set={digest} version=test/1" in d.text()
        assert messages(d)[0].endswith(f" set={digest} version=test/1 act=header")
        patterns.write_text(patterns.read_text().replace("version: 1", "version: 2026.2"))
        assert d.reload()
        send(d, TAG)
        later = json.loads(lurectl("scan", "--json", "--patterns", patterns, "/dev/null").splitlines()[-1])
        assert later["version"] == "test/2026.2" and later["set"] != digest
        assert f"reloaded: 2 patterns, set={later['set']} version=test/2026.2" in d.text()
        assert messages(d)[1].endswith(f" set={later['set']} version=test/2026.2 act=header")
        assert f'set_info{{set="{later["set"]}",version="test/2026.2"}}' in status(folder / "status")
        assert digest not in status(folder / "status", "--raw")


def test_observed_verdicts_are_counted_by_rule(daemon, folder):
    with daemon(status_socket=f"local:{folder}/status", mode="observe") as d:
        assert send(d, TAG).edits == [] and send(d, CLEAN).edits == []
        assert send(d, TAG, HEADERS, recipients=["taro@example.jp", "hanako@example.jp"]).edits == []
        counted = json.loads(status(folder / "status", "--json"))
        assert counted["observed_total"] == 2 and counted["verdict_tag_total"] == 2 and counted["verdict_none_total"] == 1
        assert counted['rule_tagged_total{rule="umbrella.keep"}'] == 2


def test_status_shows_the_most_frequent(daemon, folder, patterns):
    patterns.write_text(patterns.read_text() + "".join(
        RULE.format(name=f"n{i}", points=0, text=f"番号{i:03d}の傘", status="stable") for i in range(60)))
    with daemon(status_socket=f"local:{folder}/status") as d:
        send(d, "".join(f"番号{i:03d}の傘。" for i in range(60)).encode())
        send(d, "番号059の傘。".encode())
        shown = status(folder / "status").splitlines()
        rows = [line.split() for line in shown if line.startswith("umbrella.n")]
        assert len(rows) == 50 and rows[0] == ["umbrella.n59", "2", "0"]
        assert shown[-1] == "and 10 more: --json shows all"


# --- exceptions ---------------------------------------------------------------------------------------------------------

EXCEPTIONS = """\
format: 1
origin: site
version: 1
exceptions:
  - exception: members
    domain: news.example
    spare: umbrella
    reason: 会員への案内
    date: 2026-11-25
  - exception: partner
    client: 203.0.113.0/24
    spare: [umbrella.keep, umbrella.key]
    reason: 取引先
    date: 2026-11-25
  - exception: hanako
    recipient: hanako@example.jp
    spare: all
    reason: 本人の希望
    date: 2026-11-25
"""
SIGNED = [("Authentication-Results", "mx.example.jp/4Fx1Qz; dkim=pass header.d=news.example")]


def with_exceptions(daemon, folder, patterns, **options):
    (folder / "site.yaml").write_text(EXCEPTIONS)
    d = daemon(**options)
    d.write_config(patterns=f"[{patterns}, {folder}/site.yaml]")
    return d


def test_what_an_exception_spares_is_neither_tagged_nor_rejected(daemon, folder, patterns):
    with with_exceptions(daemon, folder, patterns, reject="yes", status_socket=f"local:{folder}/status") as d:
        cases = [
            ({}, None), ({"headers": SIGNED + HEADERS}, "members"),
            ({"headers": [("Authentication-Results", "mx.example.jp/other; dkim=pass header.d=news.example")] + HEADERS}, None),
            ({"headers": [("Authentication-Results", "mx.example.jp; dkim=pass header.d=news.example")] + HEADERS}, None),
            ({"client": "203.0.113.5"}, "partner"), ({"client": "203.0.114.5"}, None),
            ({"recipients": ["hanako@example.jp"]}, "hanako"), ({"recipients": ["Hanako+x@example.jp"]}, "hanako"),
            ({"recipients": ["hanako@example.jp", "taro@example.jp"]}, None),
        ]
        for body, act in ((TAG, "tag"), (REJECT, "reject")):
            for envelope, name in cases:
                o = send(d, body, **envelope)
                line = messages(d)[-1]
                if name is None:
                    assert (o.action, f"verdict={act} " in line) == ("reject" if act == "reject" else "accept", True), (envelope, line)
                    assert "exceptions=" not in line
                else:
                    assert (o.action, o.status()) == ("accept", "none")
                    rule = "umbrella.keep" if act == "tag" else "umbrella.key"
                    assert f"verdict=none points=0.0 lures=- rules={rule}(excepted) exceptions={name} without={act} " in line
        send(d, CLEAN, client="203.0.113.5")
        assert "exceptions=" not in messages(d)[-1]
        counted = json.loads(status(folder / "status", "--json"))
        assert {k: v for k, v in counted.items() if k.startswith("exception_")} == {
            'exception_spared_total{exception="hanako"}': 4, 'exception_spared_total{exception="members"}': 2,
            'exception_spared_total{exception="partner"}': 2}


def test_what_an_exception_spares_is_no_clean_mail(daemon, folder, patterns):
    """A sender whose lures are let pass must not earn a good name by them, nor a bad one."""
    with with_exceptions(daemon, folder, patterns, reputation="memory") as d:
        for i in range(5):
            send(d, TAG + f"number {i}\r\n".encode() * 9, client="203.0.113.5")
        assert d.count("standing=new") == 5
        send(d, CLEAN, client="203.0.113.5")
        send(d, CLEAN, client="203.0.113.5")
        assert "standing=0." in messages(d)[-1]


def test_too_many_recipients_to_know_them_all(daemon, folder, patterns):
    """Of recipients beyond those that are kept nobody knows whether they fit."""
    with with_exceptions(daemon, folder, patterns) as d:
        many = [f"hanako+{i}@example.jp" for i in range(1000)]
        assert send(d, TAG, recipients=many).status() == "none"
        assert send(d, TAG, recipients=[*many, "taro@example.jp"]).status().startswith("tag")


# --- warners ----------------------------------------------------------------------------------------------------------


def test_warners(daemon, patterns):
    """What takes a tag of two points to none is still a tag where nobody can tell that the police sent it."""
    text = patterns.read_text().replace("points: 6.0", "points: 8.0")
    patterns.write_text(text)
    context = patterns.parent / "context.yaml"
    context.write_text("format: 1\norigin: test\nversion: 1\nlure: context\ntitle: x\nsigns:\n"
                       "  - {id: context.warning, points: -5, any: ['にご注意ください']}\n")
    d = daemon(warners="police.example")
    d.write_config(patterns=f"[{patterns}, {context}]")
    with d:
        body = TAG + "こうした誘いにご注意ください。".encode()
        for name, status in (("mx.example.jp/4Fx1Qz", "none"), ("mx.example.jp/other", "tag; lures=umbrella"), ("mx.example.jp", "tag; lures=umbrella")):
            headers = [("Authentication-Results", f"{name}; dkim=pass header.d=police.example")] + HEADERS
            assert send(d, body, headers).status() == status
            assert (" warner=yes standing=" in messages(d)[-1]) == (status == "none")


# --- trust --------------------------------------------------------------------------------------------------------------


def test_what_is_not_fully_trusted_never_rejects(daemon, patterns):
    d = daemon(reject="yes")
    for trust, action, status in (("full", "reject", None), ("tag", "accept", "tag; lures=umbrella"), ("test", "accept", "none")):
        d.write_config(patterns=f"[{{path: {patterns}, trust: {trust}}}]")
        with d:
            o = send(d, REJECT)
            assert (o.action, o.status()) == (action, status), trust
            if trust == "test":
                assert "verdict=none points=0.0 lures=- rules=umbrella.key(test:tag) would=tag " in messages(d)[-1]
