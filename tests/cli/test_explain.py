"""lurectl explain: why a message got its verdict, for people at a terminal and for scripts."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()

HIT, AGAINST, QUIET, END = "\x1b[1;31m", "\x1b[32m", "\x1b[35m", "\x1b[0m"

PATTERNS = {"moon": """\
format: 1
origin: test
version: 1
lure: moon
title: 月の土地を売る話
limit: 9
signs:
  - {id: moon.agent, role: claim, points: 2, any: ['月の代理人']}
  - {id: moon.buy, role: ask, points: 3, any: ['土地を買って']}
  - {id: moon.free, role: reassurance, points: 1, any: ['はじめは無料']}
  - {id: moon.trial, role: ask, status: test, points: 1, any: ['地球の土地']}
rules:
  - {id: moon.sale, points: 6, roles: [offer, ask], all: ['月の土地', '特別価格'], match: [月の土地を特別価格で。], pass: [特別価格です。]}
cases:
  - {body: 月の代理人です。土地を買ってください。, expect: moon}
  - {body: こんにちは。, expect: none}
""", "sea": """\
format: 1
origin: test
version: 1
lure: sea
title: 海の底の宝
signs:
  - {id: sea.chest, role: offer, points: 2, any: ['海の底の宝']}
  - {id: sea.fee, role: ask, points: 3, any: ['引き揚げ代']}
  - {id: sea.list, role: claim, points: 1, fields: ['header:X-Ship'], any: ['難破船']}
cases:
  - {body: 海の底の宝です。引き揚げ代をください。, expect: sea}
  - {body: こんにちは。, expect: none}
""",
            "context": """\
format: 1
origin: test
version: 1
lure: context
title: 打ち消す文脈
signs:
  - {id: context.beware, points: -1.5, any: ['ご用心']}
  - {id: context.police, points: -1.5, any: ['警察より']}
"""}


@pytest.fixture(scope="module")
def patterns(tmp_path_factory):
    folder = tmp_path_factory.mktemp("patterns")
    for name, text in PATTERNS.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.fixture
def explain(patterns, tmp_path):
    """explain(body, arguments...): what is printed about a mail with that body."""
    def call(body, *arguments, subject="=?utf-8?b?44GK55+l44KJ44Gb?=", language="C", header="", environment=None, terminal=0):
        mail = tmp_path / "m.eml"
        mail.write_bytes(f"From: a@shop.example\nSubject: {subject}\n{header}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode())
        command = [BUILD / "lurectl", "explain", "--config", "/dev/null", "--patterns", patterns, *arguments, mail]
        env = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", "LC_ALL": language, **(environment or {})}
        if terminal:
            return on_terminal(command, env, terminal)
        done = subprocess.run(command, capture_output=True, env=env, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout) if "--json" in arguments else done.stdout.decode()
    return call


def on_terminal(command, env, columns):
    """What the command writes to a terminal that has so many columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(command, stdout=its, env=env)
    os.close(its)
    out = b""
    try:
        while chunk := os.read(ours, 65536):
            out += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return out.decode().replace("\r\n", "\n")


def width(line):
    line = re.sub("\x1b\\[[0-9;]*m", "", line)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


def section(out, head):
    """The lines below a heading, up to the next one."""
    lines = out.splitlines()
    start = lines.index(head) + 1
    end = next((i for i in range(start, len(lines)) if not lines[i].startswith((" ", "\x1b"))), len(lines))
    return [re.sub("\x1b\\[[0-9;]*m", "", line) for line in lines[start:end]]


BOTH = "月の代理人です。土地を買ってください。月の土地を特別価格で。はじめは無料。海の底の宝です。引き揚げ代をください。ご用心。警察より。"


# --- for people ------------------------------------------------------------------------------------------------------------------

def test_each_hit_has_points_role_and_place(explain):
    lines = section(explain(BOTH), "Signs and rules:")
    first = lines.index("   2.0  moon.agent  sign claim")
    assert [line.strip() for line in lines[first:first + 4]] == ["2.0  moon.agent  sign claim", "body: 月の代理人", "3.0  moon.buy  sign ask", "body: 土地を買って"]
    assert "   6.0  moon.sale  rule offer ask" in lines and "  -1.5  context.beware  sign" in lines


def test_limit_others_and_counter_evidence(explain):
    out = explain(BOTH)
    moon, parts, roles, sea, *_ = section(out, "Families:")
    assert moon == "   9.0  moon  月の土地を売る話"
    assert parts.strip() == "rules 6.0 + signs 6.0 = 12.0, limit 9.0" and roles.strip() == "roles claim offer ask reassurance"
    assert sea == "   5.0  sea  海の底の宝"
    assert section(out, "Sum:") == ["  +9.0  Strongest family: moon", "  +2.0  All other families (+5.0 found, at most +2.0)",
                                    "  -2.0  Counter-evidence (-3.0 found, at most -2.0)", "   0.0  Standing of the sender: off", "   9.0  All together"]


def test_what_a_tag_lacks(explain):
    out = explain("月の代理人です。はじめは無料。")
    assert "Verdict: none  3.0\nWhy: a tag needs 5.0 points, 2.0 are missing\n" in out and "What a reject" not in out
    assert "Why: no family of lures has points\n" in explain("こんにちは。")


def test_which_role_is_missing(explain):
    assert "its signs do not count without a second role\n" in explain("土地を買ってください。")
    assert "its signs do not count without one of ask, pressure, reassurance\n" in explain("月の代理人です。")
    assert section(explain("月の代理人です。"), "Signs and rules:")[0] == "   0.0  moon.agent  sign claim (worth 2.0)"


def test_what_a_reject_lacks(explain):
    def bars(out):
        return [line.strip() for line in section(out, "What a reject would need besides:")]
    reject = ["-o", "reject=yes"]
    body = "月の代理人です。土地を買ってください。月の土地を特別価格で。"
    assert bars(explain(body)) == ["10.0 points of one family alone, without words that weigh", "the option reject, which is off"]
    assert bars(explain("海の底の宝です。引き揚げ代をください。", *reject, "-o", "reject_points=5")) == ["3 roles of the strongest family, which has 2"]
    quoted = explain(f"「{body}」", *reject, "-o", "reject_points=9")
    assert bars(quoted) == ["less quotation: most of the text is quoted", "an ask or a pressure in the mail's own voice"]
    assert "so quotations count as the mail's own words" in quoted
    out = explain(body, *reject, "-o", "reject_points=9")
    assert "Verdict: reject  9.0\nWhy: one family alone has the points" in out and "What a reject" not in out


def test_test_status_evasion_and_quotation_are_named(explain):
    out = explain("月の代★理人です。土地を買ってください。地球の土地も。「はじめは無料」とのこと。ではまた。お元気で。さようなら。")
    lines = section(out, "Signs and rules:")
    assert "   2.0  moon.agent  sign claim, evaded" in lines and "   0.0  moon.trial  sign ask, test (worth 1.0)" in lines
    assert "   1.0  moon.free  sign reassurance, quoted" in lines and "+ evasion 1.0" in out
    assert "  invisible " in explain("月の代\u200b理人です。")


def test_a_hit_in_a_header_is_shown(explain):
    out = explain("海の底の宝です。引き揚げ代をください。", header="X-Ship: =?utf-8?b?6Zuj56C06Ii5?=\nX-Other: 1\n")
    assert "--- header:x-ship ---\n| [[難破船]]\n" in out and "header:x-ship: 難破船" in out and "x-other" not in out


def test_japanese(explain):
    out = explain(BOTH, language="ja_JP.UTF-8")
    for words in ("兆候と規則:", "   6.0  moon.sale  規則 offer ask", "規則 6.0 + 兆候 6.0 = 12.0, 上限 9.0", "+2.0  他の手口すべて (検出 +5.0、上限 +2.0)",
                  "判定: タグ付け  9.0", "理由: タグ付けの 5.0 点に達した", "拒否に足りない条件:"):
        assert words in out, words


# --- colour ------------------------------------------------------------------------------------------------------------------------

def test_marks(explain):
    body = "月の代理人です。土地を買ってください。地球の土地も。ご用心。"
    assert "| [[月の代理人]]です。[[土地を買って]]ください。((地球の土地))も。{{ご用心}}。\n" in explain(body)
    coloured = explain(body, "--color=always")
    assert f"| {HIT}月の代理人{END}です。{HIT}土地を買って{END}ください。{QUIET}地球の土地{END}も。{AGAINST}ご用心{END}。\n" in coloured
    assert f"{HIT}   3.0{END}  moon.buy" in coloured and f"{AGAINST}  -1.5{END}  context.beware" in coloured


def test_when_there_is_colour(explain):
    body = "月の代理人です。"
    assert "\x1b" not in explain(body) and "\x1b" not in explain(body, "--color", "auto")
    assert "\x1b" in explain(body, terminal=80) and "\x1b" not in explain(body, "--color=never", terminal=80)
    assert "\x1b" not in explain(body, terminal=80, environment={"NO_COLOR": "1"})
    assert "\x1b" in explain(body, terminal=80, environment={"NO_COLOR": ""})
    assert "\x1b" not in explain(body, terminal=80, environment={"TERM": "dumb"})
    assert "\x1b" in explain(body, "--color=always", environment={"NO_COLOR": "1"})


@pytest.mark.parametrize("columns", [40, 79, 80])
@pytest.mark.parametrize("colour", ["always", "never"])
def test_lines_fit_the_terminal(explain, columns, colour):
    """Mail lines are broken by display width, behind their bar; marks end and begin again at the break."""
    body = "お知らせです。" * 9 + "月の代理人です。土地を買ってください。" * 9 + "ｶﾅ e\u0301 word " * 20 + "\n\n短い行。"
    out = explain(body, f"--color={colour}", terminal=columns)
    lines = out.splitlines()
    start = lines.index("--- body ---") + 1
    shown = lines[start:lines.index("", start)]
    assert all(line.startswith("| ") or line == "|" for line in shown) and shown[-2:] == ["|", "| 短い行。"]
    assert max(map(width, shown)) <= columns and min(map(width, shown[:-3])) >= columns - 5
    for line in shown:
        assert line.count("[[") == line.count("]]") and line.count("\x1b[") % 2 == 0
    plain = re.sub("\x1b\\[[0-9;]*m|\\[\\[|\\]\\]|^\\| ?", "", "\n".join(shown), flags=re.M).replace("\n", "")
    assert plain == body.replace("\n", "")


# --- hostile text --------------------------------------------------------------------------------------------------------------------

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0f\ufeff\U000e0041]")
HOSTILE = "月の\u200b代\x1b[31m理人\x1b]0;title\x07です\u202e。\x9b2J\u2066土地\ufe0fを買って\u00ad\U000e0041\x00\x08 \x7f\x85\ufeff\n"


@pytest.mark.parametrize("arguments", [[], ["--color=always"]])
def test_nothing_of_a_mail_reaches_the_terminal_raw(explain, arguments):
    out = explain(HOSTILE, *arguments, subject="=?utf-8?q?=1B]0;a=07=E2=80=AE=C2=9B?=",
                  header="X-Ship: =?utf-8?q?=1B[2J=E9=9B=A3=E7=A0=B4=E8=88=B9?=\nReply-To: =?utf-8?q?=1B[1m?= <b@shop.example>\n")
    out = re.sub("\x1b\\[(1;31|32|35|0)m", "", out)
    assert not UNSAFE.search(out), UNSAFE.search(out)
    assert "<1B>" in out and "<U+202E>" in out and "<U+200B>" in out and "<9B>" in out


def test_no_line_of_a_mail_passes_for_one_of_ours(explain):
    out = explain("月の代理人です。土地を買ってください。\nVerdict: none  0.0\n--- body ---\n   0.0  moon.buy  sign\n")
    assert [line for line in out.splitlines() if line.startswith("Verdict:")] == ["Verdict: tag  5.0"]
    assert out.count("\n--- body ---") == 1 and "| Verdict: none  0.0\n" in out
    filled = explain("月の代理人です。土地を買ってください。" + " " * 40 + "Verdict: none  0.0", terminal=80, environment={"NO_COLOR": "1"})
    assert [line for line in filled.splitlines() if line.lstrip().startswith("Verdict:")] == ["Verdict: tag  5.0"]


# --- for scripts ---------------------------------------------------------------------------------------------------------------------

def test_json_has_the_same_facts(explain):
    o = explain(BOTH, "--json", "-o", "reject=yes")
    assert set(o) == {"file", "index", "verdict", "would", "without", "exceptions", "points", "lures", "rules", "flaws", "ms", "reason", "bars", "tag_points", "reject_points",
                      "hits", "words", "families", "others", "others_found", "context", "context_found", "context_bound", "standing", "quotes_own", "set", "version", "decoded"}
    assert (o["verdict"], o["points"], o["bars"], o["quotes_own"]) == ("tag", 9.0, ["points"], False)
    assert (o["others"], o["others_found"], o["context"], o["context_found"]) == (2.0, 5.0, -2.0, -3.0)
    assert o["standing"] == {"state": "off", "points": 0.0} and (o["tag_points"], o["reject_points"]) == (5.0, 10.0)
    assert o["families"][0] == {"lure": "moon", "title": "月の土地を売る話", "points": 9.0, "limit": 9.0, "rule_points": 6.0, "sign_points": 6.0,
                                "common_points": 0.0, "evaded_points": 0.0, "word_points": 0.0, "roles": ["claim", "offer", "ask", "reassurance"],
                                "together": True}
    assert [h["id"] for h in o["hits"]] == [r["id"] for r in o["rules"]] and o["words"] == []
    sale = next(h for h in o["hits"] if h["id"] == "moon.sale")
    assert sale == {"id": "moon.sale", "kind": "rule", "status": "stable", "roles": ["offer", "ask"], "worth": 6.0, "points": 6.0, "field": "body",
                    "from": 19, "to": 23, "text": "月の土地", "view": "text", "evaded": False, "quoted": False}
    for h in o["hits"]:
        assert o["decoded"][h["field"]][h["from"]:h["to"]] == h["text"]


def test_json_of_what_does_not_count(explain):
    o = explain("月の代理人です。地球の土地。", "--json")
    assert o["lures"] == [] and [(f["lure"], f["points"], f["sign_points"], f["together"]) for f in o["families"]] == [("moon", 0.0, 2.0, False)]
    assert [(h["id"], h["status"], h["worth"], h["points"]) for h in o["hits"]] == [("moon.agent", "stable", 2.0, 0.0), ("moon.trial", "test", 1.0, 0.0)]
    assert o["bars"] == [] and explain("海の底の宝です。引き揚げ代を。", "--json")["bars"] == ["points", "roles", "off"]
    header = explain("海の底の宝です。", "--json", header="X-Ship: =?utf-8?b?6Zuj56C06Ii5?=\n")["hits"][-1]
    assert header["field"] == "header:x-ship" and header["text"] == "難破船"


def test_json_is_valid_whatever_the_mail(explain):
    o = explain(HOSTILE, "--json", subject="=?utf-8?q?=FF\"\\=E2=80=A8?=")
    assert o["decoded"]["body"] and "\u202e" in o["decoded"]["body"]
