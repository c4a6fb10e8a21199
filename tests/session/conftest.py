import os
import subprocess

import pytest

from milter import Daemon, program

# Two rules of invention: one that tags, and one that a reject may follow.
PATTERNS = """\
format: 1
origin: test
version: 1
lure: umbrella
title: 傘の預かり
source: made up for this test
limit: 20
rules:
  - id: umbrella.keep
    points: 6.0
    roles: [ask]
    any: ['青い傘を預けて']
    match: ['青い傘を預けてください。']
    pass: ['青い傘を買いました。']
  - id: umbrella.key
    points: 10.0
    roles: [claim, ask, pressure]
    any: ['金庫の鍵を今すぐ渡さない']
    match: ['金庫の鍵を今すぐ渡さないと大変です。']
    pass: ['金庫の鍵を渡しました。']
"""


@pytest.fixture(scope="session", autouse=True)
def built():
    if not os.access(program(), os.X_OK):
        pytest.exit(f"{program()} is not built; top_builddir is where it should be", 1)


@pytest.fixture
def folder(tmp_path):
    """A folder that the daemon's user can use, where root runs the tests."""
    for d in [tmp_path, *tmp_path.parents]:
        if os.stat(d).st_uid == os.geteuid() and str(d) not in ("/", "/tmp"):
            d.chmod(0o777 if d == tmp_path else 0o755)
    return tmp_path


@pytest.fixture
def patterns(folder):
    path = folder / "umbrella.yaml"
    path.write_text(PATTERNS)
    return path


@pytest.fixture
def daemon(folder, patterns):
    """daemon(option=value ...) -> a Daemon that is not started yet; stopped at the end in any case."""
    made = []

    def make(**options):
        made.append(Daemon(folder, patterns, **options))
        return made[-1]

    yield make
    for d in made:
        if d.process is not None and d.process.poll() is None:
            d.process.kill()
            d.process.wait()


@pytest.fixture
def run():
    """Run the program to its end: (exit status, what it said)."""

    def run(*arguments):
        done = subprocess.run([program(), *map(str, arguments)], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return run
