"""lurectl test: the examples and cases of pattern files one by one, and contrib/pre-commit in a repository of git."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()

GOOD = """\
format: 1
origin: test
version: 1
lure: parcel
title: 荷物の保管料
signs:
  - {id: parcel.held, role: story, points: 2, any: ['(?:お荷物|小包).{0,16}保管']}
  - {id: parcel.pay, role: ask, points: 4, any: ['保管料.{0,16}お支払い']}
rules:
  - id: parcel.pay-or-lose
    points: 2
    roles: [ask, pressure]
    all: ['お支払い', '処分します']
    match:
      - お支払いがなければ処分します。
      - 本日中にお支払いを。なければ処分します。
    pass:
      - お支払いは不要です。
cases:
  - {body: お荷物を保管しています。保管料をお支払いください。, expect: parcel}
  - {body: お荷物を保管しています。, expect: none}
"""
# One that does not hit, one that hits, one that the whole set tags, and two cases, each beside what is good.
BAD = (GOOD.replace("      - 本日中に", "      - お金は不要です。\n      - 本日中に")
       .replace("      - お支払いは不要", "      - お支払いと、処分します。\n      - お荷物を保管中。保管料をお支払いください。\n"
                                          "      - お支払いは不要")
       + "  - {body: 保管料をお支払いください。, expect: parcel}\n  - {subject: お荷物を保管, body: 保管料をお支払いください。, expect: none}\n")
FAILED = [(16, "match of parcel.pay-or-lose"), (19, "pass of parcel.pay-or-lose"), (20, "pass of parcel.pay-or-lose"), (25, "case"),
          (26, "case")]


def run(*arguments, language="C", **more):
    return subprocess.run([BUILD / "lurectl", "test", "--config", "/dev/null", *map(str, arguments)], capture_output=True, timeout=120,
                          env={**os.environ, "LC_ALL": language}, text=True, **more)


@pytest.fixture
def good(tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    return tmp_path / "good.yaml"


@pytest.fixture
def bad(tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD)
    return tmp_path / "bad.yaml"


def test_good(good):
    done = run(good)
    assert done.returncode == 0 and done.stderr == ""
    assert re.fullmatch(r"5 examples and cases: 5 good, 0 failed \(set [0-9a-f]{12}\)\n", done.stdout)
    lines = run("-v", good).stdout.splitlines()
    assert [line.split(" ", 2)[2] for line in lines[:-1]] == ["match of parcel.pay-or-lose"] * 2 + ["pass of parcel.pay-or-lose"] + ["case"] * 2
    assert all(line.startswith(f"ok {good}:") for line in lines[:-1])
    assert "成功 5、失敗 0" in run(good, language="ja_JP.UTF-8").stdout


def test_each_failure_has_its_place_and_what_came(bad):
    done = run(bad)
    lines = done.stdout.splitlines()
    assert done.returncode == 1 and done.stderr == ""
    assert lines[-1].startswith("10 examples and cases: 5 good, 5 failed")
    for line, (number, what) in zip(lines[:-1], FAILED, strict=True):
        assert re.match(rf"FAIL {bad}:{number}:\d+: {what}: expected .+; got .+$", line)
    said = "\n".join(lines)
    for words in ("expected a hit; got none, 'お支払い' of 'all' is not there", "expected no hit, and none by the whole set; got hits parcel.pay-or-lose",
                  "by the whole set; got tag with 6 points (parcel 6)", "expected parcel; got none with 0 points",
                  "expected none; got tag with 6 points"):
        assert words in said, said


def test_place_is_that_of_check(bad):
    """Each is refused by check, at the same line and column."""
    check = subprocess.run([BUILD / "lurectl", "check", "--config", "/dev/null", bad], capture_output=True, text=True, timeout=60)
    assert check.returncode == os.EX_DATAERR
    places = {re.match(r".*:(\d+:\d+): error: this example", line)[1] for line in check.stderr.splitlines() if ": error: this example" in line}
    own = {re.match(r"FAIL .*?:(\d+:\d+): (match|pass).*got (none|hits)", line) for line in run(bad).stdout.splitlines()} - {None}
    assert places == {m[1] for m in own} and len(places) == 2


def test_json(bad):
    done = run("--json", bad)
    *each, last = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert last.keys() == {"examples", "failed", "local", "digest", "version"} and (last["examples"], last["failed"]) == (10, 5)
    assert len(each) == 10 and all(o.keys() == {"file", "line", "column", "kind", "id", "good", "local", "expected", "got"} for o in each)
    assert [(o["line"], o["kind"]) for o in each if not o["good"]] == [(n, what.split()[0]) for n, what in FAILED]
    assert all((o["got"] == "") == o["good"] and o["expected"] for o in each)
    assert all(o["id"] == ("" if o["kind"] == "case" else "parcel.pay-or-lose") for o in each)


def test_tap(bad):
    done = run("--tap", bad)
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == "TAP version 13" and lines[-1] == "1..10"
    results = [m for m in map(re.compile(r"(ok|not ok) (\d+) - ").match, lines) if m]
    assert [int(m[2]) for m in results] == list(range(1, 11)) and [m[1] for m in results].count("not ok") == 5
    assert all(m or line.startswith("# ") for line, m in zip(lines[1:-1], map(re.compile("(not )?ok ").match, lines[1:-1])))


def test_a_new_file_can_spoil_the_example_of_another(good, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(GOOD.replace("parcel", "spoiler").replace("'お支払い', '処分します'", "'お荷物を保管して'").replace("points: 2\n", "points: 9\n")
                     .replace("      - お支払いがなければ処分します。\n      - 本日中にお支払いを。なければ処分します。\n", "      - お荷物を保管しています。\n")
                     .replace("expect: none", "expect: spoiler"))
    assert run(other).returncode == os.EX_DATAERR  # signs without a case that expects none
    other.write_text(other.read_text() + "  - {body: こんにちは。, expect: none}\n")
    assert run(other).returncode == 0
    together = run("--patterns", good, other)
    assert together.returncode == 1
    assert re.search(rf"FAIL {good}:\d+:\d+: case: expected none; got tag .*spoiler", together.stdout)


def test_what_cannot_be_loaded_is_not_run(good, tmp_path):
    good.write_text(GOOD.replace("title:", "titel:"))
    done = run(good)
    assert done.returncode == os.EX_DATAERR and done.stdout == "" and "did you mean 'title'" in done.stderr
    assert run(tmp_path / "nowhere.yaml").returncode == os.EX_NOINPUT
    assert run("--color", "blue", good).returncode == os.EX_USAGE


def test_retired_rules_are_not_run(good):
    good.write_text(GOOD.replace("    points: 2\n", "    points: 2\n    status: retired\n"))
    assert run(good).stdout.startswith("2 examples and cases: 2 good")


def test_colour_and_hostile_names(tmp_path):
    folder = tmp_path / "a\x1b]0;x\x07"
    folder.mkdir()
    (folder / "bad.yaml").write_text(BAD)
    done = run("-v", folder)
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout and "a<1B>]0;x<07>" in done.stdout
    coloured = run("-v", "--color=always", folder).stdout
    assert coloured.count("\x1b[1;31mFAIL\x1b[0m ") == 5 and coloured.count("\x1b[32mok\x1b[0m ") == 5


def test_shipped_patterns():
    done = run("--patterns", HERE / "patterns")
    assert done.returncode == 0 and done.stdout.count("\n") == 1


# --- the hook -----------------------------------------------------------------------------------------------------------------

@pytest.fixture
def repository(tmp_path):
    """A repository with the hook and one good file committed: a function that runs git in it."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "team patterns"
    folder.mkdir()

    def git(*arguments, good=True):
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, env={
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "LURECTL": str(BUILD / "lurectl"),
            "GIT_CONFIG_NOSYSTEM": "1", **{f"GIT_{who}_{what}": "team@security.example" for who in ("AUTHOR", "COMMITTER")
                                           for what in ("NAME", "EMAIL")}})
        assert not good or done.returncode == 0, done.stderr
        return done

    git.folder = folder
    git("init", "-q", ".")
    shutil.copy(HERE / "contrib/pre-commit", folder / ".git/hooks/pre-commit")
    (folder / "parcel.yaml").write_text(GOOD)
    git("add", "parcel.yaml")
    git("commit", "-qm", "Begin")
    return git


def commits(git):
    return int(git("rev-list", "--count", "HEAD").stdout)


def test_hook_refuses_what_fails(repository):
    (repository.folder / "parcel.yaml").write_text(BAD)
    done = repository("commit", "-qam", "Break it", good=False)
    assert done.returncode != 0 and commits(repository) == 1
    assert "FAIL ./parcel.yaml:16:" in done.stderr + done.stdout and "--no-verify" in done.stderr
    repository("commit", "-qam", "Break it all the same", "--no-verify")
    assert commits(repository) == 2


def test_hook_refuses_what_cannot_be_loaded(repository):
    (repository.folder / "new.yaml").write_text("format: 1\n")
    repository("add", "new.yaml")
    done = repository("commit", "-qm", "Add", good=False)
    assert done.returncode != 0 and "./new.yaml:1:" in done.stderr and commits(repository) == 1


def test_hook_looks_at_what_is_committed(repository):
    """A mistake in the working tree alone does not matter; one in the index does, also where the working tree is mended."""
    (repository.folder / "parcel.yaml").write_text(GOOD.replace("points: 4", "points: 5"))
    repository("add", "parcel.yaml")
    (repository.folder / "parcel.yaml").write_text(BAD)
    repository("commit", "-qm", "Weigh it more")
    repository("add", "parcel.yaml")
    (repository.folder / "parcel.yaml").write_text(GOOD)
    assert repository("commit", "-qm", "Break it", good=False).returncode != 0
    assert commits(repository) == 2


def test_hook_lets_pass_what_is_no_pattern(repository):
    (repository.folder / "parcel.yaml").write_text(BAD)
    repository("commit", "-qam", "Break it", "--no-verify")
    (repository.folder / "NOTES").write_text("Mend it.\n")
    repository("add", "NOTES")
    repository("commit", "-qm", "Note it")
    assert commits(repository) == 3


def test_hook_with_the_shipped_patterns(repository):
    """What the repository holds is tried beside other folders, and may refer to their terms."""
    (repository.folder / "sub").mkdir()
    repository("mv", "parcel.yaml", "sub/parcel.yaml")
    repository("config", "--add", "lure.patterns", str(HERE / "patterns"))
    repository("config", "--add", "lure.patterns", "sub")
    repository("commit", "-qm", "Move")
    (repository.folder / "sub/parcel.yaml").write_text(GOOD.replace("id: parcel.held", "id: quit-fee.held"))
    assert "sub/parcel.yaml:" in repository("commit", "-qam", "Clash", good=False).stderr
    assert commits(repository) == 2
