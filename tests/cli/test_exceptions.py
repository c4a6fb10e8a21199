"""For whom a site has something not count: exceptions by authenticated domain, client network and recipient."""
import json
import os

import pytest
from test_lurectl import objects, run
from test_overrides import MAIL, SHIPPED

SITE = "format: 1\norigin: site\nversion: 1\nexceptions:\n"
WHY = "    reason: 会員向けの案内\n    date: 2026-11-25\n"
NAME = ["-o", "authserv_id=mx.example.jp"]
RESULTS = b"Authentication-Results: %s; dkim=pass header.d=news.example\r\n"


@pytest.fixture
def site(tmp_path):
    """site(keys, spare) -> a folder of patterns with that exception; site.mail(header) -> a lure behind that header."""
    def build(keys, spare="[shipped/fee]", more=""):
        folder = tmp_path / "set"
        folder.mkdir(exist_ok=True)
        (folder / "shipped.yaml").write_text(SHIPPED)
        (folder / "site.yaml").write_text(f"{SITE}  - exception: members\n    {keys}\n    spare: {spare}\n{WHY}{more}")
        return folder

    def mail(header=b""):
        (tmp_path / "mail.eml").write_bytes(header + MAIL)
        return tmp_path / "mail.eml"

    build.mail = mail
    return build


def scan(folder, mail, *arguments):
    done = run("scan", "--json", "--patterns", folder, *arguments, mail)
    return objects(done)[0], done.returncode


def test_client_and_recipient(site):
    folder = site("{client: [192.0.2.0/24, '2001:db8::/32']}".strip("{}"))
    assert scan(folder, site.mail())[0]["verdict"] == "tag"
    found, status = scan(folder, site.mail(), "--client", "192.0.2.9")
    assert (found["verdict"], found["points"], found["without"], found["exceptions"], status) == ("none", 0, "tag", ["members"], 0)
    assert [r["id"] for r in found["rules"]] == ["fee.first", "fee.second"]
    found, status = scan(folder, site.mail(), "--client", "192.0.3.9")
    assert (found["verdict"], found["without"], found["exceptions"], status) == ("tag", "tag", [], 1)
    folder = site("recipient: .example.jp")
    assert scan(folder, site.mail(), "--recipient", "taro@mail.example.jp")[0]["verdict"] == "none"
    assert scan(folder, site.mail(), "--recipient", "taro@mail.example.jp", "--recipient", "taro@example.com")[0]["verdict"] == "tag"


def test_only_what_is_named(site):
    found, _ = scan(site("client: 192.0.2.1", "fee.first"), site.mail(), "--client=192.0.2.1")
    assert (found["verdict"], found["points"], found["exceptions"]) == ("none", 2.0, ["members"])


@pytest.mark.parametrize("results, arguments, fits", [
    (b"mx.example.jp/4Fx1Qz", ["--queue-id", "4Fx1Qz"], True),
    (b"mx.example.jp/4Fx1Qz", ["--queue-id", "5Gx1Qz"], False),
    (b"mx.example.jp/4Fx1Qz", [], False),
    (b"mx.example.jp", [], False),
    (b"mx.example.jp", ["-o", "trust_authserv_id=yes"], True),
    (b"other.example", ["-o", "trust_authserv_id=yes"], False),
])
def test_domain_by_a_header_that_can_be_trusted(site, results, arguments, fits):
    folder = site("domain: news.example")
    found, _ = scan(folder, site.mail(RESULTS % results), *NAME, *arguments)
    assert found["verdict"] == ("none" if fits else "tag")


def test_a_header_below_received_is_not_trusted(site):
    mail = site.mail(b"Received: from x by mx.example.jp; Wed, 25 Nov 2026 09:00:00 +0900\r\n" + RESULTS % b"mx.example.jp")
    assert scan(site("domain: news.example"), mail, *NAME, "-o", "trust_authserv_id=yes")[0]["verdict"] == "tag"


@pytest.mark.parametrize("header", [
    b"From: Members <info@news.example>\r\n", b"Return-Path: <info@news.example>\r\n", b"Sender: info@news.example\r\n",
    b"DKIM-Signature: v=1; d=news.example; b=x\r\n", b"Received-SPF: pass (news.example)\r\n", b"To: taro@example.jp\r\n",
    b"Delivered-To: taro@example.jp\r\n", b"Received: from news.example ([192.0.2.1]) by mx.example.jp for <taro@example.jp>\r\n",
    b"X-Originating-IP: 192.0.2.1\r\n",
])
def test_nothing_that_a_sender_writes_counts(site, header):
    for keys in ("domain: news.example", "client: 192.0.2.1", "recipient: taro@example.jp"):
        assert scan(site(keys), site.mail(header), *NAME, "-o", "trust_authserv_id=yes")[0]["verdict"] == "tag"


def test_explain(site):
    folder = site("client: 192.0.2.1", "fee.first")
    arguments = ["explain", "--patterns", folder, "--client", "192.0.2.1", site.mail()]
    said = run(*arguments).stdout.decode()
    assert "fee.first  rule offer ask, excepted by members (worth 6.0)" in said and "Without exceptions: tag\n" in said
    assert f"Exceptions:\n        members: 会員向けの案内 ({folder}/site.yaml:5)\n" in said
    hits = {h["id"]: h for h in json.loads(run(*arguments, "--json").stdout)["hits"]}
    assert hits["fee.first"]["exception"] == "members" and hits["fee.first"]["points"] == 0 and "exception" not in hits["fee.second"]
    assert "Exceptions" not in run("explain", "--patterns", folder, site.mail()).stdout.decode()


def test_check_warns_and_stops_nothing(site):
    def said(*arguments):
        done = run("check", "--json", site(*arguments))
        return done.returncode, [(d["level"], d["line"], d["column"]) for d in objects(done)[:-1] if "text" in d and "fee.second" not in d["text"]]
    assert said("client: 192.0.2.1") == (0, [])
    assert said("client: 192.0.2.1", "gone.rule") == (0, [("warning", 7, 12)])
    assert said("client: 192.0.2.1", "fee", "    until: 2020-01-01\n") == (0, [("warning", 10, 12)])
    assert said("domain: gmail.com") == (0, [("warning", 5, 0)])
    assert said("client: x")[0] == os.EX_DATAERR


def test_an_exception_that_has_ended_spares_nothing(site):
    folder = site("client: 192.0.2.1", more="    until: 2020-01-01\n")
    assert scan(folder, site.mail(), "--client", "192.0.2.1")[0]["verdict"] == "tag"


def test_options_of_the_envelope(site):
    folder = site("client: 192.0.2.1")
    for arguments in (["--client", "x"], ["--client", "192.0.2.0/24"], ["--milter", "inet:1@127.0.0.1", "--client", "192.0.2.1"], ["--recipient"]):
        done = run("scan", "--patterns", folder, *arguments, *([] if arguments[-1] == "--recipient" else [site.mail()]))
        assert done.returncode == os.EX_USAGE and done.stderr, arguments
