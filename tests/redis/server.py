"""Private Redis servers for tests, and one that misbehaves on purpose."""
import shutil
import socket
import subprocess
import threading
import time

from milter import free_port, wait_for

SERVER, CLI = shutil.which("redis-server"), shutil.which("redis-cli")


def inet(port):
    return f"inet:{port}@127.0.0.1"


def low_port():
    """A free port whose second one, 10,000 above it for a cluster's bus, is free too and no connection's."""
    while True:
        port = free_port()
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
        if port < 22000:
            return port


class Redis:
    """A redis-server in a folder of its own, on loopback and on a unix socket."""

    def __init__(self, folder, *settings, port=None, sentinel=False):
        self.folder, self.port, self.process = folder, port or low_port(), None
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        self.path = folder / "sock"
        self.log = folder / "redis.log"
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {folder}", "daemonize no", f"logfile {self.log}"]
        if not sentinel:
            lines += ["save ''", "appendonly no", f"unixsocket {self.path}", "unixsocketperm 777", "loglevel notice"]
        self.config = folder / "redis.conf"
        self.config.write_text("\n".join([*lines, *settings]) + "\n")
        self.command = [SERVER, str(self.config), *(["--sentinel"] if sentinel else [])]
        self.secret = []

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: "PONG" in self.raw("PING") or "NOAUTH" in self.raw("PING"), 20, "redis-server")
        return self

    def raw(self, *words):
        done = subprocess.run([CLI, "-p", str(self.port), *self.secret, *map(str, words)], capture_output=True,
                              text=True, timeout=30)
        return done.stdout + done.stderr

    def lines(self, *words):
        return self.raw(*words).splitlines()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def commands(data):
    """The commands that bytes of the protocol hold, and what is left."""
    out = []
    while data.startswith(b"*") and b"\r\n" in data:
        head, rest = data.split(b"\r\n", 1)
        words = []
        for _ in range(int(head[1:])):
            if b"\r\n" not in rest:
                return out, data
            size, rest = rest.split(b"\r\n", 1)
            n = int(size[1:])
            if len(rest) < n + 2:
                return out, data
            words.append(rest[:n])
            rest = rest[n + 2:]
        out.append(words)
        data = rest
    return out, data


def bulk(b):
    return b"$%d\r\n%s\r\n" % (len(b), b)


class Fake:
    """Speaks enough Redis for the milter; `fault(words) -> bytes or None` answers in place of the right answer."""

    def __init__(self):
        self.port, self.fault, self.drip = free_port(), None, 0
        self.mark, self.written, self.asked = None, 0, 0
        self.stopped = False
        self.connections = []
        self.listening = socket.socket()
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listening.bind(("127.0.0.1", self.port))
        self.listening.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.stopped:
            try:
                c, _ = self.listening.accept()
            except OSError:
                return
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as Redis does
            self.connections.append(c)
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()

    def answer(self, words):
        name = words[0].upper()
        if name == b"SET":
            if self.mark is None or b"NX" not in words:
                self.mark = words[2]
                return b"+OK\r\n"
            return b"$-1\r\n"
        if name == b"GET":
            return bulk(self.mark) if self.mark else b"$-1\r\n"
        if name == b"ECHO":
            return bulk(words[1])
        if name == b"HMGET":
            self.asked += 1
            return b"*2\r\n$-1\r\n$-1\r\n"
        if name in (b"EVAL", b"EVALSHA"):
            self.written += 1
            return b":1\r\n"
        return b"-ERR unknown command\r\n"

    def serve(self, c):
        data = b""
        try:
            while True:
                piece = c.recv(65536)
                if not piece:
                    return
                got, data = commands(data + piece)
                for words in got:
                    fault = self.fault(words) if self.fault else None
                    reply = self.answer(words) if fault is None else fault
                    if self.drip:
                        for i in range(len(reply)):
                            c.sendall(reply[i:i + 1])
                            time.sleep(self.drip)
                    else:
                        c.sendall(reply)
        except OSError:
            pass
        finally:
            c.close()

    def stop(self):
        self.stopped = True
        self.listening.close()
        for c in self.connections:
            try:
                c.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
