"""lurectl learn: words out of a small corpus that was made of them."""
import json
import os
import random
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("top_builddir", HERE / "build")).resolve()

PATTERNS = """\
format: 1
origin: test
version: 1
lure: moon
title: T
signs:
  - {id: moon.claim, role: claim, points: 2, any: ['月のうさぎ']}
  - {id: moon.ask, role: ask, points: 2.5, any: ['おもちを送']}
  - {id: moon.hurry, role: pressure, points: 1, any: ['満月までに']}
cases:
  - {body: 月のうさぎです。おもちを送ってください。満月までに。, expect: moon}
  - {body: 月のうさぎです。おもちを送ってください。, expect: none}
"""
COMMON = ["きょうは晴れ", "庭の花が咲く", "本を読んだ", "駅まで歩く", "夕飯は魚", "犬と遊ぶ", "手紙を書く", "窓を開ける"]
LURE_WORDS, HAM_WORDS = ["月見団子", "銀河鉄道"], ["町内清掃", "回覧板"]


def run(*arguments, status=0, language="C"):
    done = subprocess.run([BUILD / "lurectl", *map(str, arguments)], capture_output=True, timeout=300,
                          env={**os.environ, "LC_ALL": language})
    assert done.returncode == status, done.stderr.decode()
    return done


def mail(body, name="山際 静香"):
    return (f"From: {name} <shizuka@mail.example>\nTo: 沢渡 弥生 <y@home.example>\nSubject: x\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{body}\n").encode()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Half the lures say one of two words, nearly no legitimate text does; all say private things."""
    root, dice = tmp_path_factory.mktemp("learn"), random.Random(7)
    for label, words in (("lure", LURE_WORDS), ("ham", HAM_WORDS)):
        (root / label).mkdir()
        for i in range(60):
            lines = dice.sample(COMMON, 5) + ["月のうさぎです", "おもちを送ってください"]
            if dice.random() < 0.8:
                lines.insert(dice.randrange(5), dice.choice(words))
            if label == "lure":  # what must not be learnt, though it tells lures from others
                lines += ["静香より、弥生さんへ", "https://moon.example/tsukimi?rabbit=yes", "usagi@moon.exampleへ",
                          "部屋は２０５号室", "全角のｕｓａｇｉ＠ｍｏｏｎ．ｅｘａｍｐｌｅ"]
            dice.shuffle(lines)
            (root / label / f"{i:02}.eml").write_bytes(mail("。\n".join(lines) + "。"))
    (root / "patterns").mkdir()
    (root / "patterns/moon.yaml").write_text(PATTERNS)
    return root


def learn(corpus, out, *arguments, **kw):
    return run("learn", "--config", "/dev/null", "--lure", corpus / "lure", "--ham", corpus / "ham", "--out", out, *arguments,
               **kw)


def words(path):
    found = re.findall(r"^    - \{text: '(.*)', points: (-?\d\.\d\d), texts: (\d+)\}$", path.read_text(), re.M)
    return {text: (float(points), int(texts)) for text, points, texts in found}


def weight(found, word):
    return sum(points for text, (points, _) in found.items() if text in word)


def test_planted_words_are_found(corpus, tmp_path):
    said = learn(corpus, tmp_path / "w.yaml", "--patterns", corpus / "patterns").stdout.decode()
    found = words(tmp_path / "w.yaml")
    assert all(weight(found, w) > 0.5 for w in LURE_WORDS) and all(weight(found, w) < -0.3 for w in HAM_WORDS), found
    points = [p for p, _ in found.values()]
    assert points == sorted(points, reverse=True) and all(t >= 4 for _, t in found.values())
    assert "60 lures and 60 legitimate texts" in said and "words would count on 60 of the lures" in said
    figures = {name: float(value) for name, value in re.findall(r"^(\S.*?) {2,}(\d+\.\d) %$", said, re.M)}
    assert figures["Words alone"] > 50 and figures["Both together"] > 50 and figures["Signs and rules"] == 0


def test_words_beside_signs_that_see_all(corpus, tmp_path):
    """With --offset nothing is left to learn where the signs tell lures from others; without, words do not mind."""
    (tmp_path / "sees.yaml").write_text(PATTERNS.replace("'おもちを送'", "'月見団子', '銀河鉄道'"))
    learn(corpus, tmp_path / "all.yaml", "--patterns", tmp_path / "sees.yaml")
    learn(corpus, tmp_path / "rest.yaml", "--patterns", tmp_path / "sees.yaml", "--offset")
    every, rest = words(tmp_path / "all.yaml"), words(tmp_path / "rest.yaml")
    assert all(weight(every, w) > 0.5 for w in LURE_WORDS), every
    share = [sum(weight(v, w) for w in LURE_WORDS) / -sum(weight(v, w) for w in HAM_WORDS) for v in (every, rest)]
    assert share[1] < share[0] / 2, (every, rest)


def test_nothing_private_is_learnt(corpus, tmp_path):
    learn(corpus, tmp_path / "w.yaml", "--min-texts", "1")
    found = words(tmp_path / "w.yaml")
    assert found
    for text in found:
        assert not re.search(r"[0-9]|静香|弥生|山際|沢渡|moon|usagi|rabbit|tsuki|exam|http|mail", text), text


def test_words_help_where_signs_count(corpus, tmp_path):
    learn(corpus, tmp_path / "w.yaml", "--patterns", corpus / "patterns")
    run("check", tmp_path / "w.yaml", corpus / "patterns")

    def found(*patterns):
        options = [x for p in patterns for x in ("--patterns", p)]
        done = run("evaluate", "--config", "/dev/null", *options, "--lure", corpus / "lure", "--ham", corpus / "ham", "--json")
        got = json.loads(done.stdout)
        return got["found"]["share"], got["false_tags"]["share"]
    assert found(corpus / "patterns") == (0, 0)
    recall, false_tags = found(corpus / "patterns", tmp_path / "w.yaml")
    assert recall > 0.6 and false_tags < 0.1
    hits = run("explain", "--config", "/dev/null", "--patterns", corpus / "patterns", "--patterns", tmp_path / "w.yaml",
               corpus / "lure/00.eml").stdout.decode()
    assert "\nWords:\n" in hits and "common.w  words" in hits


def test_the_same_words_on_every_run(corpus, tmp_path):
    seen = set()
    for _ in range(3):
        learn(corpus, tmp_path / "w.yaml", "--patterns", corpus / "patterns")
        seen.add((tmp_path / "w.yaml").read_bytes())
    assert len(seen) == 1


def test_options(corpus, tmp_path):
    learn(corpus, tmp_path / "few.yaml", "--max-words", "3")
    assert len(words(tmp_path / "few.yaml")) == 3 and "id: common.few\n" in (tmp_path / "few.yaml").read_text()
    learn(corpus, tmp_path / "Few words.yaml", "--max-words", "3")
    assert "id: common.words\n" in (tmp_path / "Few words.yaml").read_text()
    learn(corpus, tmp_path / "often.yaml", "--min-texts", "20", "--folds", "3")
    assert all(texts >= 20 for _, texts in words(tmp_path / "often.yaml").values())


def test_packagings_and_copies_count_once(corpus, tmp_path):
    rows = ["file\tlabel\tcategory\tevasion\tpackaging"]
    for label in ("lure", "ham"):
        for p in sorted((corpus / label).glob("*.eml")):
            rows += [f"{corpus}/{label}/{p.name}\t{label}\tx\tnone\ta"] if label == "lure" else []
            for packaging in "ab" if label == "ham" else "":
                (tmp_path / f"H{p.stem}.{packaging}.eml").write_bytes(p.read_bytes())
                rows.append(f"H{p.stem}.{packaging}.eml\t{label}\tx\tnone\t{packaging}")
    (tmp_path / "copy.eml").write_bytes((corpus / "lure/00.eml").read_bytes())
    rows.append("copy.eml\tlure\tx\tnone\ta")
    (tmp_path / "m.tsv").write_text("\n".join(rows) + "\n")
    said = run("learn", "--manifest", tmp_path / "m.tsv").stdout.decode()
    assert "60 lures and 60 legitimate texts (1 left out that say the same)" in said


@pytest.mark.parametrize("arguments, status, words", [
    ((), os.EX_USAGE, "--manifest FILE"),
    (("mails",), os.EX_USAGE, "--lure or --ham"),
    (("--lure", "x", "--folds", "1"), os.EX_USAGE, "from 2 to 20"),
    (("--lure", "x", "--max-words", "many"), os.EX_USAGE, "--max-words"),
    (("--lure", "x", "--offset"), os.EX_USAGE, "--offset needs --patterns"),
    (("--lure", "/nonexistent/l"), os.EX_DATAERR, "/nonexistent/l"),
])
def test_mistakes(arguments, status, words):
    assert words in run("learn", *arguments, status=status).stderr.decode()


def test_too_few_texts(corpus, tmp_path):
    done = run("learn", "--lure", corpus / "lure/00.eml", "--ham", corpus / "ham", status=os.EX_DATAERR)
    assert "at least 10 different lures" in done.stderr.decode()


def test_a_file_that_cannot_be_written(corpus, tmp_path):
    assert b"/nonexistent/w" in learn(corpus, "/nonexistent/w.yaml", status=os.EX_CANTCREAT).stderr
