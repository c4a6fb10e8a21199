"""A master, its replica and three sentinels: mail goes on through a failover."""
import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from conftest import secret
from mail import counters, in_bounds, lurectl_works, reputation, send, spent, standing, up, written
from milter import free_port, wait_for
from server import inet

NAMES = Path(os.environ.get("top_builddir", "build")).resolve() / "tests/redis/names"


def watch(port):
    return ["sentinel monitor mymaster 127.0.0.1 %d 2" % port, "sentinel down-after-milliseconds mymaster 700",
            "sentinel failover-timeout mymaster 5000", "sentinel parallel-syncs mymaster 1"]


def test_failover_under_load(redis, daemon):
    master = redis("master", "repl-diskless-sync-delay 0")
    replica = redis("replica", f"replicaof 127.0.0.1 {master.port}")
    wait_for(lambda: "master_link_status:up" in replica.raw("INFO", "replication"), 20, "replica")
    sentinels = [redis(f"sentinel{i}", *watch(master.port), port=free_port(), sentinel=True) for i in range(3)]
    wait_for(lambda: all("slaves=1,sentinels=3" in s.raw("INFO", "sentinel") for s in sentinels), 30, "sentinels")
    servers = "[" + ", ".join(f"'{inet(s.port)}'" for s in sentinels) + "]"
    with daemon(servers, redis_sentinel_master="mymaster") as d:
        up(d)
        send(d, lure=True)
        written(d)
        assert len(master.lines("KEYS", "lure:s:*")) == 2
        wait_for(lambda: len([k for k in replica.lines("KEYS", "lure:s:*") if k]) == 2, 10, "replication")
        stop = threading.Event()

        def load(n):
            while not stop.is_set():
                send(d, client=f"192.0.{n}.7")

        threads = [threading.Thread(target=load, args=(n,)) for n in range(3)]
        for t in threads:
            t.start()
        time.sleep(1)
        master.stop()
        sentinels[0].stop()  # one of those who are asked may be gone too
        wait_for(lambda: counters(d)["standing_store_up"] == 0, 10, "loss")
        up(d, 30)
        time.sleep(1)
        stop.set()
        for t in threads:
            t.join()
        assert f"{replica.port}@127.0.0.1 is up" in d.text()
        assert len(spent(d)) > 100
        in_bounds(spent(d))
        written(d)
        send(d)
        assert standing(d).endswith("/1.0")  # as the old master knew it
        assert counters(d)["standing_store_dropped_total"] == 0
        # The old one comes back as a replica, and is not written to.
        master.config.write_text(master.config.read_text())
        master.start()
        wait_for(lambda: "role:slave" in master.raw("INFO", "replication"), 30, "demotion")
        before = d.count(" is down")
        for _ in range(5):
            send(d)
        written(d)
        assert d.count(" is down") == before and counters(d)["standing_store_up"] == 1


def test_sentinels_have_users_of_their_own(redis, daemon, folder):
    """And the master another: neither gets the other's password, and lurectl goes the same way."""
    master = redis("master", "requirepass apricot")
    sentinel = redis("sentinel", *watch(master.port), "sentinel auth-pass mymaster apricot",
                     "user default off", "user warden on >quince allchannels +@all", port=free_port(), sentinel=True)
    master.secret = ["-a", "apricot", "--no-auth-warning"]
    words = {"redis_sentinel_master": "mymaster", "redis_password_file": secret(folder / "password", b"apricot\n"),
             "redis_sentinel_user": "warden", "redis_sentinel_password_file": secret(folder / "other", b"quince\n")}
    with daemon(inet(sentinel.port), **words) as d:
        up(d)
        lurectl_works(d)
        assert "apricot" not in d.text() and "quince" not in d.text()
    words["redis_sentinel_password_file"] = secret(folder / "wrong", b"melon\n")
    with daemon(inet(sentinel.port), "two", **words) as d:
        wait_for(lambda: d.count("no sentinel names the master of Redis: ") == 1, 20, "line")
        assert "WRONGPASS" in d.text() and "melon" not in d.text()
        send(d)
        assert standing(d) == "missing"
        status, out = reputation(d, "check")
        assert status == 69 and "WRONGPASS" in out


def names(*words):
    done = subprocess.run([NAMES, "mymaster", *map(str, words)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}


@pytest.fixture
def sentinel(redis):
    if not NAMES.exists():
        pytest.skip("tests/redis/names is not built")
    master = redis("master")
    return redis("sentinel", *watch(master.port), port=free_port(), sentinel=True)


def test_slow_names_hold_up_nobody(sentinel):
    """A sentinel whose name server is silent is asked again and again, and no look-up waits for that."""
    v = names(16, 1000, "inet:1@slow.example", f"inet:{sentinel.port}@redis.example")
    assert v["asked"] > 500 and v["answered"] == v["asked"], v
    assert v["late"] == v["faults"] == 0 and v["longest_ms"] < 1000, v


def test_nobody_waits_after_one_has_waited_in_vain(sentinel):
    """The store's thread is held up for two seconds, several times: each time one look-up waits, and no second one."""
    v = names(14, 200, "inet:1@127.0.0.3", f"inet:{sentinel.port}@127.0.0.1")
    assert v["stalls"] >= 2 and v["asked"] > 500, v
    assert 1 <= v["late"] <= v["stalls"] and v["longest_ms"] < 1000, v
