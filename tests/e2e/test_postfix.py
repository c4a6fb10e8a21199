"""lure-milter beside a real Postfix."""
import json
import re
import signal
import smtplib
import statistics
import subprocess
import textwrap
import threading
import time

import pytest

import mails
from common import *  # noqa: F401,F403 - the tests of any MTA
from common import normal, one, statuses, verdicts
from milter import program
from mta import TOP, Reply, Smtp, answers, free_port, wait_for
from postfix import Postfix

OPTIONS = "default_action=accept, connect_timeout=5s, command_timeout=10s, content_timeout=30s"


class Site:
    """A Postfix with a listener for each way to the milter, and one for none."""

    def __init__(self, root, folder, mailbox, places):
        self.mailbox = mailbox
        milters = "", f"{{ inet:127.0.0.1:{places.port}, {OPTIONS} }}", f"{{ unix:{places.path}, {OPTIONS} }}"
        self.server = Postfix(root, folder / "postfix", mailbox, [{"smtpd_milters": m} for m in milters])
        self.plain, self.tcp, self.local = self.server.ports


@pytest.fixture(scope="module")
def mta(unpacked, tmp_path_factory, mailbox, places):
    site = Site(unpacked("postfix"), tmp_path_factory.mktemp("mta"), mailbox, places)
    with site.server:
        yield site


def test_authenticated_client_is_not_looked_at(mta, milter, fresh):
    message = mails.mail(mails.TAG)
    for exempt, expected in (("yes", 0), ("no", 1)):
        with milter(exempt_authenticated=exempt) as d:
            reader = fresh()
            with Smtp(mta.tcp, login="hanako") as smtp:
                smtp.send(message, reader)
            assert len(statuses(mta.mailbox.wait(reader)[0])) == expected
            assert d.count("verdict=") == expected


def test_odd_bytes(mta, milter, fresh):
    """What only Postfix lets through."""
    body = mails.ORDINARY[1].encode("cp932")
    cases = [
        mails.HEAD + b"Subject: x\n\n" + body + b"nul \0 byte\nbare \r return\n",
        mails.HEAD + b"Subject: x\r\n\r\n" + body + b"\r\r\n",
        mails.HEAD + b"Subject: x\n\n" + b"y" * 100000 + b"\n",
        mails.HEAD + b"X-Many: 1\n" * 5000 + b"Subject: x\n\n" + body,
        mails.HEAD + b"Subject: x\nX-Long: " + b"z" * 40000 + b"\n\n" + body,
        mails.HEAD + b"Subject: \x8c\x8f\x96\xbc \x5c \x1b$B \xff\n: no name\nX\xfd: 8-bit name\n\n" + body,
    ]
    with milter(subject_mark="'[LURE]'"):
        for number, message in enumerate(cases):
            got = normal(one(mta, message, fresh()), message)
            assert got.startswith(b"X-Lure-Status: none\r\n"), (number, got[:200])
            assert got.partition(b"\r\n")[2] == normal(one(mta, message, fresh(), mta.plain), message), number


def test_status_while_it_runs(mta, milter, fresh, tmp_path):
    place = tmp_path / "socket"
    place.mkdir()
    place.chmod(0o777)
    with milter(status_socket=f"local:{place}/status", recipients_default="tag") as d, Smtp(mta.tcp) as smtp:
        def status(*arguments):
            command = [program("lurectl"), "status", "--config", str(d.config), *arguments]
            done = subprocess.run(command, capture_output=True, text=True, timeout=20)
            assert done.returncode == 0, done.stderr
            return done.stdout

        for text in (mails.TAG, mails.ORDINARY, mails.TAG):
            smtp.send(mails.mail(text), fresh())
        smtp.send(mails.forged(mails.ORDINARY), fresh())
        smtp.send(mails.mail(mails.TAG), "postmaster@example.jp")
        counted = json.loads(status("--json"))
        for name, value in dict(messages_total=4, messages_unread_total=1, verdict_tag_total=2, verdict_none_total=2,
                                forged_headers_total=50, connections=1, reload_ok=1, trouble_total=0).items():
            assert counted[name] == value, (name, counted)
        text = status()
        assert re.search(r"^verdict_tag_total +2$", text, re.MULTILINE) and "trouble_total" not in text
        assert re.search(r'^lure_\w+{lure="money-giveaway"} +2$', text, re.MULTILINE), text


# --- under load -------------------------------------------------------------------------------------------------------


class Load:
    """Clients that send lures, one message after another, until they are stopped."""

    def __init__(self, port, fresh, messages, clients=4):
        self.port, self.fresh, self.messages, self.readers, self.refused = port, fresh, messages, [], []
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.client, args=(k,)) for k in range(clients)]

    def client(self, k):
        n = 0
        while not self.ended.is_set():
            try:
                with Smtp(self.port) as smtp:
                    for _ in range(5):
                        reader = self.fresh("load")
                        smtp.send(self.messages[(n + k) % len(self.messages)], reader)
                        n += 1
                        with self.lock:
                            self.readers.append(reader)
            except (Reply, OSError) as e:
                with self.lock:
                    self.refused.append(repr(e))

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for t in self.threads:
            t.join()


def test_reload_under_load(mta, milter, fresh, patterns):
    """Good and broken pattern files, by both signals, and nothing is dropped or goes untagged."""
    file = patterns / "money-giveaway.yaml"
    good = file.read_text()
    at = good[:good.index("\n    points: ")].count("\n") + 2
    broken = good.replace("\n    points: ", "\n    pionts: ", 1)
    messages = [m for _, m in mails.packed(mails.TAG)]
    with milter() as d, Load(mta.tcp, fresh, messages) as load:
        for number in (signal.SIGUSR1, signal.SIGHUP) * 3:
            file.write_text(broken)
            assert not d.reload(number)
            assert f"{file}:{at}:5: error:" in d.text()
            file.write_text(good)
            assert d.reload(number)
        for k in range(100):          # far more than can be served one by one
            d.process.send_signal((signal.SIGUSR1, signal.SIGHUP)[k % 2])
            time.sleep(0.01)
        wait_for(lambda: d.count("reloaded:") >= 8, 15, "reload")
        assert d.alive()
    assert load.refused == [] and len(load.readers) > 100
    for reader in load.readers:
        got, = mta.mailbox.wait(reader)
        assert verdicts(got) == ["tag"]
    assert d.count("reload refused") == 6


def test_restart_under_load(mta, milter, fresh):
    """Ended by TERM and by KILL: every message that was accepted arrives, and all are accepted."""
    with milter() as d, Load(mta.tcp, fresh, [mails.mail(mails.TAG)]) as load:
        for number in (signal.SIGTERM, signal.SIGKILL) * 2:
            time.sleep(0.7)
            d.process.send_signal(number)
            status = d.process.wait(15)
            assert status == (0 if number == signal.SIGTERM else -number)
            time.sleep(0.2)
            d.start()
        time.sleep(0.7)
    assert load.refused == []
    tags = [len(statuses(*mta.mailbox.wait(reader))) for reader in load.readers]
    assert tags.count(1) > 20 and max(tags) == 1


def test_round_trip(mta, milter, fresh, capsys):
    """How long the end of a message takes, on each way. Headers that go out in small packets stall 40 ms on TCP."""
    message = mails.mail(mails.TAG, "iso-2022-jp")
    ways = {"inet": mta.tcp, "local": mta.local, "no milter": mta.plain}
    times = {name: [] for name in ways}
    with milter(subject_mark="'[LURE]'"), milter(local=True, subject_mark="'[LURE]'"):
        sessions = {name: Smtp(port) for name, port in ways.items()}
        for _ in range(20):           # in turns, so that other work on this machine hits them alike
            for name, smtp in sessions.items():
                smtp.send(message, fresh())
                times[name].append(smtp.seconds * 1000)
        for smtp in sessions.values():
            smtp.quit()
    medians = {name: statistics.median(t) for name, t in times.items()}
    with capsys.disabled():
        print("\nend of data to reply, median of 20:", ", ".join(f"{name} {t:.1f} ms" for name, t in medians.items()))
    assert medians["inet"] < 10 * medians["local"]


# --- the README -------------------------------------------------------------------------------------------------------


def readme_lines():
    """The indented block that begins with smtpd_milters."""
    text = (TOP / "README").read_text()
    block = re.search(r"^ +smtpd_milters = (?:.+\n)+", text, re.MULTILINE).group(0)
    return textwrap.dedent(block)


@pytest.fixture
def as_in_readme(unpacked, tmp_path, mailbox, patterns):
    """A Postfix and a lure-milter as they are described there; only the port is another one."""
    port = free_port()
    lines = readme_lines()
    assert lines.count(":8895") == 1
    command = [program(), "-f", "-c", "/dev/null", "-p", f"inet:{port}@127.0.0.1", "-u", "nobody", "-o", "syslog=no",
               "-o", f"patterns={patterns}"]
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(port) or process.poll() is not None, 20, "lure-milter")
        main_cf = lines.replace("8895", str(port))
        listeners = {}, {"receive_override_options": "no_milters"}
        with Postfix(unpacked("postfix"), tmp_path / "postfix", mailbox, listeners, main_cf) as server:
            yield server
    finally:
        process.kill()
        process.wait()


def test_postfix_as_in_readme(as_in_readme, mailbox, fresh):
    """By a plain client; a second time, where a content filter hands mail back, it is not looked at."""
    port, again = as_in_readme.ports
    for p, expected in ((port, ["tag"]), (again, [])):
        reader = fresh()
        with smtplib.SMTP("127.0.0.1", p) as client:
            assert client.sendmail("sender@example.org", [reader], mails.mail(mails.TAG, "shift_jis")) == {}
        assert verdicts(mailbox.wait(reader)[0]) == expected
    # Nothing hides behind a NUL byte, which ends a string of the milter protocol.
    reader = fresh()
    subject = b"\0" + mails.words(mails.TAG[1].replace("\n", ""), "utf-8")
    with Smtp(port) as smtp:
        smtp.send(mails.mail(("", "\n"), subject=subject), reader)
    got = mailbox.wait(reader)[0]
    assert verdicts(got) == ["tag"] and b"\0" not in got
