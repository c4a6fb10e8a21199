"""lure-patterns-tutorial(7), in English and in Japanese: every command in it is run, and prints what the page says."""
import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()
PAGES = {"C.UTF-8": HERE / "src/match/lure-patterns-tutorial.7", "ja_JP.UTF-8": HERE / "man/ja/lure-patterns-tutorial.7"}
INSTALLED = "/usr/share/lure-milter/patterns"


def session(page):
    """[(command, output)] of the literal blocks: a command stands behind "$ ", with its here-document below it."""
    steps = []
    for block in re.findall(r"^\.Bd -literal\n(.*?)^\.Ed$", page.read_text(), re.M | re.S):
        lines = [line.replace(r"\&", "").replace(r"\e", "\\") for line in block.splitlines()]
        assert lines[0].startswith("$ ")
        while lines:
            command = [lines.pop(0)[2:]]
            while "<<'END'" in command[0] and command[-1] != "END":
                command.append(lines.pop(0))
            end = next((i for i, line in enumerate(lines) if line.startswith("$ ")), len(lines))
            steps.append(("\n".join(command), "\n".join(lines[:end])))
            lines = lines[end:]
    return steps


def is_said(said, printed):
    """Is that what the page says? "..." on a line of its own stands for lines, elsewhere for a part of a line."""
    lines = [r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r" *\n" for line in said.rstrip("\n").split("\n")]
    return re.fullmatch("".join(lines), printed.rstrip("\n") + "\n") is not None


def test_comparison():
    assert is_said("a\n...\nd (set ...)", "a\nb\nc\nd (set 12)\n") and is_said("a\n...", "a\n") and is_said("", "")
    for printed in ("a\nb\nc\n", "b\nd (set 12)", "a\nd (set 12)\nmore", "a\nd (set 12", "A\nd (set 12)"):
        assert not is_said("a\n...\nd (set ...)", printed)
    assert not is_said("a.c", "abc") and not is_said("", "a") and not is_said("a", "")


@pytest.mark.parametrize("language", PAGES)
def test_each_command_prints_what_the_page_says(language, tmp_path):
    steps = session(PAGES[language])
    commands = re.findall(r"^lurectl (\w+)", "\n".join(command for command, _ in steps), re.M)
    assert {"check", "test", "explain", "scan", "evaluate"} == set(commands)
    environment = {**os.environ, "PATH": f"{BUILD}:{os.environ['PATH']}", "LC_ALL": language}
    for command, said in steps:
        done = subprocess.run(["sh", "-c", f"exec 2>&1\n{command.replace(INSTALLED, str(HERE / 'patterns'))}"], cwd=tmp_path, env=environment,
                              stdout=subprocess.PIPE, timeout=60)
        printed = done.stdout.decode()
        assert is_said(said, printed), f"{PAGES[language].name} ({language}) says of\n{command}\n{said}\nbut it prints\n{printed}"


def test_both_pages_do_the_same():
    """But for comments, and what is printed."""
    english, japanese = ([re.sub(r"^ *# .*\n", "", command, flags=re.M) for command, _ in session(page)] for page in PAGES.values())
    assert english == japanese and len(english) >= 12


def test_what_is_left_out_of_the_outputs_is_little():
    """A page that says "..." everywhere would be right whatever happens."""
    for page in PAGES.values():
        said = [line for _, output in session(page) for line in output.splitlines()]
        assert len(said) > 60 and sum("..." in line for line in said) <= 9
