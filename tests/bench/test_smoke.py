"""`make bench` in small: it runs to its end, and has something to measure. No figure of it is judged here."""
import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent


def test_bench(tmp_path):
    out = tmp_path / "bench.json"
    small = {"BENCH_ROUNDS": "1", "BENCH_MESSAGES": "40", "BENCH_PATTERNS": "10"}
    done = subprocess.run([sys.executable, str(BENCH / "bench.py"), str(out)], env={**os.environ, **small},
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    got = json.loads(out.read_text())
    floor, *lures = got["patterns"]
    assert [f["name"] for f in lures] == ["shipped", "shipped + 10"]
    assert floor["headers_added"] == 40 and floor["cpu_ms"] > 0
    for f in lures:
        assert f["accept"] == f["headers_added"] == 40
        assert f["hits"] > 0 and f["cpu_ms"] > 0 and f["protocol"] == floor["protocol"]
    assert got["ratio"] > 0 and got["throughput_ratio"] > 0
    assert [r["connections"] for r in got["connections"]] == [1, 1, 4, 4, 16, 16, 64, 64]
    assert all(r["p99_ms"] >= r["p50_ms"] > 0 for r in got["connections"])
    assert all(s["us"] > 0 for name in ("bench", "varied") for s in got["stages"][name]["stages"])
    assert all(got["stages"][name]["differing"] == 0 for name in ("bench", "varied"))
    assert got["tcp"]["tcp_p50_ms"] > 0
    assert got["loading"][1]["patterns"] == 10 and got["loading"][1]["memory"] > 0
    assert got["memory"]["idle_connections"] == 80 and got["memory"]["huge_adds"] > 0
    assert got["worst"][0]["jit"] and got["worst"][0]["p50_ms"] > 0
    if "rspamd" in got:
        assert all(f["hits"] > 0 and f["cpu_ms"] > 0 for f in got["rspamd"]["filters"])
