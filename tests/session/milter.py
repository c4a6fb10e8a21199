"""The MTA's side of the milter protocol, and a lure-milter to speak it with. No libmilter: it is tested with us."""
import os
import random
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

ACTIONS = 0x1FF
PROTOCOL = 0x1FFFFF
SKIP, NR_HEADER, NR_HELO, NR_EOH = 0x400, 0x80, 0x2000, 0x40000
NO_HELO, NO_DATA = 0x2, 0x200


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


def open_folder(path):
    """Let every user through to it: pytest's folders are of root alone."""
    for d in [path, *path.parents]:
        if os.stat(d).st_uid == os.geteuid() and d not in (Path("/"), Path("/tmp")):
            d.chmod(d.stat().st_mode | 0o055)


def program(name="lure-milter"):
    """One of the programs at the top of the build folder."""
    return str(Path(os.environ.get("top_builddir", "build")).resolve() / name)


def free_port():
    """Below those that the system takes for connections: none of them can get in between."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_for(condition, seconds=10, what="condition"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


class Lost(Exception):
    """The milter closed the connection or broke the protocol."""


class Outcome:
    def __init__(self):
        self.action = None     # accept, reject, tempfail
        self.stage = None      # where it was said: connect, mail, rcpt, data, body, end
        self.reply = None      # text of a reply of the milter's own
        self.edits = []        # (kind, index, name, value) in the order they came
        self.quarantine = None
        self.refused = []      # recipients
        self.skipped = False   # the body, from some chunk on

    def applied(self, headers):
        """The header block as the MTA would write it: ordinals count what is there at the time, as Postfix does."""
        block = list(headers)
        for kind, index, name, value in self.edits:
            if kind == "insert":
                block.insert(min(index, len(block)), (name, value))
                continue
            places = [i for i, (n, _) in enumerate(block) if n.lower() == name.lower()]
            if kind == "add" or index > len(places):
                block.append((name, value))
            elif value == "":
                del block[places[index - 1]]
            else:
                block[places[index - 1]] = (block[places[index - 1]][0], value)
        return block

    def status(self):
        values = [value for kind, _, name, value in self.edits if kind == "insert" and name == "X-Lure-Status"]
        assert len(values) <= 1
        return values[0].replace("\n\t", " ") if values else None


class Mta:
    """One milter connection."""

    def __init__(self, address, client="198.51.100.9", macros=None, protocol=PROTOCOL, connect=True, timeout=20):
        if isinstance(address, int):
            self.socket = socket.create_connection(("127.0.0.1", address), timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(str(address))
        self.macros = {"queue_id": "4Fx1Qz", **(macros or {})}
        self.write(b"O" + struct.pack("!III", 6, ACTIONS, protocol))
        code, data = self.read()
        assert code == b"O", code
        self.version, self.actions, self.protocol = struct.unpack("!III", data[:12])
        self.symbols = data[12:]
        if connect:
            self.connect(client)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def write(self, packet):
        self.socket.sendall(struct.pack("!I", len(packet)) + packet)

    def take(self, n):
        got = b""
        while len(got) < n:
            piece = self.socket.recv(n - len(got))
            if not piece:
                raise Lost()
            got += piece
        return got

    def read(self):
        (n,) = struct.unpack("!I", self.take(4))
        packet = self.take(n)
        return packet[:1], packet[1:]

    def macro(self, command, **values):
        body = b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in values.items())
        self.write(b"D" + command + body)

    def ask(self, packet, no_reply=0):
        self.write(packet)
        if no_reply & self.protocol:
            return b"c", b""
        return self.read()

    def connect(self, client="198.51.100.9", name="client.example"):
        self.macro(b"C", j="mx.example.jp")
        packet = b"C" + name.encode() + b"\0"
        if client is None:
            packet += b"U"
        else:
            packet += (b"6" if ":" in client else b"4") + struct.pack("!H", 2525) + client.encode() + b"\0"
        assert self.ask(packet)[0] == b"c"
        if not self.protocol & NO_HELO:
            assert self.ask(b"Hclient.example\0", NR_HELO)[0] == b"c"

    def final(self, outcome, stage, code, data):
        """Whether this answer ends the message."""
        actions = {b"a": "accept", b"r": "reject", b"t": "tempfail", b"d": "discard"}
        if code == b"y":
            outcome.reply = data.rstrip(b"\0").decode("ascii").replace("%%", "%")  # as MTAs do
            code = b"r" if outcome.reply[0] == "5" else b"t"
        if code not in actions:
            return False
        outcome.action, outcome.stage = actions[code], stage
        return True

    def envelope(self, outcome, sender="sender@client.example", recipients=("taro@example.jp",), auth=None):
        if auth:
            self.macro(b"M", **{"{auth_type}": auth})
        if self.final(outcome, "mail", *self.ask(b"M<" + sender.encode() + b">\0")):
            return False
        for r in recipients:
            one = Outcome()
            if self.final(one, "rcpt", *self.ask(b"R<" + r.encode() + b">\0")):
                if one.action == "accept":
                    outcome.action, outcome.stage = "accept", "rcpt"
                    return False
                outcome.refused.append((r, one.reply))
        if not self.protocol & NO_DATA:
            self.macro(b"T", i=self.macros["queue_id"])
            if self.final(outcome, "data", *self.ask(b"T")):
                return False
        return True

    def content(self, outcome, headers, body, chunk=65535):
        for name, value in headers:
            code = self.ask(b"L" + as_bytes(name) + b"\0" + as_bytes(value) + b"\0", NR_HEADER)
            if self.final(outcome, "header", *code):
                return False
        if self.final(outcome, "eoh", *self.ask(b"N", NR_EOH)):
            return False
        for at in range(0, len(body), chunk):
            code, data = self.ask(b"B" + body[at : at + chunk])
            if code == b"s":
                assert self.protocol & SKIP
                outcome.skipped = True
                break
            if self.final(outcome, "body", code, data):
                return False
        return True

    def end(self, outcome):
        self.macro(b"E", i=self.macros["queue_id"])
        self.write(b"E")
        while True:
            code, data = self.read()
            if code == b"h":
                name, value = data.rstrip(b"\0").split(b"\0") if data.count(b"\0") > 1 else (data.split(b"\0")[0], b"")
                outcome.edits.append(("add", 0, name.decode(), value.decode("utf-8", "surrogateescape")))
            elif code in (b"m", b"i"):
                (index,) = struct.unpack("!I", data[:4])
                name, value = data[4:].split(b"\0")[:2]
                kind = "change" if code == b"m" else "insert"
                outcome.edits.append((kind, index, name.decode(), value.decode("utf-8", "surrogateescape")))
            elif code == b"q":
                outcome.quarantine = data.rstrip(b"\0").decode()
            elif code == b"c":
                outcome.action, outcome.stage = "accept", "end"
                return
            elif self.final(outcome, "end", code, data):
                return
            else:
                raise AssertionError(f"unknown reply {code!r}")

    def send(self, headers, body, chunk=65535, **envelope):
        """One message from MAIL to its end; the abort that Postfix sends after it too."""
        outcome = Outcome()
        if self.envelope(outcome, **envelope) and self.content(outcome, headers, as_bytes(body), chunk):
            self.end(outcome)
        self.write(b"A")
        return outcome

    def close(self):
        try:
            self.write(b"Q")
        except OSError:
            pass
        self.socket.close()


def as_bytes(text):
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text


class Daemon:
    """A lure-milter in the foreground. Options by name; what it says is in `log`."""

    def __init__(self, folder, patterns, address=None, arguments=(), user="nobody", **options):
        self.folder = Path(folder)
        self.address = free_port() if address is None else address
        self.log = self.folder / "log"
        where = f"inet:{self.address}@127.0.0.1" if isinstance(self.address, int) else f"local:{self.address}"
        self.config = self.folder / "lure-milter.conf"
        defaults = {"patterns": str(patterns), "syslog": "no", "internal_networks": "[]", "reputation": "off"}
        self.options = {**defaults, **options}
        self.write_config()
        self.command = [program(), "-f", "-c", str(self.config), "-p", where, *arguments]
        if os.geteuid() == 0:
            self.command += ["-u", user]
        self.process = None

    def write_config(self, **changed):
        self.options.update(changed)
        self.config.write_text("".join(f"{k}: {v}\n" for k, v in self.options.items()))

    def start(self, **keywords):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **keywords)
        wait_for(lambda: self.process.poll() is not None or "listens on" in self.text(), 20, "start")
        assert self.process.poll() is None, self.text()
        return self

    def __enter__(self):
        return self if self.process is not None and self.alive() else self.start()

    def __exit__(self, kind, *_):
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                status = self.process.wait(15)
                assert kind is not None or status == 0, f"exit status {status}\n{self.text()}"
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def count(self, words):
        return self.text().count(words)

    def reload(self, number=signal.SIGUSR1):
        """Send the signal and wait until the reload took over or was refused."""
        before = self.count("reloaded:"), self.count("reload refused")
        self.process.send_signal(number)
        wait_for(lambda: (self.count("reloaded:"), self.count("reload refused")) != before, 15, "reload")
        return self.count("reloaded:") > before[0]

    def mta(self, **keywords):
        return Mta(self.address, **keywords)

    def alive(self):
        return self.process.poll() is None
