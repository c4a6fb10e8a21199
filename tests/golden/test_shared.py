"""
Measures taken with material that is no part of this project: ../shared beside it, where that is there. The browsers' test
vectors, texts in every packaging of Japanese mail, real mail with what several decoders read in it, and ordinary mail.
"""
import base64
import csv
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from mail import mail
from shipped import tagged_by_skeleton

SHARED = Path(__file__).resolve().parents[3] / "shared"

pytestmark = pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="there is no ../shared")


def encoded(raw, label):
    return mail(base64.encodebytes(raw), f"Content-Type: text/plain; charset={label}", "Content-Transfer-Encoding: base64")


@pytest.fixture(scope="session")
def decode(lurectl, tmp_path_factory):
    """The bodies of many messages."""
    def run(mails):
        folder = tmp_path_factory.mktemp("decode")
        for i, raw in enumerate(mails):
            (folder / f"{i:06}.eml").write_bytes(raw)
        return [found["body"] for found in lurectl("decode", "--json", folder)]
    return run


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.reader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


# --- the browsers' vectors ------------------------------------------------------------------------------------------------

# The lists were made for encoders, which read a yen sign and an overline back as what ASCII has in their place, and U+2212
# as its full-width form.
ENCODERS_ONLY = {("shift_jis", "5c"), ("shift_jis", "7e"), ("euc-jp", "5c"), ("euc-jp", "7e"), ("shift_jis", "817c"), ("euc-jp", "a1dd"),
                 ("iso-2022-jp", "1b2442215d1b2842")}


@pytest.mark.parametrize("label", ["iso-2022-jp", "shift_jis", "euc-jp"])
def test_characters(decode, label):
    pairs = rows(SHARED / f"tables/vectors-wpt-{label}-chars.tsv")
    assert len(pairs) > 7000
    chunks = [pairs[i:i + 200] for i in range(0, len(pairs), 200)]
    bodies = decode([encoded(b"".join(b"x" + bytes.fromhex(code) + b"\n" for code, _ in c), label) for c in chunks])
    misses = set()
    for chunk, body in zip(chunks, bodies):
        lines = body.split("\n")
        misses |= {(label, code) for (code, cp), line in zip(chunk, lines) if line != "x" + chr(int(cp[2:], 16))}
    assert misses == {pair for pair in ENCODERS_ONLY if pair[0] == label}


# An empty pair of escapes writes nothing, for joined encoded-words are full of them; SO and SI lead into kana and back, and a
# line end ends them.
OTHERWISE = {"1b28421b284250": "P", "1b28491b24405050": "佩", "1b24401b2440": "", "1b24401b24405050": "佩", "1b24401b24425050": "佩",
             "0d0e0f10": "\n\x10", "1b284a0d0e0f10": "\n\x10", "1b28490d0e0f10": "\n\x10"}


def test_escapes(decode):
    vectors = rows(SHARED / "tables/vectors-wpt-iso2022jp-decoder.tsv")[1:]
    assert len(vectors) > 30
    bodies = decode([encoded(bytes.fromhex(v[0]), "iso-2022-jp") for v in vectors])
    for v, body in zip(vectors, bodies):
        assert body == OTHERWISE.get(v[0], bytes.fromhex(v[1]).decode()), v[3]


# --- texts in every packaging ---------------------------------------------------------------------------------------------

SAME = str.maketrans("〜−‖¢£¬—", "～－∥￠￡￢―")  # what converters read in two ways


def flat(text):
    text = unicodedata.normalize("NFKC", text.translate(SAME)).translate(str.maketrans("~-", "～－"))
    return re.sub(r"[\s\u2800・]+", "", text.translate(SAME))  # what list items begin with stands in the texts only


def jsonl(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_packagings(lurectl, tmp_path):
    subprocess.run([sys.executable, "-B", SHARED / "corpus/build-corpus", "--copies", "99", tmp_path], check=True, capture_output=True)
    texts = {m["id"]: m for name in ("lures", "ham") for m in jsonl(SHARED / f"corpus/{name}.jsonl")}
    packed = [row[0] for row in rows(tmp_path / "manifest.tsv")[1:]]
    found = {Path(d["file"]).name: d for d in lurectl("decode", "--json", tmp_path) if d["file"].endswith(".eml")}
    assert len(packed) > 10000 and set(packed) == set(found)
    misses = []
    for name in packed:
        want, got = texts[name.split(".")[0]], found[name]
        if flat(got["subject"]) != flat(want["subject"]):
            misses.append(f"{name}: the subject is {got['subject']!r}")
        seen = flat(got["body"] + "".join(link["target"] for link in got["links"]))
        misses += [f"{name}: {line!r} is not in the body" for line in want["text"].split("\n") if flat(line) not in seen]
    assert misses == []


# --- real mail ------------------------------------------------------------------------------------------------------------

def read_wrongly(row, got):
    """What two decoders or more agree on, and is not read so. ('-' is nothing; a title is hidden text here.)"""
    want = "" if row["subject_utf8"] == "-" else row["subject_utf8"]
    if "+" in row["subject_agree"] and flat(got["subject"]) != flat(want):
        yield f"{row['file']}: the subject is {got['subject']!r}, not {want!r}"
    if "+" in row["body_agree"] and flat(row["body_string"]) not in flat(got["body"] + got["hidden"]):
        yield f"{row['file']}: {row['body_string']!r} is not in the body"


def test_real_mail(lurectl, capsys):
    with open(SHARED / "real/manifest.tsv", encoding="utf-8", newline="") as f:
        table = [row for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] in ("japanese", "spam", "ham")]
    files = [SHARED / "real" / row["file"] for row in table]
    found = {d["file"]: d for d in lurectl("decode", "--json", *files)}
    asked = sum(("+" in row["subject_agree"]) + ("+" in row["body_agree"]) for row in table)
    misses = [miss for row, path in zip(table, files) for miss in read_wrongly(row, found[str(path)])]
    with capsys.disabled():
        print(f"\n  real mail: {asked - len(misses)} of {asked}", *misses, sep="\n  ")
    assert asked > 800 and len(misses) <= 0.01 * asked


@pytest.mark.parametrize("kind", ["malformed", "japanese-nested"])
def test_malformed_mail(lurectl, kind):
    files = [path for path in (SHARED / "real" / kind).iterdir() if path.is_file()]
    verdicts = lurectl("scan", "--json", *files, status=None)
    assert len(files) > 100 and len(verdicts) >= len(files)
    # The bar is CPU time. The clock shows no less than that, and on a busy machine more, so the slow ones are looked at again.
    slow = {v["file"] for v in verdicts if v["ms"] > 50}
    for _ in range(4):
        slow = {path for path in slow if any(v["ms"] > 50 for v in lurectl("scan", "--json", path, status=None))}
    assert slow == set()


# --- ordinary mail --------------------------------------------------------------------------------------------------------

def test_skeleton_tags_no_ordinary_mail(lurectl, tmp_path, capsys):
    """No tag that comes from the rougher spelling alone."""
    for i, m in enumerate(jsonl(SHARED / "corpus/ham.jsonl")):
        (tmp_path / f"invented-{i:03}.eml").write_bytes(mail(m["text"].encode(), "Content-Type: text/plain; charset=utf-8",
                                                             f"Subject: {m['subject']}", f"From: {m['from_name']} <{m['from_addr']}>"))
    for path in sorted((SHARED / "real/ham-text").iterdir()):
        (tmp_path / f"real-{path.name}.eml").write_bytes(mail(path.read_bytes(), "Content-Type: text/plain; charset=utf-8"))
    verdicts = lurectl("scan", "--json", tmp_path, SHARED / "real/ham", status=None)
    assert len(verdicts) > 500
    tagged, rough = [v for v in verdicts if v["verdict"] != "none"], tagged_by_skeleton(verdicts)
    with capsys.disabled():
        print(f"\n  ordinary mail: {len(tagged)} of {len(verdicts)} tagged, {len(rough)} by the rougher spelling alone")
    assert rough == {}
