"""Mails that teach, and what the daemon says of itself."""
import json
import re
import subprocess

from milter import program, wait_for

HEADERS = [("From", "<sender@client.example>"), ("Subject", "a letter"), ("MIME-Version", "1.0"),
           ("Content-Type", "text/plain; charset=UTF-8"), ("Content-Transfer-Encoding", "8bit")]
number = 0


class Late(AssertionError):
    """An answer came later than promised. Other programs' share of the machine can be the reason: see conftest.py."""


def on_time(condition, *facts):
    if not condition:
        raise Late(*facts)


def send(d, lure=False, client="198.51.100.9", headers=(), body=None):
    """One message whose text nobody sent before."""
    global number
    number += 1
    text = body or ("青い傘を預けてください。" if lure else "会議の資料を送ります。") + f"{number}番です。"
    with d.mta(client=client) as mta:
        o = mta.send([*HEADERS, *headers], (text + "\r\n").encode())
    assert (o.action, o.stage) == ("accept", "end"), "the message was not accepted"
    assert o.status() == ("tag; lures=umbrella" if lure else "none")
    return o


def spent(d):
    """Milliseconds that each message took in the milter, in the order of the log. A client on a machine that is shared
    sees its own waits for a processor besides, which can take far longer."""
    return [float(line.split(" ms=")[1].split(" ")[0]) for line in d.text().splitlines() if " ms=" in line]


def in_bounds(ms):
    """What a store may add to a message: next to nothing, and the deadline of 50 ms at the worst."""
    ms = sorted(ms)
    on_time(ms[-1] <= 100 and ms[(len(ms) * 99 - 1) // 100] <= 55, ms[-9:])


def free(ms):
    """What a store may add while the breaker is open: nothing. A message itself takes a tenth of a millisecond."""
    on_time(sorted(ms)[len(ms) * 9 // 10] < 5, sorted(ms)[-9:])


def standing(d):
    """What the log says of the last message."""
    lines = [line for line in d.text().splitlines() if " standing=" in line]
    return lines[-1].split(" standing=")[1].split(" ")[0] if lines else None


def counters(d):
    done = subprocess.run([program("lurectl"), "status", "--json", "--config", "/dev/null", "--socket",
                           d.options["status_socket"]], capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout)


def reputation(d, *arguments, stdin=None):
    """lurectl reputation with the daemon's configuration: (status, output)."""
    done = subprocess.run([program("lurectl"), "reputation", "--config", str(d.config), *arguments], input=stdin,
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def lurectl_works(d):
    """Every command of lurectl reputation finds what the daemon wrote, and changes it."""
    for i in range(6):
        send(d, lure=True, client="192.0.2.8" if i < 4 else "192.0.3.9")
    written(d)
    status, out = reputation(d, "show", "192.0.2.8")
    assert status == 0 and "4.00 lure" in out and re.search(r"standing 0\.\d\d/4\.0", out)
    assert len(reputation(d, "list", "worst", "--json")[1].splitlines()) == 4
    exported = reputation(d, "export")[1]
    assert len(exported.splitlines()) == 4
    assert reputation(d, "forget", "192.0.2.8") == (0, "2 keys forgotten\n")
    assert len(reputation(d, "export")[1].splitlines()) == 2
    assert "standing new" in reputation(d, "show", "192.0.2.8")[1]
    assert reputation(d, "import", "-", stdin=exported)[0] == 0
    assert sorted(reputation(d, "export")[1].splitlines()) == sorted(exported.splitlines())
    send(d, client="192.0.2.8")
    assert standing(d).endswith("/4.0")
    status, out = reputation(d, "check")
    assert status == 0 and "script: works" in out and "version 7" in out and "set maxmemory" in out


def written(d):
    """Wait until nothing waits to be written."""
    wait_for(lambda: counters(d)["standing_store_queue"] == 0, 20, "writes")


def up(d, seconds=20):
    wait_for(lambda: counters(d)["standing_store_up"] == 1, seconds, "Redis up:\n" + d.text())
