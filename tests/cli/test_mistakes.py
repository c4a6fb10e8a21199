"""What lurectl check says of mistakes in pattern files: each once, at its place, all in one run.

In the texts here ‸ stands before the character that an error is about."""
import os
import re
import unicodedata

import pytest
from test_lurectl import run

GOOD = """\
format: 1
origin: test
version: 2026.11.1
lure: moon
title: 月の話
limit: 12
terms:
  rabbit: {any: ['うさぎ', '野兎']}
  hop: 'はね(?:る|た)'
signs:
  - id: moon.claim
    role: claim
    points: 1.5
    any: ['月の<rabbit>', '月の女神']
  - id: moon.ask
    role: ask
    points: 2
    any: ['餅を.{0,6}(?:ください|送って)']
    unless: ['結構です']
    in: sentence
rules:
  - id: moon.both
    points: 3.0
    roles: [claim, ask]
    in: 3-sentences
    voice: own
    all: [moon.claim, moon.ask]
    match:
      - 月のうさぎです。餅をください。
    pass:
      - 月のうさぎです。餅はあります。
  - id: moon.hops
    points: 1.0
    fields: [subject, body]
    at-least: {n: 2, of: ['<rabbit>', '<hop>', '月面']}
    flaws: [label-wrong]
    match: ['うさぎがはねる']
    pass: ['うさぎがねる']
cases:
  - subject: お便り
    body: 月のうさぎです。餅をください。
    expect: moon
  - body: 星の話です。
    expect: none
"""

ANY = "any: ['月の<rabbit>', '月の女神']"
HOP = "'はね(?:る|た)'"
OF = "at-least: {n: 2, of: ['<rabbit>', '<hop>', '月面']}"
MATCH = "    match:\n      - 月のうさぎです。餅をください。\n"
PASS = "    pass:\n      - 月のうさぎです。餅はあります。\n"
BODY = "    body: 月のうさぎです。餅をください。"

MISTAKES = [
    # the head
    ("format: 1\n", "‸", "'format' is missing: write 'format: 1'"),
    ("format: 1", "format: ‸one", "'one': this must be 1"),
    ("format: 1", "‸fromat: 1", "unknown key 'fromat' in a pattern file; did you mean 'format'?"),
    ("format: 1", "format: ‸2", "format 2 needs a later version"),
    ("origin: test", "origin: ‸テスト", "an origin is made of a-z"),
    ("version: 2026.11.1", "‸vresion: 2026.11.1", "did you mean 'version'?"),
    ("version: 2026.11.1", "version: ‸{a: 1}", "'version' must be a text"),
    ("lure: moon", "lure: ‸Moon", "a lure's name is made of a-z"),
    ("lure: moon", "lure: ‸[moon]", "'lure' must be a text"),
    ("title: 月の話", "title:‸", "'title' is empty"),
    ("limit: 12", "limit: ‸99", "99 is out of range: 0.1 to 30"),
    ("limit: 12", "limit: ‸many", "'many': points are a number"),
    ("limit: 12", "‸colour: blue", "unknown key 'colour' in a pattern file: there are format, origin"),
    ("limit: 12", "expires: ‸31.12.2026", "this must be a date such as 2026-11-25"),
    ("signs:", "‸sign:", "did you mean 'signs'?"),
    ("rules:", "‸rule:", "did you mean 'rules'?"),
    ("cases:", "‸case:", "did you mean 'cases'?"),
    # YAML
    ("title: 月の話", "title: 月の話‸: 二つ: 三つ", "': ' ends a key: put text that holds one into single quotes"),
    ("title: 月の話", "‸title 月の話", "this is no 'key: value'"),
    ("title: 月の話", "‸title：月の話", "this is no 'key: value'"),
    ("title: 月の話", "‸title:月の話", "this is no 'key: value'"),
    ("title: 月の話", "title: 月の話‸\x07", "control character U+0007"),
    ("format: 1", "format: 1\n‸format: 1", "key 'format' stands here a second time; the first is in line 1"),
    (ANY, ANY + "\n    ‸any: ['月の女神']", "key 'any' stands here a second time"),
    (ANY, "any: ‸['月の<rabbit>', '月の女神'", "this list is not closed: ] is missing"),
    (ANY, "any: ['月の<rabbit>', ‸'月の女神]", "this text in quotes has no closing ' in its line"),
    (ANY, "any: ['月の<rabbit>' ‸'月の女神']", "a ',' is missing before this"),
    (ANY, "any: ['月の<rabbit>', ‸*x]", "aliases are not supported"),
    (ANY, "any: ‸&a ['月の<rabbit>']", "anchors are not supported"),
    (ANY, "any: ‸!!seq ['月の<rabbit>']", "tags are not supported"),
    (ANY, "any: ['月の<rabbit>', ‸@月の女神]", "plain text cannot begin with '@'"),
    (ANY, "any: ['月の<rabbit>', ‸*月の女神]", "plain text cannot begin with '*'"),
    ("    " + ANY, "‸\t" + ANY, "a tab does not indent: use blanks"),
    ("    " + ANY, "     ‸" + ANY, "indent it as the keys it belongs to"),
    ("    " + ANY, "   ‸" + ANY, "look at its indentation"),
    (OF, "at-least: ‸{n: 2, of: ['<rabbit>', '<hop>', '月面']", "this map is not closed: } is missing"),
    (BODY, "    body: |\n    ‸月のうさぎです。餅をください。", "the indentation of a text that goes on here"),
    (BODY, "    body: ‸- 月の", "plain text cannot begin with '-'"),
    (BODY, "    body: ‸%月の", "plain text cannot begin with '%'"),
    (BODY, "    body: '月の' ‸うさぎ", "text goes on behind its closing quote"),
    # terms and patterns
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  ‸ウサギ: {any: ['うさぎ', '野兎']}", "a term's name is made of a-z"),
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  rabbit: {‸all: ['うさぎ', '野兎']}", "unknown key 'all' in a term: there are any"),
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  rabbit: ‸{}", "a term needs 'any' with its patterns, or 'kana'"),
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  rabbit: {kana: うさ‸野ぎ}", "a reading is hiragana or katakana, and nothing else"),
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  rabbit: {kana: [うさぎ, ‸う]}", "a reading has 2 kana or more"),
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  rabbit: {kana: ‸[]}", "this list is empty"),
    ("  rabbit: {any: ['うさぎ', '野兎']}", "  rabbit: ‸[]", "this list is empty"),
    (HOP, "'はね‸(?:る|た'", "this group is not closed: ) is missing"),
    (HOP, "'はね(?:る|た)‸)'", "this ) closes no group"),
    (HOP, "'はね‸[るた'", "this class is not closed: ] is missing"),
    (HOP, "'はね‸(?<x>る|た)'", "a group has no name"),
    (HOP, "'はね‸(?<=る)た'", "look-behind is not part"),
    (HOP, "'はね‸\\wた'", "\\w is not part of the pattern language"),
    (HOP, "'はね‸\\1た'", "back-references are not part"),
    (HOP, "'はね‸{3,1}'", "the first number is the smaller one"),
    (HOP, "'はね+‸+'", "possessive repetition is not part"),
    (HOP, "'‸*はね'", "there is nothing to repeat"),
    (HOP, "'はね‸(?i)'", "upper and lower case are one anyway"),
    (HOP, "'はね‸<rabit>'", "there is no term <rabit>; did you mean <rabbit>?"),
    (HOP, "'‸<hop>はね'", "this term contains itself"),
    (HOP, "'はね‸\\x{FFFFFFF}'", "there is no character of this number"),
    (HOP, "'はね[‸[:alpha:]]'", "POSIX classes are not part"),
    (HOP, "'はね‸\\p{Greek}'", "\\p{Han}, \\p{Hiragana} and \\p{Katakana}"),
    (HOP, "'はね[‸る-あ]'", "this range runs backwards"),
    (HOP, "'はね‸\\'", "a backslash at the end"),
    (HOP, "'はね‸{2000}'", "no more than 1000 times"),
    (ANY, "any: ['月の<rabbit>', ‸\"月の女神\"]", "in single quotes"),
    (ANY, "any: ['月の<rabbit>', \"月の‸\\d女神\\s\"]", "in double quotes '\\d' is no escape"),
    (ANY, "any: ['月の<rabbit>', ‸'']", "this pattern is empty"),
    (ANY, "any: ‸>\n      月の女神", "a folded block changes its blanks"),
    (ANY, "any: ['‸(?:月+)+の<rabbit>']", "more than 1000 characters"),
    (ANY, "any: [‸'(?:月の女神)?']", "matches empty text"),
    (ANY, "any: [‸'(?:あ{1,20}){1,20}月の女神']", "steps on repetitive text"),
    (ANY, "any: ‸[]", "this list is empty"),
    (ANY, "any: ‸{x: y}", "a pattern must be a text"),
    # signs and rules
    ("id: moon.claim", "id: ‸mon.claim", "ids of this file begin with 'moon.'"),
    ("id: moon.claim", "id: ‸moon.Claim", "an id is made of a-z"),
    ("id: moon.hops", "id: ‸moon.ask", "id 'moon.ask' is defined already, in "),
    ("- id: moon.hops\n    points: 1.0", "- ‸points: 1.0", "'id' is missing"),
    ("role: claim", "role: ‸clam", "'clam' is no role; did you mean 'claim'?"),
    ("id: moon.claim\n    role: claim", "‸id: moon.claim", "'role' is missing"),
    ("role: claim", "role: ‸[claim, ask]", "a sign has one role"),
    ("role: claim", "‸roles: claim", "unknown key 'roles' in a sign; did you mean 'role'?"),
    ("roles: [claim, ask]", "roles: ‸{claim: ask}", "a role is one of claim"),
    ("points: 1.5", "points: ‸11", "11 is out of range: 0 to 10"),
    ("points: 1.5", "points: ‸-1", "-1 is out of range"),
    ("points: 1.5", "points: ‸1.25", "'1.25': points are a number with at most one decimal"),
    ("points: 1.5", "points: ‸1,5", "'1,5': points are a number"),
    ("points: 1.5", "points: ‸１", "'１': points are a number"),
    ("points: 1.5", "points: ‸[1.5]", "points are a number"),
    ("points: 1.5", "‸pionts: 1.5", "unknown key 'pionts' in a sign; did you mean 'points'?"),
    ("- id: moon.claim\n    role: claim\n    points: 1.5", "- ‸id: moon.claim\n    role: claim", "'points' is missing"),
    ("- id: moon.claim\n    role: claim\n    points: 1.5\n    " + ANY, "- ‸id: moon.claim\n    role: claim\n    points: 1.5",
     "'any', 'all' or 'at-least' is missing"),
    (ANY, "‸anny: ['月の<rabbit>', '月の女神']", "did you mean 'any'?"),
    ("in: sentence", "in: ‸sentense", "did you mean 'sentence'?"),
    ("in: sentence", "in: sentence\n    within: ‸3", "'in' and 'within' exclude each other"),
    ("in: sentence", "within: ‸0", "'0': this must be a number from 1 to 10000"),
    ("in: sentence", "across: ‸maybe", "'maybe' is no answer: it is one of no, yes"),
    ("in: sentence", "status: ‸active", "'active' is no status: it is one of stable, test, retired"),
    ("in: sentence", "expires: ‸2026-02-30", "this must be a date"),
    ("voice: own", "voice: ‸mine", "'mine' is no voice"),
    ("all: [moon.claim, moon.ask]", "all: [‸moon.clain, moon.ask]", "no sign or rule 'moon.clain'; did you mean 'moon.claim'?"),
    ("all: [moon.claim, moon.ask]", "all: [moon.claim, ‸moon.nothing-like-it]", "no sign or rule 'moon.nothing-like-it'"),
    ("- id: moon.both", "- ‸id: moon.both\n    any: [moon.both]", "this refers to itself: moon.both -> moon.both"),
    ("fields: [subject, body]", "fields: [subject, ‸boddy]", "'boddy' is no field; did you mean 'body'?"),
    ("fields: [subject, body]", "fields: ‸body, subject", "several are a list: [a, b]"),
    ("fields: [subject, body]", "fields: [‸'header:']", "a header's name has 1 to 63 characters"),
    ("flaws: [label-wrong]", "flaws: ‸label_wrong", "did you mean 'label-wrong'?"),
    (OF, "at-least: {n: ‸4, of: ['<rabbit>', '<hop>', '月面']}", "'4': this must be a number from 1 to 3"),
    (OF, "at-least: {‸min: 2, of: ['<rabbit>', '<hop>', '月面']}", "unknown key 'min' in 'at-least': there are n, of"),
    (OF, "at-least: ‸2", "'at-least' must be a map"),
    (OF, "at-least: ‸{n: 2, of: '月面'}", "needs a number and a list: {n: 2, of: [...]}"),
    # examples and cases
    (MATCH, "    ‸mach:\n      - 月のうさぎです。餅をください。\n", "did you mean 'match'?"),
    (MATCH, "    match:\n      - ‸月のうさぎです。星をください。\n", "does not hit moon.both: 'moon.ask' of 'all' is not there"),
    (PASS, "    pass:\n      - ‸月のうさぎです。餅をください。\n", "this example must pass, but hits moon.both"),
    (PASS, "    pass:\n      - {‸bdy: 月のうさぎです。}\n", "'bdy' is no field; did you mean 'body'?"),
    (PASS, "    pass:\n      - ‸[月のうさぎです。]\n", "an example is a text, or a map of fields and texts"),
    ("expect: moon", "expect: ‸mon", "no lure 'mon' is loaded; did you mean 'moon'?"),
    ("expect: moon", "‸expct: moon", "did you mean 'expect'?"),
    ("- subject: お便り", "- ‸subjekt: お便り", "did you mean 'subject'?"),
    ("  - body: 星の話です。\n    expect: none", "  - ‸expect: none", "a case needs a subject or a body"),
    ("- subject: お便り\n" + BODY + "\n    expect: moon", "- ‸subject: お便り\n" + BODY, "'expect' is missing"),
    (BODY, "    body: ‸[月のうさぎです。]", "'body' must be a text"),
    ("  - id: moon.hops\n    points: 1.0", "  - moon.hops\n    ‸points: 1.0", "indent it as the keys it belongs to"),
    ("- id: moon.both\n    points: 3.0\n    roles: [claim, ask]\n    in: 3-sentences\n    voice: own\n"
     "    all: [moon.claim, moon.ask]\n" + MATCH + PASS,
     "- ‸id: moon.both\n    points: 3.0\n    roles: [claim, ask]\n    all: [moon.claim, moon.ask]\n",
     "'match' and 'pass' are missing: a rule needs examples that hit and examples that pass"),
    ("- id: moon.claim\n    role: claim\n    points: 1.5\n    " + ANY,
     "- id: moon.claim\n    role: claim\n    points: 1.5\n    any: [月の(?:女神|うさぎ), 月の.‸{0,6}兎]",
     "the text wants single quotes"),
]


def places(text):
    """The text without its marks, and the line and column of each."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for n, mark in enumerate(re.finditer("‸", line)):
            found.append((number, mark.start() - n + 1))
    return text.replace("‸", ""), found


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def check(tmp_path, text):
    """The errors of a file: (line, column, words). The caret of each stands under its column."""
    path = tmp_path / "p.yaml"
    path.write_text(text)
    done = run("check", path)
    said = done.stderr.decode().split("\n")
    errors = []
    for i, line in enumerate(said):
        m = re.fullmatch(re.escape(str(path)) + r":(\d+):(\d+): error: (.*)", line)
        if m is None:
            assert "error:" not in line, line
            continue
        number, column = int(m[1]), int(m[2])
        errors.append((number, column, m[3]))
        whole = text.split("\n")[number - 1]
        if whole.isprintable() and len(whole) < 110:
            assert said[i + 1] == "    " + whole
            assert said[i + 2] == "    " + " " * columns(whole[:column - 1]) + "^", line
    assert done.returncode == (os.EX_DATAERR if errors else 0)
    return errors


def test_the_good_file_is_good(tmp_path):
    assert check(tmp_path, GOOD) == []


@pytest.mark.parametrize("old, new, words", MISTAKES, ids=[str(i) for i in range(len(MISTAKES))])
def test_one_mistake_is_one_error(tmp_path, old, new, words):
    assert GOOD.count(old) == 1, old
    text, where = places(GOOD.replace(old, new))
    errors = check(tmp_path, text)
    assert [e[:2] for e in errors] == where, errors
    assert words in errors[0][2]


TEN = """\
format: 1
origin: test
version: 2026.11.1
lure: moon
title: 月の話
terms:
  rabbit: {any: ['うさぎ', '野兎']}
signs:
  - id: moon.claim
    role: claim
    ‸pionts: 1.5
    any: ['月の<rabbit>']
  - id: moon.ask
    role: ‸aks
    points: 2
    any: ['月の女神の餅を‸(?:ください|送って']
  - id: ‸moon.claim
    role: story
    points: ‸twelve
    any: ['月の満ち欠け', ‸"月食"]
  - id: moon.pressure
    role: pressure
    points: ‸10.5
    fields: [subject, ‸boddy]
    any: ['今夜の月の<rabbit>と‸<rabit>と']
rules:
  - ‸id: moon.both
    points: 3.0
    roles: [claim, ask]
    all: [moon.claim, moon.ask]
    pass: [月のうさぎです。餅はあります。]
cases:
  - body: 月のうさぎです。餅をください。
    expect: moon
  - body: 星の話です。
    expect: none
"""

TEN_MORE = """\
format: 1
origin: test
version: 2026.11.1
lure: moon
‸titel: 月の話
limit: 12
terms:
  rabbit: {any: ['うさぎ', "白い‸\\s野兎\\d"]}
  hop: '月の上ではね‸\\wる'
signs:
  - id: moon.claim
    role: claim
    points: 1.5
    any: ‸['月の女神', '月の<rabbit>'
  - id: moon.ask
    role: ask
    points: 2
    any: ['餅を.{0,6}ください']
    in: ‸paragraf
    ‸in: sentence
rules:
  - id: moon.both
    points: ‸[3]
    roles: [claim, ask]
    all: [moon.claim, ‸moon.aks]
    match:
      - 月の女神です。餅をください。
    pass:
      - 月の女神です。餅はあります。
  - id: moon.feast
    points: 1.0
    all: ['月見の宴', '団子']
    match:
      - 月見の宴に団子を出します。
      - ‸月見の宴に里芋を出します。
    pass:
      - 花見の宴
cases:
  - body: 月の女神です。餅をください。
    expect: ‸mooon
  - body: 星の話です。
    expect: none
"""


@pytest.mark.parametrize("text", [TEN, TEN_MORE], ids=["ten", "ten more"])
def test_ten_mistakes_are_ten_errors(tmp_path, text):
    text, where = places(text)
    errors = check(tmp_path, text)
    assert [e[:2] for e in errors] == where, errors
    assert len(errors) == 10
