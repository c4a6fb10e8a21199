"""A private Sendmail for tests: own configuration and queue, loopback ports, run from an unpacked package."""
import os
import re
import subprocess
from pathlib import Path

from mta import DOMAIN, Process, answers, free_port, open_folder, wait_for

# Sendmail takes no socket below /tmp without TrustStickyBit. Nothing is looked up in the DNS, and every recipient is
# delivered by LMTP.
MC = """\
divert(-1)
include(`{cf}/m4/cf.m4')
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.{domain}')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/switch')dnl
define(`confHOSTS_FILE', `{folder}/hosts')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`STATUS_FILE', `{folder}/statistics')dnl
define(`HELP_FILE', `{folder}/help')dnl
define(`ALIAS_FILE', `')dnl
define(`confPID_FILE', `{folder}/pid')dnl
define(`confCONTROL_SOCKET_NAME', `')dnl
define(`confCW_FILE', `-o {folder}/none')dnl
define(`confCT_FILE', `-o {folder}/none')dnl
define(`confEIGHT_BIT_HANDLING', `pass8')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_ICONNECT', `5s')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confCONNECTION_RATE_THROTTLE', `0')dnl
define(`confLOG_LEVEL', `14')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`no_default_msa')dnl
{listeners}
{filters}
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
Cw{domain}
LOCAL_RULE_0
R$+ < @ $=w . >		$#lmtp $@ [127.0.0.1] $: $1 < @ {domain} . >
R$+ < @ $=w >		$#lmtp $@ [127.0.0.1] $: $1 < @ {domain} . >
MAILER_DEFINITIONS
Mlmtp, P=[IPC], F=lsDFMmnqXz8, S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\\r\\n, L=0,
	T=DNS/RFC822/SMTP, A=TCP [127.0.0.1] {sink}
"""


def with_host_name(name):
    """
    Sendmail sleeps a minute where the system's name has no dot and /etc/hosts knows no longer one, whatever sendmail.cf
    says. The command to run another one under a better name; nothing, and the minute, where a container forbids it.
    """
    rename = ["unshare", "--uts", "sh", "-c", f'hostname {name} && exec "$@"', "sh"]
    return rename if subprocess.run([*rename, "true"], capture_output=True).returncode == 0 else []


class Sendmail:
    """
    root: where the packages were unpacked; folder: everything of this instance. It delivers to mailbox. For each of
    `filters`, what follows the name in an INPUT_MAIL_FILTER line, there is a listener in `ports`; None: no filter.
    """

    def __init__(self, root, folder, mailbox, filters=(None,)):
        self.root, self.folder = Path(root), Path(folder)
        self.ports = [free_port() for _ in filters]
        self.queue, self.log = self.folder / "queue", self.folder / "maillog"
        self.process = None
        self.env = dict(os.environ, LD_LIBRARY_PATH=str(self.root / "usr/lib/x86_64-linux-gnu"))
        self.queue.mkdir(parents=True)
        open_folder(self.folder)
        self.queue.chmod(0o700)
        (self.folder / "switch").write_text("hosts files\naliases files\n")
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost mx.{DOMAIN}\n")
        self.make_cf(mailbox.port, filters)

    def make_cf(self, sink, filters):
        cf = self.root / "usr/share/sendmail/cf"
        listeners, lines = "", ""
        for i, (port, value) in enumerate(zip(self.ports, filters)):
            own = f"lure{i}" if value is not None else ""
            listeners += f"DAEMON_OPTIONS(`Family=inet, Addr=127.0.0.1, Port={port}, Name=MTA{i}, " \
                f"InputMailFilters={own}')dnl\n"
            if value is not None:
                lines += f"INPUT_MAIL_FILTER(`{own}', {value})dnl\n"
        mc = MC.format(cf=cf, folder=self.folder, domain=DOMAIN, sink=sink, listeners=listeners, filters=lines)
        (self.folder / "sendmail.mc").write_text(mc)
        made = subprocess.run(["m4", f"-D_CF_DIR_={cf}/", str(self.folder / "sendmail.mc")], capture_output=True,
                              text=True)
        assert made.returncode == 0 and made.stderr == "", made.stderr
        (self.folder / "sendmail.cf").write_text(made.stdout)

    def start(self):
        program = str(self.root / "usr/libexec/sendmail/sendmail")
        command = [*with_host_name("localhost.localdomain"), program, "-bD", "-C", str(self.folder / "sendmail.cf")]
        self.process = Process(command, self.env, self.folder / "stderr")
        try:
            wait_for(lambda: all(map(answers, self.ports)) or not self.process.running(), 90, "Sendmail's ports")
            assert self.process.running(), self.text()
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
        return (self.folder / "stderr").read_text(errors="replace")

    def held(self):
        """Queue ids of the messages in quarantine."""
        return [p.name[2:] for p in self.queue.iterdir() if re.match("hf", p.name)]
