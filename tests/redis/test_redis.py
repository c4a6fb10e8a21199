"""Two milters and one Redis."""
import os
import re
import signal
import subprocess

from conftest import secret
from mail import counters, free, in_bounds, lurectl_works, on_time, reputation, send, spent, standing, up, written
from milter import program, wait_for
from server import inet


def record(r, key):
    """(lure, clean) of a key in the hour that runs, from what Redis holds."""
    lure, clean, _, seen, lures = map(float, r.raw("HGET", key, "v").strip().strip('"').split())
    weight = min(seen, 8)
    return lure + weight * lures / seen, clean + weight * (seen - lures) / seen


def keys(r):
    return sorted(k for k in r.lines("KEYS", "lure:s:*") if k)


def test_two_milters_agree_with_one_that_saw_all(redis, daemon):
    r, alone = redis("shared"), redis("alone")
    with daemon(inet(r.port), "a") as a, daemon(inet(r.port), "b") as b, daemon(inet(alone.port), "c") as c:
        for d in (a, b, c):
            up(d)
        for i in range(30):
            client = f"198.51.100.{i % 3 + 1}"
            for d in ((a, b)[i % 2], c):
                body = ("青い傘を預けてください。" if i % 4 == 0 else "会議の資料です。") + f"これは{i}番。"
                send(d, i % 4 == 0, client, body=body)
        for d in (a, b, c):
            written(d)
        assert keys(r) == keys(alone) and len(keys(r)) == 4
        for k in keys(r):
            for x, y in zip(record(r, k), record(alone, k)):
                assert abs(x - y) <= 0.01 * max(y, 0.1)
        told = set()
        for d in (a, c):
            send(d, client="198.51.100.1")
            told.add(standing(d))
        assert len(told) == 1 and re.fullmatch(r"0\.\d\d/\d+\.\d", told.pop())


def test_the_same_model_as_memory(redis, daemon):
    """What Redis counts is what the memory store would: bursts, shares, the same text once."""
    r = redis()
    with daemon(inet(r.port), "a") as a, daemon(None, "m") as m:
        up(a)
        for i in range(25):
            for d in (a, m):
                send(d, i % 3 == 0, body=("青い傘を預けてください。" if i % 3 == 0 else "会議です。") + f"{i // 2 * 2}番")
        written(a)
        told = set()
        for d in (a, m):
            send(d)
            told.add(standing(d))
        assert len(told) == 1


def test_unix_socket_password_and_database(redis, daemon, folder):
    r = redis("redis", "requirepass apricot")
    r.secret = ["--no-auth-warning", "-a", "apricot", "-n", "3"]
    password = secret(folder / "password", b"apricot\n")
    with daemon(f"local:{r.path}", redis_password_file=password, redis_database=3) as d:
        up(d)
        send(d, lure=True)
        written(d)
        assert len(keys(r)) == 2
        assert all(0 < int(r.raw("TTL", k)) <= 3456000 for k in keys(r))


def test_acl_user_of_the_manual(redis, daemon, folder):
    page = open(os.path.join(os.path.dirname(__file__), "../../src/session/lure-milter.conf.5")).read()
    rule = " ".join(re.search(r"^user lure on .*\n.*$", page, re.M)[0].split()).replace("PASSWORD", "plum")
    r = redis("redis", rule, "user default off")
    r.secret = ["--no-auth-warning", "--user", "root", "-a", "cherry"]
    r.stop()
    r.config.write_text(r.config.read_text() + "user root on >cherry ~* +@all\n")
    r.start()
    with daemon(inet(r.port), redis_user="lure", redis_password_file=secret(folder / "password", b"plum")) as d:
        up(d)
        for _ in range(3):
            send(d, lure=True)
        written(d)
        assert len(keys(r)) == 2 and counters(d)["standing_store_faults_total"] == 0
        send(d)
        assert standing(d).endswith("/3.0")


def test_wrong_password_is_said(redis, daemon, folder):
    r = redis("redis", "requirepass apricot")
    with daemon(inet(r.port), redis_password_file=secret(folder / "password", b"quince")) as d:
        wait_for(lambda: d.count(" is down: ") == 1, 10, "line")
        assert "WRONGPASS" in d.text() and "quince" not in d.text()
        send(d)
        assert standing(d) == "missing"
        free(spent(d))


def test_another_key_is_said(redis, daemon, folder):
    r = redis()
    with daemon(inet(r.port), "a") as a:
        up(a)
        send(a, lure=True)
        written(a)
        before = keys(r)
        other = secret(folder / "other", b"x" * 32)
        with daemon(inet(r.port), "b", reputation_key=other) as b:
            wait_for(lambda: b.count("another reputation_key") == 1, 10, "line")
            send(b, lure=True)
            send(b)
            assert standing(b).endswith("/1.0")  # what it remembers itself
            assert keys(r) == before
        # with both keys, it is one of us
        with daemon(inet(r.port), "b", reputation_key=other, reputation_key_other=folder / "key") as b:
            up(b)
            send(b)
            assert standing(b).endswith("/1.0")
            written(b)
            assert len(keys(r)) == 4


def test_redis_needs_a_key_and_a_server(daemon, folder):
    for options, words in [({"reputation_key": "''"}, "reputation_key: must be set"),
                           ({"redis_server": "[]"}, "redis_server: must be set"),
                           ({"redis_server": "nowhere"}, "redis_server: 'nowhere'"),
                           ({"redis_user": "lure"}, "redis_user: needs")]:
        d = daemon("inet:1@127.0.0.1", **options)
        done = subprocess.run(d.command, capture_output=True, text=True, timeout=30)
        assert done.returncode == 78 and words in done.stdout + done.stderr


def test_nothing_of_a_sender_is_stored(redis, daemon, folder):
    """A canary address and domain are found nowhere."""
    address, domain = "203.0.113.77", "canary-quince.example"
    r = redis("redis", "appendonly yes")
    with daemon(inet(r.port), reputation_file=folder / "one" / "saved", authserv_id="mx.example.jp",
                log_level="debug") as d:
        up(d)
        results = ("Authentication-Results", f"mx.example.jp/4Fx1Qz; dkim=pass header.d={domain}")
        for lure in (True, False):
            send(d, lure, address, [results])
        written(d)
        assert len(keys(r)) == 3
        r.raw("SAVE")
    assert (folder / "one" / "saved").stat().st_size > 100
    stored = r.raw("KEYS", "*") + "".join(r.raw("HGETALL", k) for k in keys(r))
    needles = [address, domain, "canary", "203.0.113", "\\xcbq"]
    assert not any(n in stored for n in needles)
    for path in [folder / "one" / "saved", *r.folder.rglob("*"), d.log]:
        if path.is_file():
            data = path.read_bytes()
            if path != d.log:
                assert bytes([203, 0, 113]) not in data
            for n in needles[:4]:
                assert n.encode() not in data, path


def test_down_and_up_again(redis, daemon):
    r = redis()
    with daemon(inet(r.port)) as d:
        up(d)
        send(d, lure=True)
        written(d)
        r.stop()
        for _ in range(20):
            send(d, lure=True)
        in_bounds(spent(d)[1:])
        wait_for(lambda: d.count(" is down: ") == 1, 10, "line")
        assert standing(d).endswith("/8.0")  # from memory
        r.start()
        up(d, 31)
        written(d)
        assert d.count(" is up") == 2 and d.count(" is down: ") == 1
        assert len(keys(r)) == 2  # what waited was written


def test_stopped(redis, daemon):
    """The kernel still accepts connections: only replies prove anything."""
    r = redis()
    with daemon(inet(r.port)) as d:
        up(d)
        send(d)
        r.signal(signal.SIGSTOP)
        for _ in range(40):
            send(d)
        in_bounds(spent(d)[1:])
        free(spent(d)[2:])  # at most the first waited
        r.signal(signal.SIGCONT)
        up(d, 31)
        written(d)


def test_the_memory_is_full(redis, daemon):
    r = redis("redis", "maxmemory-policy noeviction")
    with daemon(inet(r.port)) as d:
        up(d)
        send(d, lure=True)
        written(d)
        r.raw("CONFIG", "SET", "maxmemory", "1")
        send(d, lure=True)
        wait_for(lambda: d.count("no memory left") == 1, 10, "line")
        send(d)
        assert standing(d).endswith("/1.0") and counters(d)["standing_store_up"] == 1
        r.raw("CONFIG", "SET", "maxmemory", "0")
        wait_for(lambda: d.count("takes writes again") == 1, 15, "line")
        written(d)


def test_flushed_scripts_and_keys_of_others(redis, daemon):
    r = redis()
    with daemon(inet(r.port)) as d:
        up(d)
        send(d, lure=True)
        written(d)
        r.raw("SCRIPT", "FLUSH")
        send(d, lure=True)
        written(d)
        first = keys(r)
        assert counters(d)["standing_store_faults_total"] == 0
        for k in first:
            r.raw("DEL", k)
            r.raw("SET", k, "a string")
        send(d)
        assert standing(d) == "new"
        written(d)
        assert counters(d)["standing_store_up"] == 1 and d.count(" is down") == 0


def test_many_at_once(redis, daemon):
    """Sessions at the same time: each gets the standing of its own sender."""
    import threading
    r = redis()
    with daemon(f"local:{r.path}") as d:
        up(d)
        for i in range(8):
            for _ in range(i):
                send(d, True, f"192.0.{i}.1")
        written(d)
        found = {}

        def look(i):
            for _ in range(10):
                with d.mta(client=f"192.0.{i}.1", macros={"queue_id": f"Q{i}"}) as mta:
                    mta.send([("Subject", "x")], "会議です。\r\n".encode())

        threads = [threading.Thread(target=look, args=(i,)) for i in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for line in d.text().splitlines():
            m = re.search(r" (Q\d): .* standing=(\S+)", line)
            if m:
                found.setdefault(m[1], []).append(m[2])
        assert len(found) == 8
        for i in range(8):
            first = found[f"Q{i}"][0]
            assert len(found[f"Q{i}"]) == 10
            assert first == ("new" if i == 0 else first) and (i == 0 or first.endswith(f"/{i}.0"))


def test_json_of_the_counters(redis, daemon):
    r = redis()
    with daemon(inet(r.port)) as d:
        up(d)
        for _ in range(2):
            send(d)
            written(d)
        c = counters(d)
        on_time(c["standing_store_late_total"] == 0)
        assert c["standing_lookups_total"] == 2 and c["standing_known_total"] == 1
        assert c["standing_store_written_total"] == 4 and c["standing_store_dropped_total"] == 0
        assert c["standing_store_seconds_count"] == 2 and c["standing_store_breakers_open"] == 0


def test_lurectl_asks_redis(redis, daemon, folder):
    r = redis()
    with daemon(inet(r.port)) as d:
        up(d)
        lurectl_works(d)
        written(d)
        assert len(keys(r)) == 4 and all(0 < int(r.raw("TTL", k)) <= 3456000 for k in keys(r))
        r.stop()
        assert reputation(d, "check")[0] == 69 and reputation(d, "show", "192.0.2.8")[0] == 69
