import os
import sys
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))

from milter import PATTERNS, Daemon, open_folder, program  # noqa: E402
from server import CLI, SERVER, Fake, Redis  # noqa: E402

ATTEMPTS = 3


def was_late(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    return report.failed and crash is not None and crash.message.startswith("mail.Late")


def pytest_runtest_protocol(item, nextitem):
    """A test of a wait may be tried again where it was late and nothing else: two cores are shared with other programs."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(1, ATTEMPTS + 1):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if attempt == ATTEMPTS or not any(map(was_late, reports)):
            break
        print(f"\n{item.nodeid}: late, attempt {attempt} of {ATTEMPTS}")
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
    open_folder(tmp_path)
    tmp_path.chmod(0o777)
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
