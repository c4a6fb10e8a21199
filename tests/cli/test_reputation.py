"""lurectl reputation with the memory store's file."""
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

PROGRAM = str(Path(os.environ.get("top_builddir", "build")).resolve() / "lurectl")
CONTENT = '{{"key":"{0}","hour":' + str(int(time.time()) // 3600) + ',"seen":4,"lures":{1},"lure":0,"clean":0}}\n'


@pytest.fixture
def run(tmp_path):
    """lurectl reputation with a key and a file of its own: (status, output, errors)."""

    def run(*arguments, stdin=None, options=()):
        command = [PROGRAM, "reputation", "--config", "/dev/null", "-o", f"reputation_file={tmp_path}/store",
                   "-o", f"reputation_key={tmp_path}/key", *options, *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    assert run("new-key")[0] == 0
    return run


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


def keys_of(run, sender):
    status, out, _ = run("show", sender, "--json")
    assert status == 0
    return {o["kind"]: o for o in objects(out)}


def test_new_key(run, tmp_path):
    key = tmp_path / "key"
    assert key.stat().st_mode & 0o777 == 0o640 and key.stat().st_size == 32
    before = key.read_bytes()
    assert run("new-key")[0] == 73 and key.read_bytes() == before
    assert run("new-key", str(tmp_path / "second"))[0] == 0
    assert (tmp_path / "second").read_bytes() != before
    key.chmod(0o644)
    status, _, errors = run("list", "worst")
    assert status == 78 and "others can read" in errors


def test_a_sender_s_keys(run):
    assert set(keys_of(run, "192.0.2.1")) == {"address", "network"}
    assert set(keys_of(run, "shop.example")) == {"domain"}
    one, other = keys_of(run, "192.0.2.1"), keys_of(run, "192.0.2.9")
    assert one["network"]["key"] == other["network"]["key"] and one["address"]["key"] != other["address"]["key"]
    assert keys_of(run, "2001:db8::1")["address"] == keys_of(run, "2001:db8::2")["address"]
    assert keys_of(run, "SHOP.example") == keys_of(run, "shop.example")
    for wrong in ["", "nothing", "192.0.2.0/24", "a@shop.example"]:
        assert run("show", wrong)[0] == 64


def test_import_show_forget_export(run, tmp_path):
    bad, good = keys_of(run, "bad.example")["domain"]["key"], keys_of(run, "good.example")["domain"]["key"]
    lines = CONTENT.format(bad, 4) + CONTENT.format(good, 0)
    (tmp_path / "lines").write_text(lines)
    assert run("import", str(tmp_path / "lines"))[0] == 0
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o600
    assert sorted(run("export")[1].splitlines(True)) == sorted(lines.splitlines(True))
    assert [o["key"] for o in objects(run("list", "worst", "--json")[1])] == [bad, good]
    assert [o["key"] for o in objects(run("list", "best", "--json")[1])] == [good, bad]
    assert keys_of(run, "bad.example")["domain"]["share"] > 0.1 > keys_of(run, "good.example")["domain"]["share"]
    status, out, _ = run("show", "bad.example")
    assert status == 0 and bad in out and "standing 0." in out
    assert run("forget", "bad.example")[1] == "1 keys forgotten\n"
    assert run("forget", "bad.example")[1] == "0 keys forgotten\n"
    assert run("export")[1] == CONTENT.format(good, 0)
    assert "1 of 100000 keys" in run("check")[1]
    assert run("import", "-", stdin=lines)[0] == 0 and len(run("export")[1].splitlines()) == 2


@pytest.mark.parametrize("line", ["", "{}", CONTENT.format("0" * 31, 0), CONTENT.format("0" * 32, 5),
                                  CONTENT.format("0" * 32, 0).replace('"lure":0', '"lure":nan'),
                                  CONTENT.format("0" * 32, 0)[:-2] + "x\n", CONTENT.format("Z" * 32, 0)])
def test_a_wrong_line_imports_nothing(run, tmp_path, line):
    status, _, errors = run("import", "-", stdin=CONTENT.format("1" * 32, 1) + line.rstrip("\n") + "\n")
    assert status == 65 and ":2:" in errors
    assert run("export")[1] == "" and not (tmp_path / "store").exists()


def test_many_are_listed_in_order(run):
    keys = [f"{n:032x}" for n in range(100)]
    lines = "".join(CONTENT.format(k, n % 5) for n, k in enumerate(keys))
    assert run("import", "-", stdin=lines)[0] == 0
    for which in ["worst", "best"]:
        shares = [o["share"] for o in objects(run("list", which, "--json")[1])]
        assert len(shares) == 20 and shares == sorted(shares, reverse=which == "worst")
        assert len(set(shares)) == 1


def test_a_damaged_file_stays(run, tmp_path):
    (tmp_path / "store").write_bytes(b"damaged")
    for arguments in [("list", "worst"), ("forget", "a.example"), ("check",)]:
        status, _, errors = run(*arguments)
        assert status == 78 and "damaged" in errors
    assert (tmp_path / "store").read_bytes() == b"damaged"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["key", "store"]


def test_usage(run):
    for wrong in [(), ("shew",), ("show",), ("list",), ("list", "middle"), ("export", "x"), ("show", "a.example", "b")]:
        assert run(*wrong)[0] == 64
    assert run("list", "worst", options=["-o", "reputation=off"])[0] == 78
