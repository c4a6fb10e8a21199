"""Without JIT, as under systemd's MemoryDenyWriteExecute: the interpreter finds the same."""
import ctypes
import json
import subprocess

import pytest
from test_lurectl import BUILD, HERE, SAMPLES

PATTERNS = HERE / "patterns"

PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1


def refuse_code():
    """In the child: no memory becomes executable from here on."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        raise OSError("a kernel before 6.3")


def lurectl(*args, **how):
    try:
        done = subprocess.run([BUILD / "lurectl", *args], capture_output=True, text=True, **how)
    except subprocess.SubprocessError:
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert done.stderr == ""
    return done


def test_shipped_patterns_stay_within_the_limits():
    done = lurectl("check", "--patterns", PATTERNS, preexec_fn=refuse_code)
    assert done.returncode == 0 and done.stdout.rstrip().endswith(")") and ": good" in done.stdout


def test_same_verdicts():
    def verdicts(**how):
        found = [json.loads(line) for line in lurectl("scan", "--json", "--patterns", PATTERNS, *SAMPLES, **how).stdout.splitlines()]
        for o in found:
            o.pop("ms")
        return found
    interpreted = verdicts(preexec_fn=refuse_code)
    assert len(interpreted) == len(SAMPLES) and any(o["verdict"] == "tag" for o in interpreted)
    assert interpreted == verdicts()


def test_a_field_of_one_sentence_is_read_in_time(tmp_path):
    """What costs the interpreter most: half matches at every place."""
    sentence = "お金と百万円の登録料をお送りください、" * 20 + "\r\n"
    mail = tmp_path / "worst.eml"
    mail.write_bytes(b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + (sentence * 200).encode())
    done = lurectl("scan", "--json", "--patterns", PATTERNS, "-o", "message_time=500ms", mail, preexec_fn=refuse_code)
    assert json.loads(done.stdout)["ms"] < 2000
