"""The manual pages in Japanese (man/ja) say all that the English ones say, and groff renders them without a complaint."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
ENGLISH = {page.name: page for page in HERE.glob("src/*/*.[1-9]")}
JAPANESE = {page.name: page for page in HERE.glob("man/ja/*.[1-9]")}

# Macros whose arguments are names that no translation changes, those whose arguments are for people, and punctuation.
NAMES = {"Cm", "Fl", "Dv", "Ev", "Pa", "Xr"}
MACROS = NAMES | {"Ar", "Li", "Op", "Ns", "No", "Ql", "Dq", "Pq", "Em", "Sx", "Ic", "Sq", "Nm"}
PUNCTUATION = re.compile(r"[.,:;()|!?=\[\]]|\\&.*")


def names(line):
    """[(macro, name)] of a macro line."""
    found, macro = [], None
    for word in line[1:].split():
        if word in MACROS:
            macro = word
            if macro == "Fl" and not line.rstrip().endswith("Fl"):
                continue
        elif macro in NAMES and not PUNCTUATION.fullmatch(word):
            found.append((macro, word))
    return found


def macro_lines(page):
    """Its lines that are macros, outside of literal blocks."""
    return re.findall(r"^\.[A-Z].*", re.sub(r"^\.Bd -literal.*?^\.Ed$", "", page.read_text(), flags=re.M | re.S), re.M)


def test_each_page_is_there_in_both_languages():
    assert set(ENGLISH) == set(JAPANESE) and len(ENGLISH) == 5


def test_names_of_a_line():
    assert names(".It Fl c Ar file") == [("Fl", "c")] and names(".Op Fl P Ar pidfile") == [("Fl", "P")]
    assert names(".Cm scan , decode") == [("Cm", "scan"), ("Cm", "decode")]
    assert names(".It Cm status : Cm stable | test") == [("Cm", "status"), ("Cm", "stable"), ("Cm", "test")]


@pytest.mark.parametrize("name", sorted(ENGLISH))
class TestPage:
    def test_names_the_same(self, name):
        english, japanese = ({found for line in macro_lines(page[name]) for found in names(line)} for page in (ENGLISH, JAPANESE))
        assert len(english) > 5
        assert english - japanese == set(), "not in the Japanese page"
        assert japanese - english == set(), "in the Japanese page alone"

    def test_has_the_same_entries_in_the_same_order(self, name):
        english, japanese = ([found for line in macro_lines(page[name]) if line.startswith(".It") and (found := names(line))]
                             for page in (ENGLISH, JAPANESE))
        assert english == japanese

    def test_has_the_same_sections_and_lists(self, name):
        for macro in (".Sh", ".Ss", ".It", ".Bl", ".Bd", ".Dl"):
            english, japanese = (sum(line.split()[0] == macro for line in page[name].read_text().splitlines() if line.startswith("."))
                                 for page in (ENGLISH, JAPANESE))
            assert english == japanese, macro
        assert JAPANESE[name].read_text().splitlines()[:4] == [*ENGLISH[name].read_text().splitlines()[:3], ".Sh 名前"]

    def test_shows_the_same_literal_text(self, name):
        """Comments and what is printed aside."""
        if name == "lure-patterns-tutorial.7":
            pytest.skip("test_tutorial.py compares its commands")
        english, japanese = ([re.sub(r" *# .*", "", block) for block in re.findall(r"^\.Bd -literal.*?^\.Ed$", page[name].read_text(), re.M | re.S)]
                             for page in (ENGLISH, JAPANESE))
        assert english == japanese

    @pytest.mark.parametrize("macros", [["-mandoc"], ["-mandoc", "-mja"]], ids=["plain", "ja"])
    def test_is_rendered_without_a_complaint(self, name, macros):
        if shutil.which("groff") is None:
            pytest.skip("groff is not installed")
        done = subprocess.run(["groff", "-Tutf8", *macros, "-Kutf8", "-ww", JAPANESE[name]], capture_output=True, timeout=60)
        assert done.returncode == 0 and done.stderr.decode() == ""
        assert "名前" in re.sub("\x1b\\[[0-9;]*m|.\b", "", done.stdout.decode())

    def test_is_japanese(self, name):
        """No paragraph is left in English: of the lines of text nearly all have kana or kanji."""
        text = re.sub(r"^\.Bd -literal.*?^\.Ed$", "", JAPANESE[name].read_text(), flags=re.M | re.S)
        lines = [line for line in text.splitlines() if line and not line.startswith(".")]
        assert sum(re.search("[ぁ-んァ-ヶ一-龠]", line) is None for line in lines) <= len(lines) / 25


def test_defaults_are_those_of_the_english_page():
    def defaults(page, pattern):
        return re.findall(rf"^\.It Cm (\w+)\n{pattern}$", page.read_text(), re.M)
    english = defaults(ENGLISH["lure-milter.conf.5"], r"Default: (.*?)( \(restart\))?\.")
    japanese = defaults(JAPANESE["lure-milter.conf.5"], r"初期値: (.*?)( \(要再起動\))?。")
    assert len(english) > 40
    assert [(n, "空" if v == "empty" else v, r.replace("restart", "要再起動")) for n, v, r in english] == japanese
