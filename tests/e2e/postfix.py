"""A private Postfix for tests: own configuration, queue and mailbox, loopback ports, run from an unpacked package."""
import os
import pwd
import grp
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(condition, seconds=10, what="condition"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def unused_account():
    """A user and a group of the system that own no process: Postfix wants its own, and none is made for a test."""
    for user, group in (("games", "games"), ("news", "news"), ("uucp", "uucp"), ("list", "list")):
        try:
            return pwd.getpwnam(user).pw_name, grp.getgrnam("man" if group == "games" else group).gr_name
        except KeyError:
            continue
    raise RuntimeError("no system account that a private Postfix could use")


class Postfix:
    """root: where the package was unpacked; folder: everything of this instance."""

    def __init__(self, root, folder, main_cf=""):
        self.root, self.folder, self.port = Path(root), Path(folder), free_port()
        self.config, self.queue = self.folder / "etc", self.folder / "queue"
        self.mailbox = self.folder / "mail"
        self.log = self.folder / "maillog"
        owner, group = unused_account()
        lib = self.root / "usr/lib/postfix"
        self.env = dict(os.environ, LD_LIBRARY_PATH=str(lib), MAIL_CONFIG=str(self.config))
        for d in (self.config, self.queue, self.folder / "data", self.mailbox):
            d.mkdir(parents=True)
        for d in [self.folder, *self.folder.parents]:
            if d == Path("/tmp") or d == Path("/"):
                break
            d.chmod(d.stat().st_mode | 0o055)
        shutil.chown(self.folder / "data", owner)
        shutil.chown(self.mailbox, "nobody")
        (self.config / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {self.queue}
command_directory = {self.root}/usr/sbin
daemon_directory = {self.root}/usr/lib/postfix/sbin
data_directory = {self.folder}/data
shlib_directory = {lib}
meta_directory = {self.config}
mail_owner = {owner}
setgid_group = {group}
default_privs = nobody
sendmail_path = {self.root}/usr/sbin/sendmail
mailq_path = {self.root}/usr/bin/mailq
newaliases_path = {self.root}/usr/bin/newaliases
maillog_file = {self.log}
maillog_file_prefixes = {self.folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.jp
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.jp
virtual_mailbox_base = {self.mailbox}
virtual_mailbox_maps = static:all/
virtual_minimum_uid = 1
virtual_uid_maps = static:{pwd.getpwnam("nobody").pw_uid}
virtual_gid_maps = static:{pwd.getpwnam("nobody").pw_gid}
alias_maps =
local_recipient_maps =
smtputf8_enable = no
biff = no
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH
export_environment = TZ LANG LD_LIBRARY_PATH MAIL_CONFIG
smtpd_peername_lookup = no
{main_cf}
""")
        (self.config / "master.cf").write_text(f"""
127.0.0.1:{self.port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
""")
        self.process = None

    def start(self):
        self.create_queue()
        self.process = subprocess.Popen([str(self.root / "usr/lib/postfix/sbin/master"), "-c", str(self.config), "-d"],
                                        env=self.env, stdout=subprocess.DEVNULL, stderr=(self.folder / "stderr").open("w"),
                                        start_new_session=True)
        try:
            wait_for(lambda: answers(self.port) or self.process.poll() is not None, 20, "Postfix's smtpd port")
            assert self.process.poll() is None, (self.folder / "stderr").read_text() + self.text_log()
        except AssertionError:
            self.stop()
            raise
        return self

    def create_queue(self):
        """What post-install would make, without touching the system's files."""
        owner, group = unused_account()
        for name, mode in dict(active=0o700, bounce=0o700, corrupt=0o700, defer=0o700, deferred=0o700, flush=0o700,
                               hold=0o700, incoming=0o700, private=0o700, saved=0o700, trace=0o700).items():
            (self.queue / name).mkdir(exist_ok=True)
            (self.queue / name).chmod(mode)
            shutil.chown(self.queue / name, owner)
        for name, mode in dict(maildrop=0o1730, public=0o2710).items():
            (self.queue / name).mkdir(exist_ok=True)
            shutil.chown(self.queue / name, owner, group)
            (self.queue / name).chmod(mode)
        (self.queue / "pid").mkdir(exist_ok=True)
        self.queue.chmod(0o755)

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process = None

    def text_log(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def delivered(self):
        return sorted((self.mailbox / "all/new").glob("*")) if (self.mailbox / "all/new").exists() else []

    def wait_delivered(self, count, seconds=20):
        wait_for(lambda: len(self.delivered()) >= count, seconds, f"{count} messages delivered; log:\n" + self.text_log())
        return self.delivered()

    def held(self):
        return [p for p in (self.queue / "hold").rglob("*") if p.is_file()]

    def empty(self):
        for p in self.delivered():
            p.unlink()


class Reply(Exception):
    def __init__(self, code, text):
        super().__init__(f"{code} {text}")
        self.code, self.text = code, text


class Smtp:
    """A plain SMTP client that sends bytes as they are (smtplib would touch line ends and 8-bit headers)."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.file = self.socket.makefile("rb")
        self.expect(self.reply(), 220)
        self.command("EHLO client.example.org")

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

    def send(self, message, sender="sender@example.org", recipients=("reader@example.jp",)):
        """The reply to the end of the message; raises Reply where something was refused."""
        self.command(f"MAIL FROM:<{sender}>")
        for r in recipients:
            self.command(f"RCPT TO:<{r}>")
        self.command("DATA", 354)
        body = re.sub(rb"\r?\n", b"\r\n", message)
        body = re.sub(rb"(?m)^\.", b"..", body)
        self.socket.sendall(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return self.expect(self.reply(), 250)

    def quit(self):
        try:
            self.command("QUIT", 221)
        except (Reply, OSError):
            pass
        self.socket.close()
