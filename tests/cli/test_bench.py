"""lurectl bench: what it measures adds up, whatever the figures are."""
import json

import pytest

from test_lurectl import LURES, SAMPLES, run

STAGES = ["decode", "extract", "fold", "find", "confirm", "score"]


@pytest.fixture(scope="module")
def measured():
    done = run("bench", "--rounds", 2, "--json", *SAMPLES)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_stages(measured):
    assert measured["messages"] == len(SAMPLES) and measured["rounds"] == 2
    assert measured["bytes"] == sum(p.stat().st_size for p in SAMPLES)
    assert measured["bytes"] > measured["text_bytes"] > 0 and measured["patterns"] > 0
    assert [s["stage"] for s in measured["stages"]] == STAGES
    assert all(s["us"] > 0 and s["mb_per_second"] > 0 for s in measured["stages"])
    us = sum(s["us"] for s in measured["stages"])
    assert measured["messages_per_second"] == pytest.approx(1e6 / us, rel=0.01)
    front = sum(s["us"] for s in measured["stages"][:3])
    assert measured["front_mb_per_second"] == pytest.approx(
        measured["text_bytes"] / measured["messages"] / front, rel=0.01)


def test_charsets(measured):
    decoded = {}
    for path in SAMPLES:
        parts = json.loads(run("decode", "--json", path).stdout)["parts"]
        used = next(p["used"] for p in parts if p["used"])
        decoded[used] = decoded.get(used, 0) + 1
    assert {c["charset"]: c["messages"] for c in measured["charsets"]} == decoded
    assert sum(c["text_bytes"] for c in measured["charsets"]) == measured["text_bytes"]
    assert all([s["stage"] for s in c["stages"]] == STAGES for c in measured["charsets"])


def test_engines_find_the_same(measured):
    literals, one_by_one = measured["engines"]
    assert (literals["engine"], one_by_one["engine"]) == ("literals", "one-by-one")
    assert measured["compared"] == len(SAMPLES) and measured["differing"] == 0
    assert literals["found"] == one_by_one["found"] >= len(LURES)
    assert one_by_one["us"] > 2 * literals["us"] > 0  # CPU time, and in truth some twenty times


def test_for_people():
    text = run("bench", "--rounds", 1, *LURES).stdout.decode()
    for word in [f"{len(LURES)} messages", *STAGES, "All together", "one by one", f"{len(LURES)} messages by both: 0 found otherwise"]:
        assert word in text
    assert "全パターンを一つずつ" in run("bench", "--rounds", 1, LURES[0], language="ja_JP.UTF-8").stdout.decode()


def test_what_is_wrong_is_said(tmp_path):
    done = run("bench")
    assert done.returncode == 64 and b"name messages" in done.stderr and done.stdout == b""
    for rounds in ("0", "1001", "-1", "many", ""):
        done = run("bench", "--rounds", rounds, LURES[0])
        assert done.returncode == 64 and b"a number from 1 to 1000" in done.stderr
    done = run("bench", tmp_path)
    assert done.returncode == 66 and b"no messages" in done.stderr
    done = run("bench", "--rounds", 1, tmp_path / "missing.eml", LURES[0])
    assert done.returncode == 66 and b"missing.eml" in done.stderr and b"1 messages" in done.stdout
    done = run("bench", "--patterns", tmp_path / "missing.yaml", LURES[0])
    assert done.returncode == 66 and done.stdout == b""
