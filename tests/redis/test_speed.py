"""What senders cost, and how fast they are looked up. LURE_SENDERS=1000000 measures at full size."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SENDERS = int(os.environ.get("LURE_SENDERS", "20000"))
DEPTH = 32  # look-ups of two keys each
MEASURE = Path(os.environ.get("top_builddir", "build")).resolve() / "tests/redis/measure"


def measure(*words):
    done = subprocess.run([str(MEASURE), *map(str, words)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}


@pytest.mark.skipif(not MEASURE.exists(), reason="tests/redis/measure is not built")
def test_speed_and_memory(redis):
    r = redis()
    used = int(re.search(r"used_memory:(\d+)", r.raw("INFO", "memory"))[1])
    m = measure(f"local:{r.path}", SENDERS, 2, DEPTH)
    stored = len(r.lines("KEYS", "lure:s:*")) if SENDERS <= 100000 else SENDERS
    more = int(re.search(r"used_memory:(\d+)", r.raw("INFO", "memory"))[1]) - used
    m.update(measure("memory", SENDERS))
    assert stored >= SENDERS
    assert m["known_share"] == 1 and m["late"] == m["faults"] == m["dropped"] == 0
    print(f"\n{SENDERS} senders: {more / stored:.0f} bytes each in Redis, "
          f"{m['memory_bytes_per_identity']:.0f} in the memory store")
    benchmark = shutil.which("redis-benchmark")
    if not benchmark:
        pytest.skip("no redis-benchmark to compare with")
    key = next(k for k in r.lines("SCAN", "0", "MATCH", "lure:s:*") if k.startswith("lure:s:"))
    done = subprocess.run([benchmark, "-s", str(r.path), "-P", str(DEPTH * 2), "-c", "1", "-n", "300000", "--csv",
                           "HMGET", key, "k", "v"], capture_output=True, text=True, timeout=120)
    rate = float(re.findall(r'"([\d.]+)"', done.stdout.splitlines()[-1])[0])
    print(f"{m['keys_per_second']:.0f} keys a second, redis-benchmark {rate:.0f}: {m['keys_per_second'] / rate:.2f}")
    assert m["keys_per_second"] > rate * 0.05
