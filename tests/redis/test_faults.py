"""A server that does everything wrong: mail goes on, and nobody is taken for another."""
import time

import pytest

from mail import counters, free, in_bounds, send, spent, standing, up
from milter import wait_for
from server import inet

STRANGER = b"*2\r\n$8\r\ndeadbeef\r\n$15\r\n900 0 498000 0 0\r\n"
NESTED = b"*1\r\n" * 20 + b":1\r\n"


def reads(reply):
    return lambda words: reply if words[0] == b"HMGET" else None


def writes(reply):
    return lambda words: reply if words[0] in (b"EVAL", b"EVALSHA") else None


def everything(reply):
    return lambda words: reply


FAULTS = {
    "garbage": everything(b"HTTP/1.0 200 OK\r\n\r\n"),
    "garbage in place of a reply": reads(b"\x00\xff\x00garbage\r\n"),
    "nothing": everything(b""),
    "no reply to a look-up": reads(b""),
    "half a reply": reads(b"*2\r\n$-1\r\n"),
    "nested": reads(NESTED),
    "huge string": reads(b"$99999999999\r\nxxxx"),
    "huge string, all of it": reads(b"$6000000\r\n" + b"x" * 6000000 + b"\r\n"),
    "huge array": reads(b"*500000000\r\n"),
    "larger array": reads(b"*4294967295\r\n"),
    "many arrays": reads(b"*7\r\n" + b"*20000\r\n" + b":1\r\n" * 20000),
    "negative": reads(b"*-5\r\n"),
    "LOADING": everything(b"-LOADING Redis is loading the dataset in memory\r\n"),
    "MASTERDOWN": reads(b"-MASTERDOWN Link with MASTER is down\r\n"),
    "NOAUTH": everything(b"-NOAUTH Authentication required.\r\n"),
    "max clients": everything(b"-ERR max number of clients reached\r\n"),
    "READONLY": writes(b"-READONLY You can't write against a read only replica.\r\n"),
    "NOPERM": writes(b"-NOPERM this user has no permissions\r\n"),
    "MOVED without a cluster": reads(b"-MOVED 1 127.0.0.1:1\r\n"),
    "a string for an array": reads(b"$2\r\nok\r\n"),
    "an integer for an array": reads(b":1\r\n"),
    "a status": reads(b"+OK\r\n"),
    "another length": reads(b"*3\r\n$-1\r\n$-1\r\n$-1\r\n"),
    "wrong elements": reads(b"*2\r\n:1\r\n:2\r\n"),
    "a record that is none": lambda w: b"*2\r\n$8\r\n" + w[1][7:15] + b"\r\n$3\r\nnan\r\n" if w[0] == b"HMGET" else None,
    "a negative record": lambda w: b"*2\r\n$8\r\n" + w[1][7:15] + b"\r\n$9\r\n-5 0 1 0 0\r\n" if w[0] == b"HMGET" else None,
    "another key's record": reads(STRANGER),
    "two replies": reads(b"*2\r\n$-1\r\n$-1\r\n" + STRANGER),
    "two empty replies": reads(b"*2\r\n$-1\r\n$-1\r\n" * 2),
    "two replies to a write": writes(b":1\r\n:1\r\n"),
    "a write that says 2": writes(b":2\r\n"),
    "the wrong echo": lambda w: b"$16\r\n0000000000000000\r\n" if w[0] == b"ECHO" else None,
    "an extra echo": lambda w: (b"$16\r\n" + w[1] + b"\r\n") * 2 if w[0] == b"ECHO" else None,
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(fake, daemon, name):
    """It begins while all is well, lasts, and goes away."""
    with daemon(inet(fake.port)) as d:
        up(d)
        send(d, client="203.0.113.1")
        assert standing(d) == "new"
        fake.fault = FAULTS[name]
        before, sent = len(spent(d)), 0
        end = time.monotonic() + 1.2
        while time.monotonic() < end or sent < 30:
            send(d, client=f"203.0.113.{sent % 200 + 2}")
            sent += 1
            assert standing(d) in ("new", "missing") or standing(d).startswith("0.10/0.") or \
                float(standing(d).split("/")[1]) <= 8  # its own network, as this host saw it
            assert float(standing(d).split("/")[0]) <= 0.11 if "/" in standing(d) else True
        in_bounds(spent(d)[before:])
        c = counters(d)
        assert c["standing_store_faults_total"] > 0
        assert d.count(" is down: ") <= 3
        fake.fault = None
        up(d, 31)
        wait_for(lambda: counters(d)["standing_store_queue"] == 0, 31, "writes")
        fake.written = 0
        send(d)
        wait_for(lambda: fake.written == 2, 31, "writes again")
        assert d.alive() and d.text().count("standing=") == sent + 2


def test_oom_is_no_fault(fake, daemon):
    fake.fault = writes(b"-OOM command not allowed when used memory > 'maxmemory'.\r\n")
    with daemon(inet(fake.port)) as d:
        up(d)
        for _ in range(5):
            send(d)
        time.sleep(0.2)
        c = counters(d)
        assert c["standing_store_faults_total"] == 0 and c["standing_store_up"] == 1
        assert c["standing_store_queue"] == 10 and d.count("no memory left") == 1


def test_drip(fake, daemon):
    """A byte at a time: every read has something, and no reply ever comes to its end."""
    with daemon(inet(fake.port)) as d:
        up(d)
        fake.drip = 0.05
        for _ in range(100):
            send(d)
        in_bounds(spent(d)[1:])
        fake.drip = 0
        up(d, 31)


def test_open_costs_nothing(fake, daemon):
    fake.fault = everything(b"garbage\r\n")
    with daemon(inet(fake.port)) as d:
        wait_for(lambda: counters(d)["standing_store_breakers_open"] == 1, 10, "breaker")
        wait_for(lambda: counters(d)["standing_store_faults_total"] >= 7, 10, "more tries")
        before = fake.asked
        with d.mta() as mta:
            for _ in range(300):
                mta.send([("Subject", "x")], "会議です。\r\n".encode())
        assert fake.asked == before
        free(spent(d))
        tries = counters(d)["standing_store_faults_total"]
        time.sleep(3)
        assert counters(d)["standing_store_faults_total"] - tries <= 1  # not hammered
        assert d.count(" is down: ") == 1


def test_the_queue_is_bounded(fake, daemon):
    fake.fault = everything(b"garbage\r\n")
    with daemon(inet(fake.port), scan_slots=2, recipients_default="observe") as d, d.mta() as mta:
        wait_for(lambda: counters(d)["standing_store_breakers_open"] == 1, 10, "breaker")
        for i in range(5200):
            mta.send([("Subject", "x")], f"会議です。{i}番\r\n".encode())
        c = counters(d)
        assert c["standing_store_queue"] <= 10000 and c["standing_store_dropped_total"] == 400
        fake.fault = None
        up(d, 31)
        wait_for(lambda: counters(d)["standing_store_queue"] == 0, 20, "writes")
        assert fake.written == 10000
