"""A master, its replica and three sentinels: mail goes on through a failover."""
import threading
import time

from mail import counters, on_time, send, standing, up, written
from milter import free_port, wait_for
from server import inet


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
        times, stop = [], threading.Event()

        def load(n):
            while not stop.is_set():
                times.append(send(d, client=f"192.0.{n}.7")[1])

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
        times.sort()
        assert len(times) > 100
        on_time(times[-1] < 0.2 and times[len(times) * 99 // 100] < 0.08, times[-9:])
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
