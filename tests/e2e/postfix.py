"""A private Postfix for tests: own configuration and queue, loopback ports, run from an unpacked package."""
import os
import shutil
from pathlib import Path

from mta import DOMAIN, Process, account, answers, free_port, open_folder, wait_for

QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()


class Postfix:
    """
    root: where the package was unpacked; folder: everything of this instance. It delivers to mailbox. For each of
    `listeners`, options of master.cf by name, it listens on one of `ports`.
    """

    def __init__(self, root, folder, mailbox, listeners=({},), main_cf=""):
        self.root, self.folder = Path(root), Path(folder)
        self.ports = [free_port() for _ in listeners]
        self.config, self.queue, self.log = self.folder / "etc", self.folder / "queue", self.folder / "maillog"
        self.owner, self.group = account()
        self.env = dict(os.environ, LD_LIBRARY_PATH=str(self.root / "usr/lib/postfix"), MAIL_CONFIG=str(self.config))
        self.process = None
        for d in (self.config, self.queue, self.folder / "data"):
            d.mkdir(parents=True)
        open_folder(self.folder)
        shutil.chown(self.folder / "data", self.owner)
        (self.config / "main.cf").write_text(self.main_cf(mailbox.port) + main_cf)
        (self.config / "master.cf").write_text(self.master_cf(listeners))

    def main_cf(self, sink):
        lib = self.root / "usr/lib/postfix"
        return f"""
compatibility_level = 3.6
queue_directory = {self.queue}
command_directory = {self.root}/usr/sbin
daemon_directory = {lib}/sbin
data_directory = {self.folder}/data
shlib_directory = {lib}
meta_directory = {self.config}
mail_owner = {self.owner}
setgid_group = {self.group}
default_privs = nobody
sendmail_path = {self.root}/usr/sbin/sendmail
mailq_path = {self.root}/usr/bin/mailq
newaliases_path = {self.root}/usr/bin/newaliases
maillog_file = {self.log}
maillog_file_prefixes = {self.folder}
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH
export_environment = TZ LANG LD_LIBRARY_PATH MAIL_CONFIG
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = {DOMAIN}
virtual_transport = lmtp:inet:127.0.0.1:{sink}
lmtp_line_length_limit = 0
smtputf8_enable = no
smtpd_peername_lookup = no
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_count_limit = 0
message_size_limit = 20000000
biff = no
"""

    def master_cf(self, listeners):
        services = ""
        for port, options in zip(self.ports, listeners):
            services += f"127.0.0.1:{port} inet n - n - - smtpd\n"
            services += "".join(f"  -o {{ {name} = {value} }}\n" for name, value in options.items())
        return services + """\
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
lmtp unix - - n - - lmtp
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

    def create_queue(self):
        """What post-install would make, without touching the system's files."""
        for name, mode in [*((q, 0o700) for q in QUEUES), ("maildrop", 0o1730), ("public", 0o2710), ("pid", 0o755)]:
            d = self.queue / name
            d.mkdir(exist_ok=True)
            if name != "pid":
                shutil.chown(d, self.owner, self.group if name in ("maildrop", "public") else None)
            d.chmod(mode)
        self.queue.chmod(0o755)

    def start(self):
        self.create_queue()
        master = [str(self.root / "usr/lib/postfix/sbin/master"), "-c", str(self.config), "-d"]
        self.process = Process(master, self.env, self.folder / "stderr")
        try:
            wait_for(lambda: all(map(answers, self.ports)) or not self.process.running(), 20, "Postfix's ports")
            assert self.process.running(), (self.folder / "stderr").read_text() + self.text()
        except AssertionError:
            self.stop()
            raise
        return self

    def stop(self):
        if self.process is not None:
            self.process.stop()
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def held(self):
        """Queue ids of the messages on hold."""
        return [p.name for p in (self.queue / "hold").rglob("*") if p.is_file()]
