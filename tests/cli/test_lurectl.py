"""lurectl as people and their scripts call it: arguments in, text, JSON and exit status out."""
import json
import mailbox
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()
SAMPLES = sorted((HERE / "contrib/samples").glob("*.eml"))
LURES = [p for p in SAMPLES if p.name.startswith("lure-")]
ORDINARY = [p for p in SAMPLES if p.name.startswith("ordinary-")]

SCAN_KEYS = {"file", "index", "verdict", "points", "lures", "rules", "flaws", "ms"}
DECODE_KEYS = {"file", "index", "subject", "from_name", "from_address", "reply_to", "body", "hidden", "links", "file_names",
               "parts", "flaws"}


def run(*arguments, stdin=None, language="C", program="lurectl"):
    return subprocess.run([BUILD / program, *map(str, arguments)], input=stdin, capture_output=True, timeout=120,
                          env={**os.environ, "LC_ALL": language})


def objects(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_order(text, *words):
    at = -1
    for word in words:
        at = text.find(word, at + 1)
        assert at >= 0, (word, text)


# --- scan ------------------------------------------------------------------------------------------------------------------

def test_samples_are_what_their_names_say():
    done = run("scan", "--json", *SAMPLES)
    assert done.returncode == 1
    for o in objects(done):
        assert SCAN_KEYS <= set(o)
        name = Path(o["file"]).stem
        if name.startswith("lure-"):
            assert o["verdict"] == "tag" and name[len("lure-"):] in [lure["lure"] for lure in o["lures"]]
            assert all({"id", "points", "field", "view", "evaded", "excerpt"} <= set(rule) for rule in o["rules"])
        else:
            assert o["verdict"] == "none", o


def test_exit_status_tells_whether_something_was_found():
    assert run("scan", *ORDINARY).returncode == 0
    assert run("scan", LURES[0]).returncode == 1
    assert run("scan", LURES[0], "/nonexistent/mail.eml").returncode == os.EX_NOINPUT


def test_scan_for_people():
    english, japanese = (run("scan", LURES[0], ORDINARY[0], language=lang) for lang in ("C", "ja_JP.UTF-8"))
    assert b": tag " in english.stdout and b": none" in english.stdout
    assert "タグ付け" in japanese.stdout.decode() and "該当なし" in japanese.stdout.decode()


def test_standard_input_folder_mbox_and_maildir(tmp_path):
    raw = LURES[0].read_bytes()
    assert [o["file"] for o in objects(run("scan", "--json", "-", stdin=raw))] == ["-"]
    (tmp_path / "folder/sub").mkdir(parents=True)
    (tmp_path / "folder/a.eml").write_bytes(raw)
    (tmp_path / "folder/sub/b.eml").write_bytes(ORDINARY[0].read_bytes())
    assert sorted(o["verdict"] for o in objects(run("scan", "--json", tmp_path / "folder"))) == ["none", "tag"]
    box = mailbox.mbox(tmp_path / "box")
    for p in (LURES[0], ORDINARY[0], LURES[1]):
        box.add(p.read_bytes())
    box.close()
    assert [(o["index"], o["verdict"]) for o in objects(run("scan", "--json", tmp_path / "box"))] == [(0, "tag"), (1, "none"), (2, "tag")]
    directory = mailbox.Maildir(tmp_path / "Maildir")
    directory.add(raw)
    (tmp_path / "Maildir/tmp/half").write_bytes(raw)
    assert len(objects(run("scan", "--json", tmp_path / "Maildir"))) == 1


def test_same_verdict_for_every_line_end(tmp_path):
    raw = LURES[0].read_bytes().replace(b"\r\n", b"\n")
    (tmp_path / "lf.eml").write_bytes(raw)
    (tmp_path / "crlf.eml").write_bytes(raw.replace(b"\n", b"\r\n"))
    got = objects(run("scan", "--json", tmp_path / "lf.eml", tmp_path / "crlf.eml"))
    assert len(got) == 2 and got[0]["points"] == got[1]["points"] and got[0]["rules"] == got[1]["rules"]


@pytest.fixture
def milter(tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    log = open(tmp_path / "log", "wb")
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    daemon = subprocess.Popen([BUILD / "lure-milter", "-f", "-c", "/dev/null", "-p", f"inet:{port}@127.0.0.1", *user,
                               "-o", "syslog=no", "-o", f"patterns={HERE}/patterns"], stderr=log)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"inet:{port}@127.0.0.1"
    finally:
        daemon.terminate()
        assert daemon.wait(15) == 0
        log.close()


def test_scan_through_a_running_milter(milter):
    table = run("scan", "--milter", milter, *SAMPLES)
    assert table.returncode == 1
    lines = table.stdout.decode().splitlines()
    assert len(lines) >= len(SAMPLES) + 1
    for p in SAMPLES:
        row = next(line for line in lines if p.name in line)
        assert ("tagged" in row and p.stem[5:] in row) if p in LURES else "passed on" in row
    for o in objects(run("scan", "--json", "--milter", milter, LURES[0], ORDINARY[0])):
        expected = "tag" if Path(o["file"]).name.startswith("lure-") else "none"
        assert o["action"] == "accept" and o["status"].split(";")[0] == expected


def test_no_milter_there():
    done = run("scan", "--milter", "inet:1@127.0.0.1", LURES[0])
    assert done.returncode > 1 and b"inet:1@127.0.0.1" in done.stderr


# --- decode and explain -------------------------------------------------------------------------------------------------------

def test_decode():
    o = objects(run("decode", "--json", LURES[0]))[0]
    assert DECODE_KEYS <= set(o) and {"type", "declared", "used", "replaced"} <= set(o["parts"][0])
    assert {"target", "text"} <= set((o["links"] or [{"target": 0, "text": 0}])[0])
    assert o["body"].strip() and o["body"].strip().splitlines()[0] in run("decode", LURES[0]).stdout.decode()


def test_terminal_is_safe(tmp_path):
    (tmp_path / "m.eml").write_bytes("From: a@shop.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n"
                                     "a\x1b]0;title\x07b\x9b31m \u202etxet\n".encode())
    for command in ("decode", "explain", "scan"):
        out = run(command, tmp_path / "m.eml").stdout.decode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out), (command, out)


def test_explain_shows_every_stage():
    out = run("explain", LURES[0]).stdout.decode()
    in_order(out, "Parts:", "declared", "Signs and rules:", "Families:", "Verdict: tag", "Why:")
    assert LURES[0].stem[5:] in out


# --- check --------------------------------------------------------------------------------------------------------------------

BAD = """\
format: 1
origin: test
version: 1
lure: broken
titel: T
rules:
  - id: broken.one
    points: many
    any: ['(開いた']
    match: ['x']
  - id: broken.two
    points: 1
    status: maybe
    any: ['後方(?<=参照)']
    match: ['後方']
    pass: ['前方']
  - id: broken.two
    points: 1
    any: ['<nowhere>']
    match: ['あ']
    pass: ['い']
"""


def test_check_shipped():
    done = run("check")
    assert done.returncode == 0 and b"good" in done.stdout and done.stderr == b"", done.stderr.decode()


def test_check_names_every_mistake(tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD)
    done = run("check", tmp_path / "bad.yaml")
    said = done.stderr.decode()
    assert done.returncode == os.EX_DATAERR
    for line, column, words in ((5, 1, "titel"), (8, 13, "points"), (9, 12, ""), (13, 13, "maybe"), (14, 12, ""), (17, 9, "broken.two"),
                                (19, 12, "nowhere")):
        found = [m for m in re.finditer(r"bad\.yaml:(\d+):(\d+): error: (.*)", said) if int(m[1]) == line]
        assert found, (line, said)
        assert any(words in m[3] for m in found), (words, said)
        assert any(column <= int(m[2]) <= column + 8 for m in found), (line, column, said)
    assert "did you mean 'title'" in said


def test_caret_stands_under_full_width_text(tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD)
    lines = run("check", tmp_path / "bad.yaml").stderr.decode().splitlines()
    at = next(i for i, line in enumerate(lines) if "bad.yaml:14:" in line)
    column = lines[at + 2].index("^")
    wide = 0
    for c in lines[at + 1]:
        if wide >= column:
            break
        wide += 2 if ord(c) > 0x2E80 else 1
    assert wide == column and c == "("


# --- config, status, usage ------------------------------------------------------------------------------------------------------

def test_config(tmp_path):
    (tmp_path / "c").write_text("tag_points: 6.5\n")
    out = run("config", "--config", tmp_path / "c", "--changed").stdout.decode()
    assert out == "tag_points: 6.5\n"
    assert "tag_points: 4" in run("config", "--config", tmp_path / "c", "-o", "tag_points=4").stdout.decode()
    assert run("config", "--config", "/dev/null", "--changed").stdout == b""


@pytest.mark.parametrize("arguments, status, words", [
    ((), os.EX_USAGE, "usage"),
    (("sacn",), os.EX_USAGE, "unknown command 'sacn'"),
    (("scan",), os.EX_USAGE, "name messages"),
    (("scan", "--jsno", "x"), os.EX_USAGE, "--jsno"),
    (("scan", "/nonexistent/mail.eml"), os.EX_NOINPUT, "/nonexistent/mail.eml"),
    (("decode", "/nonexistent/mail.eml"), os.EX_NOINPUT, "/nonexistent/mail.eml"),
    (("explain", "/nonexistent/mail.eml"), os.EX_NOINPUT, "/nonexistent/mail.eml"),
    (("check", "/nonexistent/p.yaml"), os.EX_NOINPUT, "/nonexistent/p.yaml"),
    (("scan", "-o", "tag_points=lots", "x"), os.EX_CONFIG, "tag_points"),
    (("scan", "-o", "tag_ponts=5", "x"), os.EX_CONFIG, "did you mean 'tag_points'"),
    (("config", "--config", "/nonexistent/c"), os.EX_CONFIG, "/nonexistent/c"),
    (("status", "--socket", "/nonexistent/s"), os.EX_UNAVAILABLE, "/nonexistent/s"),
])
def test_mistakes(arguments, status, words):
    done = run(*arguments)
    assert done.returncode == status, done.stderr.decode()
    assert words in done.stderr.decode()


@pytest.mark.skipif(os.getuid() != 0, reason="needs a user who can be denied")
def test_unreadable_folder(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    tmp_path.chmod(0o755)
    program = tmp_path / "lurectl"
    program.write_bytes((BUILD / "lurectl").read_bytes())
    program.chmod(0o755)
    for parent in tmp_path.parents:
        if str(parent).startswith("/tmp/pytest-of"):
            parent.chmod(0o755)
    own = tmp_path / "patterns"
    shutil.copytree(HERE / "patterns", own)
    done = subprocess.run([program, "scan", "--config", "/dev/null", "--patterns", own, folder],
                          capture_output=True, user="nobody", timeout=60)
    assert done.returncode == os.EX_NOINPUT and str(folder) in done.stderr.decode()


def test_help_and_version():
    assert run("--version").stdout.startswith(b"lurectl ")
    assert b"scan" in run("--help").stdout
    for command in ("scan", "decode", "explain", "check", "test", "config", "status"):
        assert run(command, "--help").returncode == 0
