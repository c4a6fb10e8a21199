"""Who warns of lures quotes them: the mail of police and consumer centres, where it can be told that it is theirs."""
import json

import pytest
from test_lurectl import run

SET = """\
format: 1
origin: test
version: 1
lure: %s
title: x
"""
FEE = SET % "fee" + "rules:\n  - {id: fee.pay, points: 8, roles: [claim, ask], any: ['手数料を先に'], match: [手数料を先に], pass: [手数料]}\n"
CONTEXT = SET % "context" + """\
signs:
  - {id: context.police, points: -2.5, any: ['警察からのお知らせ']}
  - {id: context.trick, points: -2.5, any: ['という手口']}
  - {id: context.call, points: -2.5, any: ['ご相談ください']}
"""
BODY = "警察からのお知らせです。手数料を先に払えという手口が増えています。ご相談ください。\r\n"
NAME = ["-o", "authserv_id=mx.example.jp", "--queue-id", "4Fx1Qz"]
WARNERS = ["-o", "warners=police.example, center.example"]


@pytest.fixture
def explain(tmp_path):
    for name, text in (("fee", FEE), ("context", CONTEXT)):
        (tmp_path / f"{name}.yaml").write_text(text)

    def call(header, *arguments, as_json=True):
        mail = tmp_path / "mail.eml"
        mail.write_bytes(f"{header}Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{BODY}".encode())
        out = run("explain", *(["--json"] if as_json else []), "--patterns", tmp_path, *NAME, *arguments, mail).stdout.decode()
        return json.loads(out) if as_json else out
    return call


def results(domain, name="mx.example.jp/4Fx1Qz", result="pass", method="dkim", prop="header.d"):
    return f"Authentication-Results: {name}; {method}={result} {prop}={domain}\r\n"


@pytest.mark.parametrize("header, counts", [
    (results("police.example"), True), (results("mail.Center.example"), True),
    (results("info@police.example", method="spf", prop="smtp.mailfrom"), True),
    (results("fakepolice.example"), False), (results("shop.example"), False), (results("police.example", result="fail"), False),
    (results("police.example", name="mx.example.jp"), False), (results("police.example", name="mx.example.jp/5Gx1Qz"), False),
    (results("police.example", name="other.example/4Fx1Qz"), False),
    ("From: Police <info@police.example>\r\n", False), ("Return-Path: <info@police.example>\r\n", False), ("", False),
])
def test_counter_evidence_of_warners_counts_in_full(explain, header, counts):
    found = explain(header, *WARNERS)
    assert (found["context_found"], found["context_bound"]) == (-7.5, -6.0 if counts else -2.0)
    assert (found["context"], found["points"], found["verdict"]) == ((-6.0, 2.0, "none") if counts else (-2.0, 6.0, "tag"))


def test_shown(explain):
    assert "  -6.0  Counter-evidence: of a warner (-7.5 found, at most -6.0)\n" in explain(results("police.example"), *WARNERS, as_json=False)
    assert "  -2.0  Counter-evidence (-7.5 found, at most -2.0)\n" in explain("", *WARNERS, as_json=False)


def test_who_they_are(explain):
    """Real ones where nothing is said; naming others replaces them."""
    assert explain(results("npa.go.jp"))["verdict"] == "none"
    assert explain(results("npa.go.jp"), *WARNERS)["verdict"] == "tag"
    assert explain(results("npa.go.jp"), "-o", "warners=")["verdict"] == "tag"
    assert explain(results("police.example"), *WARNERS, "-o", "shared_senders=example")["verdict"] == "tag"
