import os
import subprocess

import pytest

from milter import PATTERNS, Daemon, open_folder, program


@pytest.fixture(scope="session", autouse=True)
def built():
    if not os.access(program(), os.X_OK):
        pytest.exit(f"{program()} is not built; top_builddir is where it should be", 1)


@pytest.fixture
def folder(tmp_path):
    """A folder that the daemon's user can use, where root runs the tests."""
    open_folder(tmp_path)
    tmp_path.chmod(0o777)
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
