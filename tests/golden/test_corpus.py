"""The corpus of tests/corpus: what its files hold, and that every packaging is read back to the text."""
import importlib.machinery
import importlib.util
import re
import unicodedata
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
FIELDS = {"id", "label", "category", "difficulty", "from_name", "from_addr", "subject", "text", "evasion"}
FAMILIES = {p.stem for p in (CORPUS.parents[1] / "patterns").glob("*.yaml")} - {"common", "context", "words"}
RESERVED = re.compile(r"(^|[.@])example(\.(com|net|org|jp))?$|\.(example|invalid|test)$")

# What Python's converters and those of Windows write to one cell of JIS X 0208 (facts of the two tables, not of ours).
ALIKE = {0x301C: "~", 0x2212: "-", 0x2016: "\u2225", 0x2014: "\u2015", 0xA2: "\uffe0", 0xA3: "\uffe1", 0xAC: "\uffe2"}


def loaded():
    loader = importlib.machinery.SourceFileLoader("build", str(CORPUS / "build"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("build", loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def build():
    return loaded()


def test_texts(build):
    texts = list(build.texts())
    assert len({t["id"] for t in texts}) == len(texts) == len({t["text"] for t in texts})
    for t in texts:
        assert FIELDS <= set(t) <= FIELDS | {"html"}, t["id"]
        assert t["category"] in FAMILIES if t["label"] == "lure" else t["category"].startswith("ham/"), t["id"]
        assert t["difficulty"] in ("plain", "varied", "hard") and isinstance(t["evasion"], list), t["id"]
        for domain in re.findall(r"@([\w-]+\.[\w.-]+\w)|https?://([\w.-]+\w)", t["from_addr"] + " " + t["text"]):
            assert RESERVED.search("".join(domain)), (t["id"], domain)
    assert sum(t["label"] == "lure" for t in texts) >= 300 and sum(t["label"] == "ham" for t in texts) >= 600
    for family in FAMILIES:
        assert sum(t["category"] == family for t in texts) >= 20


def test_parts(build):
    tuning, validation = ({t["id"] for t in build.texts(part)} for part in ("tuning", "validation"))
    parted = {i for i in tuning | validation if not i.startswith(build.TUNING_ONLY)}
    assert not tuning & validation and validation < parted and 0.2 < len(validation) / len(parted) < 0.5


def letters(text):
    """What a reader takes in: without blanks, controls and marks that are not seen."""
    text = unicodedata.normalize("NFKC", text).translate(ALIKE)
    return "".join(c for c in text if unicodedata.category(c)[0] not in "ZC")


def test_packagings_are_read_back(build, lurectl, tmp_path):
    texts = {t["id"]: t for t in build.texts()}
    for t in texts.values():
        for name, raw in build.dealt(t, 3):
            (tmp_path / f"{t['id']}.{name}.eml").write_bytes(raw)
    got = lurectl("decode", "--json", tmp_path)
    assert len(got) >= 2.5 * len(texts)
    wrong = []
    for o in got:
        t = texts[Path(o["file"]).name.split(".")[0]]
        if letters(t["subject"]) != letters(o["subject"]) or letters(t["from_name"]) != letters(o["from_name"]):
            wrong.append((o["file"], o["subject"], o["from_name"]))
        elif "html" not in t and letters(t["text"]) not in letters(o["body"]):
            wrong.append((o["file"], t["text"], o["body"]))
    assert not wrong, (len(wrong), wrong[:3])
