"""A Redis Cluster of three masters: resharded, and one of them lost."""
import subprocess
import threading
import time

import pytest

from mail import counters, in_bounds, lurectl_works, send, spent, standing, up, written
from milter import wait_for
from server import CLI, inet


def cli(*words, seconds=60):
    done = subprocess.run([CLI, "--cluster", *map(str, words)], capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def cluster(redis):
    settings = ["cluster-enabled yes", "cluster-node-timeout 1000", "cluster-require-full-coverage no"]
    nodes = [redis(f"node{i}", *settings) for i in range(3)]
    cli("create", *[f"127.0.0.1:{n.port}" for n in nodes], "--cluster-yes")
    for n in nodes:
        wait_for(lambda: "cluster_state:ok" in n.raw("CLUSTER", "INFO") and
                 "cluster_known_nodes:3" in n.raw("CLUSTER", "INFO"), 20, "cluster")
    return nodes


def held(nodes):
    return [len([k for k in n.lines("KEYS", "lure:s:*") if k]) for n in nodes]


def test_keys_are_spread_and_found(cluster, daemon):
    with daemon(inet(cluster[0].port), redis_cluster="yes") as d:
        up(d)
        for i in range(40):
            send(d, lure=i % 2 == 0, client=f"192.0.{i}.1")
        written(d)
        assert sum(held(cluster)) == 80 and min(held(cluster)) > 5
        for i in range(40):
            send(d, client=f"192.0.{i}.1")
            assert standing(d).endswith("/1.0")
        c = counters(d)
        assert c["standing_store_faults_total"] == 0 and c["standing_store_late_total"] == 0


def test_lurectl_asks_the_cluster(cluster, daemon):
    with daemon(inet(cluster[0].port), redis_cluster="yes") as d:
        up(d)
        lurectl_works(d)
        assert sum(held(cluster)) == 4


def test_resharding_under_load(cluster, daemon):
    ids = [n.raw("CLUSTER", "MYID").strip() for n in cluster]
    with daemon(inet(cluster[1].port), redis_cluster="yes") as d:
        up(d)
        for i in range(30):
            send(d, lure=True, client=f"192.0.{i}.1")
        written(d)
        before = held(cluster)
        stop = threading.Event()

        def load():
            i = 0
            while not stop.is_set():
                i += 1
                send(d, client=f"192.0.{i % 30}.1")

        thread = threading.Thread(target=load)
        thread.start()
        cli("reshard", f"127.0.0.1:{cluster[0].port}", "--cluster-from", ids[0], "--cluster-to", ids[2],
            "--cluster-slots", "4000", "--cluster-yes", seconds=120)
        stop.set()
        thread.join()
        written(d)
        assert sum(held(cluster)) == 60 and held(cluster)[0] < before[0] and held(cluster)[2] > before[2]
        for i in range(30):
            send(d, client=f"192.0.{i}.1")
            assert float(standing(d).split("/")[1]) >= 1.0
        in_bounds(spent(d))
        c = counters(d)
        assert c["standing_store_dropped_total"] == 0 and d.count(" is down") == 0


def test_a_node_is_lost(cluster, daemon):
    with daemon("[" + ", ".join(f"'{inet(n.port)}'" for n in cluster) + "]", redis_cluster="yes") as d:
        up(d)
        for i in range(30):
            send(d, lure=True, client=f"192.0.{i}.1")
        written(d)
        cluster[2].stop()
        for i in range(90):
            send(d, client=f"192.0.{i % 30}.1")
        in_bounds(spent(d)[30:])
        assert standing(d) != "missing"  # the keys of the others, and what this host remembers
        wait_for(lambda: f"{cluster[2].port}@127.0.0.1 is down" in d.text(), 10, "line")
        assert counters(d)["standing_store_up"] == 1
        cluster[2].start()
        wait_for(lambda: "cluster_state:ok" in cluster[2].raw("CLUSTER", "INFO"), 30, "cluster")
        wait_for(lambda: counters(d)["standing_store_queue"] == 0, 31, "writes")
        assert d.text().count(f"{cluster[2].port}@127.0.0.1 is up") == 2
        assert counters(d)["standing_store_dropped_total"] == 0
