"""What a private Postfix and a private Sendmail share: a sink for their mail, a client, an account, a process."""
import grp
import os
import pwd
import re
import signal
import socket
import socketserver
import subprocess
import threading
import time
from pathlib import Path

from milter import free_port, open_folder, wait_for  # noqa: F401 - the first two are for those who import this

TOP = Path(__file__).resolve().parents[2]
DOMAIN = "example.jp"


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def account():
    """A user and a group of the system that hardly own a process: an MTA wants its own, and none is made for a test."""
    for user, group in (("games", "man"), ("news", "news"), ("uucp", "uucp"), ("list", "list")):
        try:
            return pwd.getpwnam(user).pw_name, grp.getgrnam(group).gr_name
        except KeyError:
            continue
    raise RuntimeError("no system account that a private MTA could use")


class Process:
    """A program in a process group of its own, which ends as a whole."""

    def __init__(self, command, env, log):
        with open(log, "ab") as out:
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            start_new_session=True)

    def running(self):
        return self.process.poll() is None

    def signal_group(self, number):
        try:
            os.killpg(self.process.pid, number)
            return True
        except ProcessLookupError:
            return False

    def stop(self):
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        if self.signal_group(signal.SIGTERM):  # children that outlive it
            try:
                wait_for(lambda: self.process.poll() is not None and not self.signal_group(0), 3, "children")
            except AssertionError:
                self.signal_group(signal.SIGKILL)
        self.process.wait(10)


class Mailbox:
    """An LMTP server that takes everything: the messages as they were delivered, byte for byte, by recipient."""

    def __init__(self):
        self.changed = threading.Condition()
        self.messages = {}
        box = self

        class Session(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self):
                try:
                    box.serve(self.rfile, self.wfile)
                except ConnectionError:
                    pass  # the MTA stops

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Session)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def serve(self, read, write):
        def say(text):
            write.write(text.encode() + b"\r\n")

        recipients = []
        say("220 sink.example.jp LMTP")
        for line in iter(read.readline, b""):
            word = line[:4].upper()
            if word == b"LHLO":
                say("250-sink.example.jp\r\n250 8BITMIME")
            elif word == b"RCPT":
                recipients.append(re.search(rb"<(.*?)>", line).group(1).decode())
                say("250 2.1.5 fine")
            elif word == b"DATA":
                say("354 go on")
                lines = iter(read.readline, b".\r\n")
                self.take(recipients, b"".join(n[1:] if n.startswith(b".") else n for n in lines))
                for _ in recipients:
                    say("250 2.0.0 delivered")
                recipients = []
            elif word == b"QUIT":
                say("221 2.0.0 bye")
                return
            else:
                if word == b"RSET":
                    recipients = []
                say("250 2.0.0 fine")

    def take(self, recipients, message):
        with self.changed:
            for r in recipients:
                self.messages.setdefault(r.lower(), []).append(message)
            self.changed.notify_all()

    def count(self, recipient):
        with self.changed:
            return len(self.messages.get(recipient, []))

    def wait(self, recipient, count=1, seconds=20):
        """All that came for the recipient, once it is so many."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.messages.get(recipient, [])) >= count, seconds):
                raise AssertionError(f"{recipient}: {len(self.messages.get(recipient, []))} of {count} messages came")
            return list(self.messages[recipient])


class Reply(Exception):
    """A reply that was not expected, or the end of the connection (code 0)."""

    def __init__(self, code, text):
        super().__init__(f"{code} {text}")
        self.code, self.text = code, text


class Smtp:
    """A plain SMTP client that sends bytes as they are (smtplib would touch line ends and 8-bit headers)."""

    def __init__(self, port, client="127.0.0.1", login=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 60, (client, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.expect(self.reply(), 220)
        self.command("EHLO client.example.org")
        if login is not None:  # as if it had come by AUTH: smtpd_authorized_xclient_hosts
            self.command(f"XCLIENT LOGIN={login}", 220)
            self.command("EHLO client.example.org")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()

    def reply(self):
        lines = []
        while True:
            line = self.file.readline().decode("ascii", "replace").rstrip("\r\n")
            if not line:
                raise Reply(0, "connection closed")
            lines.append(line[4:])
            if line[3:4] != "-":
                return int(line[:3]), "\n".join(lines)

    @staticmethod
    def expect(reply, *codes):
        if reply[0] not in codes:
            raise Reply(*reply)
        return reply

    def command(self, text, *codes):
        self.socket.sendall(text.encode("ascii") + b"\r\n")
        return self.expect(self.reply(), *(codes or (250,)))

    def envelope(self, recipients, sender="sender@example.org"):
        self.command(f"MAIL FROM:<{sender}>")
        for r in recipients:
            self.command(f"RCPT TO:<{r}>")
        self.command("DATA", 354)

    def content(self, message):
        body = re.sub(rb"\r?\n", b"\r\n", message)
        body = re.sub(rb"(?m)^\.", b"..", body)
        self.socket.sendall(body + (b"" if body.endswith(b"\r\n") else b"\r\n"))

    def end(self):
        """The reply to the end of the message, and how long it took."""
        start = time.monotonic()
        self.socket.sendall(b".\r\n")
        reply = self.expect(self.reply(), 250)
        self.seconds = time.monotonic() - start
        return reply

    def send(self, message, *recipients, sender="sender@example.org"):
        """The reply to the end of the message; raises Reply where something was refused."""
        self.envelope(recipients, sender)
        self.content(message)
        return self.end()

    def vanish(self):
        self.file.close()
        self.socket.close()

    def quit(self):
        try:
            self.command("QUIT", 221)
        except (Reply, OSError):
            pass
        self.vanish()
