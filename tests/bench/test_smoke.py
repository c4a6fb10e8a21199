"""`make bench` and its like in small: they run to their end, and have something to measure. No figure is judged here."""
import json
import os
import subprocess
import sys
from pathlib import Path

import instructions
import pytest
from filters import Trouble

BENCH = Path(__file__).resolve().parent


def test_bench(tmp_path):
    out = tmp_path / "bench.json"
    small = {"BENCH_ROUNDS": "1", "BENCH_MESSAGES": "40", "BENCH_MAILS": "40", "BENCH_PATTERNS": "10"}
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


ANNOTATED = """\
--------------------------------------------------------------------------------
100,072,322 (100.0%)  /src/score/inspect.c:inspect [/b/lurectl]
 74,000,000 (73.95%)  /src/match/matcher.c:matcher_run [/b/lurectl]
 40,757,211 (40.73%)  /src/extract/visible.c:visible_extract'2 [/b/lurectl]
 23,185,757 (23.17%)  /src/decode/mail.c:mail_decode [/b/lurectl]
  9,707,423 ( 9.70%)  /src/fold/fold.c:fold_prose [/b/lurectl]
  7,155,972 ( 7.15%)  /src/match/find.c:find_candidates [/b/lurectl]
    594,439 ( 0.59%)  /src/match/evaluate.c:evaluate_all [/b/lurectl]
    451,396 ( 0.45%)  /usr/include/string_fortified.h:find_candidates
     22,689 ( 0.02%)  /src/score/verdict.c:score [/b/lurectl]
"""


def test_instructions_by_stage():
    got = instructions.stages(instructions.inclusive(ANNOTATED))
    assert got["decode"] == 23185757 // 32 and got["extract"] == 40757211 // 32
    assert got["find"] == 7155972 // 32 and got["all"] == 100072322 // 32
    assert got["layout"] == (74000000 - 9707423 - 7155972 - 594439) // 32
    with pytest.raises(Trouble, match="mail_decode"):
        instructions.stages(instructions.inclusive(ANNOTATED.replace("mail_decode", "decode_mail")))


def test_instructions_against_the_baseline():
    now = {("shipped", "decode"): 1100, ("shipped", "find"): 1001, ("shipped", "score"): 7}
    built, before = instructions.read(instructions.write({("shipped", "decode"): 1000, ("shipped", "find"): 1000}, "gcc 1"))
    assert built == "gcc 1"
    lines = instructions.compare(before, now)
    assert [line.split()[-2:] for line in lines[1:]] == [["+10.0", "%"], ["1001", "-"], ["7", "new"]]


def test_the_baseline_has_every_stage():
    _, counts = instructions.read(instructions.BASELINE.read_text())
    assert set(counts) == {(name, stage) for name in instructions.SETS for stage in instructions.STAGES}
    assert all(n > 0 for n in counts.values())
