"""The filters that are measured, and what they use: lure-milter, the floor, rspamd."""
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import patterns

BUILD = Path(os.environ.get("top_builddir", ".")).resolve()
SOURCE = Path(__file__).resolve().parents[2]
LOAD, FLOOR = BUILD / "tests/bench/load", BUILD / "tests/bench/floor"
SHIPPED = SOURCE / "patterns"
RSPAMD = shutil.which("rspamd")
NOBODY = "nobody"
SCAN_BYTES, TEXT_BYTES = 1 << 20, 256 << 10
START_S, STOP_S = 60, 20


class Trouble(Exception):
    """What keeps us from measuring, in words for who started it."""


def no_new_code():
    """In a child: no memory that may be written and run, so that PCRE2 interprets. Linux 6.3 has it."""
    refuse_exec_gain, set_mdwe = 1, 65
    if ctypes.CDLL(None).prctl(set_mdwe, refuse_exec_gain, 0, 0, 0) != 0:
        os._exit(99)


def can_forbid_code():
    pid = os.fork()
    if pid == 0:
        no_new_code()
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Filter:
    """A filter in a folder of its own; a context: it runs inside."""

    END = signal.SIGKILL  # nothing is to be saved, and libmilter needs seconds for an orderly stop

    def __init__(self, folder, name, tcp=False):
        self.folder, self.name, self.process = Path(folder) / re.sub(r"\W+", "-", name), name, None
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o777)
        self.socket = f"inet:{free_port()}@127.0.0.1" if tcp else f"local:{self.folder}/socket"
        self.log = self.folder / "log"

    def launch(self, command, **keywords):
        """Start it and wait until it listens; the seconds until then."""
        start = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            **keywords)
        while not self.listens():
            if self.process.poll() is not None or time.monotonic() - start > START_S:
                said = self.log.read_text(errors="replace")[:2000]
                self.stop()
                raise Trouble(f"{self.name} does not start: {said}")
            time.sleep(0.002)
        return time.monotonic() - start

    def listens(self):
        kind, where = self.socket.split(":", 1)
        family = socket.AF_UNIX if kind == "local" else socket.AF_INET
        where = where if kind == "local" else ("127.0.0.1", int(where.split("@")[0]))
        with socket.socket(family) as s:
            return s.connect_ex(where) == 0

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.END)
        self.process.wait(STOP_S)
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def pids(self):
        """Its processes: itself and what it forked."""
        found, rest = [], [self.process.pid]
        while rest:
            pid = rest.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                rest += [int(p) for p in task.read_text().split()]
        return found

    def cpu(self):
        """Seconds of user and system time so far, to the nanosecond: the kernel's clock of each process."""
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.pids())

    def memory(self, key="VmRSS"):
        """Bytes: VmRSS now, or VmHWM at most."""
        return sum(1024 * int(re.search(key + r":\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
                   for pid in self.pids())

    def hits(self):
        """What it found so far; None where it does not tell."""

    def load(self, mails, *arguments, timeout=600):
        """The load generator's figures, with what the filter used."""
        cpu, hits = self.cpu(), self.hits()
        command = [LOAD, *arguments, self.socket, *mails]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=timeout)
        if done.returncode != 0:
            raise Trouble(f"{self.name}: {done.stdout}{done.stderr}")
        result = json.loads(done.stdout)
        result["cpu_ms"] = 1e3 * (self.cpu() - cpu) / result["messages"]
        result["hits"] = None if hits is None else self.hits() - hits
        result["memory"] = self.memory()
        return result

    def protocol(self, mail):
        """The protocol flags that it negotiates where it may choose."""
        return self.load([mail])["protocol"]


class Floor(Filter):
    def start(self):
        return self.launch([FLOOR, self.socket])


class LureMilter(Filter):
    """With these pattern files and folders; options of lure-milter.conf by name."""

    def __init__(self, folder, name, paths, tcp=False, jit=True, **options):
        super().__init__(folder, name, tcp)
        self.jit = jit
        copies = []  # the daemon's user may not be allowed where we build
        for path in paths:
            copies.append(self.folder / f"patterns-{len(copies)}")
            shutil.copytree(path, copies[-1], ignore=lambda _, names: [n for n in names if not n.endswith(".yaml")])
        self.options = {"patterns": "[" + ", ".join(map(str, copies)) + "]", "examples": "no", "syslog": "no",
                        "internal_networks": "[]", "reputation": "memory", "scan_bytes": SCAN_BYTES,
                        "text_bytes": TEXT_BYTES, "status_socket": f"local:{self.folder}/status", **options}

    def start(self):
        config = self.folder / "conf"
        config.write_text("".join(f"{k}: {v}\n" for k, v in self.options.items()))
        command = [BUILD / "lure-milter", "-f", "-c", config, "-p", self.socket]
        if os.geteuid() == 0:
            command += ["-u", NOBODY]
        return self.launch(command, preexec_fn=None if self.jit else no_new_code)

    def listens(self):
        if not super().listens():
            return False
        try:
            return self.hits() is not None
        except OSError:  # not yet
            return False

    def hits(self):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(f"{self.folder}/status")
            text = b"".join(iter(lambda: s.recv(65536), b"")).decode()
        return sum(int(float(n)) for n in re.findall(r"^\S*rule_hits_total\{.*\} (\S+)$", text, re.M))


class Rspamd(Filter):
    """
    With the twenty patterns and nothing else, scanning in the proxy that speaks the milter protocol; a log line a
    message, no header, no symbols but these.
    """

    END = signal.SIGTERM  # it ends its workers

    def start(self):
        rules = self.folder / "rules.lua"
        (self.folder / "modules").mkdir()
        rules.write_text("config['regexp'] = {}\n" + "".join(
            f"config['regexp']['BENCH_{i}'] = {{ re = [[/{text}/u{{mime}}]], score = 0.1 }}\n"
            for i, (text, _) in enumerate(patterns.TWENTY)))
        config = self.folder / "rspamd.conf"
        config.write_text(f"""
options {{ pidfile = "{self.folder}/pid"; filters = "regexp"; temp_dir = "{self.folder}"; dns {{ timeout = 1s; }}
    rrd = null; history_file = null; stats_file = "{self.folder}/stats"; cache_file = "{self.folder}/cache"; }}
logging {{ type = "file"; filename = "{self.folder}/rspamd.log"; level = "notice"; }}
lang_detection {{ languages = []; }}
lua = "{rules}";
modules {{ path = "{self.folder}/modules"; }}
regexp {{ }}
actions {{ reject = 1000; add_header = 0.1; }}
worker "rspamd_proxy" {{ bind_socket = "{self.socket.split(':', 1)[1]} mode=0666"; milter = yes; timeout = 120s;
    count = {os.cpu_count()}; upstream "local" {{ default = yes; self_scan = yes; }} }}
""")
        return self.launch([RSPAMD, "-f", "-i", "-c", config, "--var", f"DBDIR={self.folder}",
                            "--var", f"RUNDIR={self.folder}", "--var", f"LOGDIR={self.folder}"])

    def hits(self):
        return (self.folder / "rspamd.log").read_text(errors="replace").count("BENCH_")
