"""The life of patterns in a running milter: what is in test or observed only, and what the counters tell of it."""
import json
import os
import subprocess

from milter import program
from test_milter import CLEAN, HEADERS, TAG, send

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
