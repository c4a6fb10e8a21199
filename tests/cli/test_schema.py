"""contrib/lure-patterns.schema.json, by which editors help, beside the loader: what one accepts the other accepts.

Both are asked about the shipped files and a file with every key, and about files that mechanical mutations make of them.
What a schema cannot say is listed below, with the words that the loader has for it and an example each."""
import copy
import json
import random
import re
from pathlib import Path

import pytest
from test_lurectl import HERE, objects, run

jsonschema = pytest.importorskip("jsonschema")
yaml = pytest.importorskip("yaml")

SCHEMA = json.loads((HERE / "contrib/lure-patterns.schema.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
SHIPPED = sorted((HERE / "patterns").glob("*.yaml"))

EVERY_KEY = """\
format: 1
origin: test
version: '7'
lure: moon
title: 月の話
limit: 12.5
expires: 2099-12-31
source: どこか
license: BSD-2-Clause
author: 誰か
comment: 試し
references: [ここ, そこ]
x-own: {anything: [goes]}
terms:
  rabbit: {any: ['野兎', '玉兎'], kana: うさぎ, title: 兎, comment: 耳}
  hop: 'はね(?:る|た)'
  two: ['臼と', '杵と']
  rice: {kana: [もち, オモチ]}
signs:
  - id: moon.claim
    role: claim
    points: 1.5
    any: ['月の<rabbit>', '月の女神']
    title: 名乗り
    comment: 名乗る
    source: どこか
    references: ここ
    expires: 2099-12-31
    x-own: 1
  - id: moon.ask
    role: ask
    points: '4.0'
    any: '餅を.{0,6}(?:ください|送って)'
    unless: ['結構です']
    none: '要らない'
    in: sentence
    voice: own
    status: stable
    match: ['餅をください', {subject: 餅をください}]
    pass: 餅です
rules:
  - id: moon.both
    points: 3
    roles: [claim, ask]
    within: 200
    across: yes
    all: [moon.claim, moon.ask]
    match: [{subject: 月のうさぎ, body: 餅をください}]
    pass: ['月のうさぎです。餅はあります。']
  - id: moon.hops
    points: 1.0
    roles: ask
    fields: [subject, body, from-name, header:X-Moon]
    in: paragraph
    at-least: {n: 2, of: ['<rabbit>', '<hop>', '<two>']}
    flaws: [label-wrong]
    title: 跳ねる
    comment: 跳ねた
    source: どこか
    references: [ここ]
    match: ['うさぎがはねる']
    pass: ['うさぎがねる']
  - {id: moon.old, status: retired, points: 1, any: ['古い月'], flaws: nul}
  - {id: moon.tried, status: test, points: 0, any: ['新しい月の<hop>'], match: ['新しい月のはねる'], pass: ['新月']}
weigh:
  id: moon.words
  status: stable
  expires: 2099-12-31
  title: 語
  comment: 学んだ
  source: どこか
  references: ここ
  words:
    - {text: 月見団子, points: 0.35, texts: 12, comment: 秋}
    - {text: 満月の夜, points: -1}
cases:
  - {subject: お便り, from-name: 誰か, body: '月のうさぎです。餅をください。', expect: moon, title: 件, comment: 例}
  - {body: '星の話です。', expect: none}
overrides:
  - {override: moon.ask, points: 4.0, reason: 試し, date: 2026-11-01, until: 2099-12-31}
  - {override: moon.tried, status: test, reason: 試し, date: 2026-11-01}
  - {override: moon, limit: 11, reason: 試し, date: 2026-11-01}
exceptions:
  - {exception: letter, domain: [news.example], client: 192.0.2.0/24, recipient: .example.jp, spare: [moon.both, moon],
     reason: 試し, date: 2026-11-01, until: 2099-12-31}
  - {exception: all-of-it, client: ['2001:db8::1', 192.0.2.1], spare: all, reason: 試し, date: 2026-11-01}
"""

LOCAL = """\
format: 1
origin: site
version: 1
overrides:
  - {override: common.gift-card, points: 0.5, reason: 試し, date: 2026-11-01}
exceptions:
  - {exception: letter, recipient: a@example.jp, spare: all, reason: 試し, date: 2026-11-01}
"""

# What a schema cannot say: the loader's words, and a change of EVERY_KEY that shows it.
BEYOND = {
    "pattern language": ("this group is not closed|matches empty text|no two characters|write a pattern plain",
                         lambda d: d["terms"].update(hop="はね(")),
    "terms that are there": ("there is no term <", lambda d: d["signs"][0].update(any=["<nothing>"])),
    "ids that are there": ("no sign or rule '|is a list of words .* nothing can refer", lambda d: d["rules"][0].update(all=["moon.clain"])),
    "ids of this lure": ("ids of this file begin with", lambda d: d["signs"][0].update(id="sun.claim")),
    "ids once": ("is defined already", lambda d: d["signs"].append(copy.deepcopy(d["signs"][0]))),
    "what may be referred to": ("is retired|has the status test|refers to itself",
                                lambda d: d["rules"][0].update(all=["moon.old"])),
    "examples and cases": ("this example does not hit|this example must pass|by the whole set this example must|"
                           "this case must come out|signs need examples: a case|with the local overrides",
                           lambda d: d["rules"][1].update(match="うさぎがねる")),
    "lures that are there": ("no lure '", lambda d: d["cases"][0].update(expect="sun")),
    "n and of": ("this must be a number from 1 to [0-9]+$", lambda d: d["rules"][1]["at-least"].update(n=4)),
    "decimals": ("at most (one|two) decimal", lambda d: d["signs"][0].update(points=1.25)),
    "calendar": ("this must be a date such as", lambda d: d.update(expires="2099-02-30")),
    "words": ("a word must|a word needs two characters|is the same as .* once both are folded",
              lambda d: d["weigh"]["words"].append({"text": "月", "points": 1})),
    "what is overridden": ("has two overrides", lambda d: d["overrides"].append(copy.deepcopy(d["overrides"][0]))),
    "domains, networks, recipients": ("this is no (domain|network|recipient)|bits behind its mask",
                                      lambda d: d["exceptions"][0].update(client="192.0.2.1/24")),
}


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: no dates, and yes is a text."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (("bool", "true|false", "tf"), ("null", "|null|~", ["", "n", "~"]), ("int", "-?[0-9]+", "-0123456789"),
                            ("float", r"-?[0-9]+\.[0-9]+", "-0123456789")):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


class Single(yaml.SafeDumper):
    """Every text in single quotes, as patterns want it, or as a literal block; nothing as nothing."""

    def ignore_aliases(self, data):
        return True


Single.add_representer(str, lambda d, s: d.represent_scalar("tag:yaml.org,2002:str", s, style="|" if "\n" in s else "'"))
Single.add_representer(type(None), lambda d, _: d.represent_scalar("tag:yaml.org,2002:null", ""))


def read(text):
    return yaml.load(text, Core)


def refused(tmp_path, data, beside):
    """What the loader refuses: the words of all errors."""
    path = tmp_path / "mutant.yaml"
    path.write_text(yaml.dump(data, Dumper=Single, allow_unicode=True, width=10**9, sort_keys=False))
    return [o["text"] for o in objects(run("check", "--json", path, *beside))[:-1] if o["level"] == "error"]


def differ(tmp_path, data, beside):
    """Why loader and schema disagree; None: they agree, or the loader knows what no schema can say."""
    errors = refused(tmp_path, data, beside)
    within = [e for e in errors if not any(re.search(words, e) for words, _ in BEYOND.values())]
    invalid = [e.message[:200] for e in VALIDATOR.iter_errors(data)]
    if invalid and not errors:
        return f"the schema alone refuses: {invalid}"
    return f"the loader alone refuses: {within}" if within and not invalid else None


def nodes(data, path=()):
    """The paths of all values but the root."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from nodes(value, (*path, key))


def mutate(data, path, change):
    """A copy with the value at the path changed; None where this change is none here."""
    data = copy.deepcopy(data)
    at = data
    for key in path[:-1]:
        at = at[key]
    key, value = path[-1], at[path[-1]]
    if change == "delete":
        del at[key]
    elif change == "misspell":
        if not isinstance(key, str):
            return None
        at[key[0] + "q" + key[1:]] = at.pop(key)
    else:
        other = {"number": 3, "far number": 999999, "below": -7.5, "text": "qqqqq", "nothing": None, "list": [], "map": {},
                 "wrapped": [value], "truth": True, "long list": [value] * 3}[change]
        if other == value or type(other) is not type(value) and other == str(value):
            return None
        at[key] = other
    return data


CHANGES = ["delete", "misspell", "number", "far number", "below", "text", "nothing", "list", "map", "wrapped", "truth", "long list"]


def beside(name):
    return [p for p in SHIPPED if p.name != name and p.name in ("common.yaml",)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_shipped_files(path):
    assert [e.message for e in VALIDATOR.iter_errors(read(path.read_text()))] == []


def test_the_schema_is_one():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_files_with_every_key(tmp_path):
    assert refused(tmp_path, read(EVERY_KEY), []) == [] and list(VALIDATOR.iter_errors(read(EVERY_KEY))) == []
    assert refused(tmp_path, read(LOCAL), []) == [] and list(VALIDATOR.iter_errors(read(LOCAL))) == []


def test_every_key_stands_in_both(tmp_path):
    """Asked for a key that there is not, the loader lists those that there are."""
    maps = {"a pattern file": (), "a term": ("terms", "rabbit"), "a sign": ("signs", 0), "a rule": ("rules", 0),
            "'at-least'": ("rules", 1, "at-least"), "'weigh'": ("weigh",), "a word": ("weigh", "words", 0), "a case": ("cases", 0),
            "an override": ("overrides", 0), "an exception": ("exceptions", 0)}
    definitions = {"a pattern file": SCHEMA, "a term": SCHEMA["definitions"]["term"]["anyOf"][1]}
    data = read(EVERY_KEY)
    for path in maps.values():
        at = data
        for key in path:
            at = at[key]
        at["qqqqqqqqqqqqqqqq"] = 1
    said = {m[1]: set(m[2].split(", ")) for m in (re.match("unknown key 'q+' in (.*?): there are (.*)", e)
                                                  for e in refused(tmp_path, data, [])) if m}
    assert set(said) == set(maps)
    for what, keys in said.items():
        name = what.strip("'").split(" ")[-1]
        assert keys == set(definitions.get(what, SCHEMA["definitions"].get(name, {}))["properties"]), what


@pytest.mark.parametrize("name", BEYOND)
def test_what_a_schema_cannot_say(tmp_path, name):
    words, change = BEYOND[name]
    data = read(EVERY_KEY)
    change(data)
    errors = refused(tmp_path, data, [])
    assert errors and all(re.search(words, e) for e in errors), errors
    assert list(VALIDATOR.iter_errors(data)) == []


def mutants(text, most):
    """Mutations of a file, the same in every run: each path of its shape with each change, at most so many."""
    data = read(text)
    shapes = {}
    for path in nodes(data):
        shapes.setdefault(tuple("#" if isinstance(k, int) else k for k in path), path)
    all_ = [(path, change) for path in shapes.values() for change in CHANGES]
    random.Random(20261125).shuffle(all_)
    for path, change in all_[:most]:
        mutant = mutate(data, path, change)
        if mutant is not None:
            yield f"{'/'.join(map(str, path))}: {change}", mutant


@pytest.mark.parametrize("source, most", [
    ("every key", 300), ("local", 60), ("context.yaml", 40), ("common.yaml", 40), ("quit-fee.yaml", 40)])
def test_mutations(tmp_path, source, most):
    text = {"every key": EVERY_KEY, "local": LOCAL}.get(source) or Path(HERE / "patterns" / source).read_text()
    wrong = []
    n = 0
    for what, mutant in mutants(text, most):
        n += 1
        why = differ(tmp_path, mutant, beside(source) if source.endswith(".yaml") or source == "local" else [])
        if why is not None:
            wrong.append(f"{what}: {why}")
    assert n > most / 2 and not wrong, "\n".join(wrong)
