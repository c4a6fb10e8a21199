import grp
import itertools
import os
import pwd
import shutil
import sys
from pathlib import Path

import pytest

SKIPPED = 77  # automake's word for it
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "session"))
pytest.register_assert_rewrite("common", "milter", "mta", "postfix", "sendmail")

from milter import Daemon, program  # noqa: E402
from mta import TOP, Mailbox, account, free_port, open_folder  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def needed():
    if not os.access(program(), os.X_OK):
        pytest.exit(f"{program()} is not built; top_builddir is where it should be", 1)
    if os.geteuid() != 0:
        pytest.exit("only root can run a mail server", SKIPPED)


@pytest.fixture(scope="session")
def unpacked():
    """unpacked(NAME) -> the folder of that MTA; made by tests/unpack-mta."""

    def find(name):
        folder = Path(os.environ.get("LURE_MTA") or program("mta")).resolve() / name
        if not (folder / "unpacked").exists():
            pytest.exit(f"no {folder}: tests/unpack-mta makes it", SKIPPED)
        return folder

    return find


@pytest.fixture(scope="module")
def mailbox():
    box = Mailbox()
    yield box
    box.close()


class Places:
    """Where milters listen for the MTA of a module: the MTA is started once, each test starts a milter of its own."""

    def __init__(self, folder):
        self.port = free_port()
        owner = pwd.getpwnam(account()[0])
        self.group = grp.getgrgid(owner.pw_gid).gr_name
        self.path = folder / "socket/milter"
        self.path.parent.mkdir()
        open_folder(self.path.parent)
        shutil.chown(self.path.parent, "nobody", self.group)
        self.path.parent.chmod(0o750)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("milter"))


@pytest.fixture
def patterns(tmp_path):
    """A copy of the shipped patterns, which the milter's user can read wherever the source tree is."""
    open_folder(tmp_path)
    return Path(shutil.copytree(TOP / "patterns", tmp_path / "patterns"))


@pytest.fixture
def milter(places, tmp_path, patterns):
    """milter(option=value ...) -> a Daemon for the MTA's TCP socket, not started yet; local=True: for its local one."""
    made = []

    def make(local=False, **options):
        address = places.path if local else places.port
        folder = tmp_path / f"milter{len(made)}"
        folder.mkdir()
        folder.chmod(0o755)
        made.append(Daemon(folder, patterns, address=address, user=f"nobody:{places.group}", **options))
        return made[-1]

    yield make
    for d in made:
        if d.process is not None and d.process.poll() is None:
            d.process.kill()
            d.process.wait()


numbers = itertools.count(1)


@pytest.fixture
def fresh():
    """fresh() -> the address of a recipient who has no mail yet."""
    return lambda name="reader": f"{name}{next(numbers)}@example.jp"
