import os
import sys
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from milter import Daemon, program  # noqa: E402
from server import CLI, SERVER, Fake, Redis  # noqa: E402

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
"""


ATTEMPTS = 3


def pytest_configure(config):
    config.addinivalue_line("markers", "clock: waits are measured, and a busy machine adds its own: tried again where it fails")


def pytest_runtest_protocol(item, nextitem):
    """Bounds on waits are the promise to keep, and other programs' share of two cores is not the store's."""
    if item.get_closest_marker("clock") is None:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(1, ATTEMPTS + 1):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        failed = any(report.failed for report in reports)
        if not failed or attempt == ATTEMPTS:
            break
        print(f"\n{item.nodeid}: attempt {attempt} of {ATTEMPTS} failed")
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="session", autouse=True)
def built():
    if not os.access(program(), os.X_OK):
        pytest.exit(f"{program()} is not built; top_builddir is where it should be", 1)
    if not SERVER or not CLI:
        pytest.skip("redis-server is not installed")


@pytest.fixture
def folder(tmp_path):
    """A folder that the daemon's user can use, where root runs the tests."""
    for d in [tmp_path, *tmp_path.parents]:
        if os.stat(d).st_uid == os.geteuid() and str(d) not in ("/", "/tmp"):
            d.chmod(0o777 if d == tmp_path else 0o755)
    return tmp_path


def secret(path, data):
    """A file for the daemon alone, which is another user where root runs the tests."""
    path.write_bytes(data)
    if os.geteuid() == 0:
        import pwd
        os.chown(path, pwd.getpwnam("nobody").pw_uid, 0)
    path.chmod(0o640)
    return path


@pytest.fixture
def key(folder):
    return secret(folder / "key", bytes(range(100, 132)))


@pytest.fixture
def redis(folder):
    """redis(name, settings ...) -> a Redis that runs; stopped at the end."""
    made = []

    def make(name="redis", *settings, **keywords):
        made.append(Redis(folder / name, *settings, **keywords))
        return made[-1].start()

    yield make
    for r in made:
        r.stop()


@pytest.fixture
def fake():
    f = Fake()
    yield f
    f.stop()


@pytest.fixture
def daemon(folder, key):
    """daemon(servers, name, option=value ...) -> a Daemon with Redis for its reputation, not started yet."""
    made = []
    patterns = folder / "umbrella.yaml"
    patterns.write_text(PATTERNS)

    def make(servers, name="one", **options):
        place = folder / name
        place.mkdir(exist_ok=True)
        place.chmod(0o777)
        if servers is not None:
            options = {"reputation": "redis", "redis_server": servers, **options}
        made.append(Daemon(place, patterns, **{"reputation": "memory", "reputation_key": key,
                                               "status_socket": f"local:{place}/status", **options}))
        return made[-1]

    yield make
    for d in made:
        if d.process is not None and d.process.poll() is None:
            d.process.kill()
            d.process.wait()
