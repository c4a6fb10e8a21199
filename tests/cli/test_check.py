"""What lurectl check says of pattern files: mistakes, and what is said in vain."""
import os
import re

from test_lurectl import objects, run

HEAD = "format: 1\norigin: test\nversion: 1\nlure: {0}\ntitle: {0}\n"


def place(text, mark):
    """Line and column of the only place where `mark` stands."""
    assert text.count(mark) == 1, mark
    before = text[:text.index(mark)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def check(tmp_path, *files):
    """Exit status, and (file, line, column, level, text) of all that is said, by --json; stderr says the same."""
    names = []
    for i, text in enumerate(files):
        (tmp_path / f"{'abc'[i]}.yaml").write_text(text)
        names.append(tmp_path / f"{'abc'[i]}.yaml")
    done = run("check", "--json", *names)
    *said, last = objects(done)
    told = re.findall(r"^.*?([abc]\.yaml):(\d+):(\d+): (error|warning|note): (.*)$", done.stderr.decode(), re.M)
    said = [(os.path.basename(s["file"]), s["line"], s["column"], s["level"], s["text"]) for s in said]
    assert said == [(f, int(line), int(column), level, text) for f, line, column, level, text in told]
    assert last["errors"] == sum(s[3] == "error" for s in said)
    assert last["warnings"] == sum(s[3] == "warning" for s in said)
    return done.returncode, said


# --- said in vain -------------------------------------------------------------------------------------------------------------

VAIN = HEAD.format("moon") + """\
terms:
  rabbit: 'うさぎ'
  tortoise: 'かめ'
signs:
  - id: moon.claim
    role: claim
    points: 5
    any: ['月の<rabbit>', '月の女神', '月の<rabbit>']
  - id: moon.ask
    role: ask
    points: 1
    any: ['餅をください', '餅を送って']
    unless: ['餅を送って']
  - id: moon.only-role
    role: story
    points: 0
    any: ['月が満ちました']
  - {id: moon.unseen, role: story, points: 1, any: ['月が欠けました']}
  - {id: moon.name, role: claim, points: 1, fields: from-name, any: ['月の使者'], match: ['月の使者']}
rules:
  - id: moon.helper
    points: 0
    any: ['臼と杵']
    match: ['臼と杵があります']
    pass: ['鍋があります']
  - id: moon.idle
    points: 0
    any: ['竹取の翁']
    match: ['竹取の翁です']
    pass: ['竹取の姫です']
  - {id: moon.tried, status: test, points: 0, any: ['かぐや姫'], match: ['かぐや姫です'], pass: ['姫です']}
  - id: moon.rests
    points: 2
    roles: [ask]
    all: [moon.helper, '餅つき']
    match: ['臼と杵で餅つき']
    pass: ['臼で餅つき']
cases:
  - {body: '月のうさぎです。餅をください。臼と杵で餅つきをします。月が満ちました。竹取の翁です。月の女神', expect: moon}
  - {body: '星の話', expect: none}
"""


def test_what_is_said_in_vain_is_warned_of(tmp_path):
    status, said = check(tmp_path, VAIN)
    expected = [
        (*place(VAIN, "tortoise:"), "no pattern and no term uses <tortoise>"),
        (*place(VAIN, "'月の<rabbit>']"), "this stands in its list twice"),
        (*place(VAIN, "'餅を送って']\n    unless"), "this can never count: it is among 'unless' too"),
        (*place(VAIN, "id: moon.only-role"), "'moon.only-role' brings no points, and nothing refers to it: only its role counts"),
        (*place(VAIN, "{id: moon.unseen"), "no example and no case hits 'moon.unseen': nothing shows that it can hold"),
        (*place(VAIN, "id: moon.idle"), "'moon.idle' brings no points, and nothing refers to it: it changes nothing"),
    ]
    assert [s[1:3] + s[4:] for s in said] == expected
    assert {s[3] for s in said} == {"warning"} and status == 0


NEVER = HEAD.format("moon") + """\
signs:
  - {id: moon.claim, role: claim, points: 5, any: ['月のうさぎ']}
  - {id: moon.ask, role: ask, points: 1, any: ['餅をください']}
  - {id: moon.sender, role: claim, points: 1, fields: [from-name], any: ['月の使者'], match: ['月の使者']}
  - {id: moon.apart, role: ask, points: 1, all: [moon.sender, moon.ask]}
  - {id: moon.upon, role: ask, points: 1, all: [moon.apart, '餅つき']}
  - {id: moon.either, role: ask, points: 1, any: [moon.apart, moon.upon]}
  - {id: moon.few, role: ask, points: 1, at-least: {n: 2, of: ['餅つき', moon.apart]}}
  - {id: moon.vetoed, role: ask, points: 1, all: ['餅つき', 'うさぎ'], none: ['餅つき']}
  - {id: moon.barred, role: ask, points: 1, any: [moon.ask], unless: [moon.ask]}
  - {id: moon.across, role: ask, points: 1, across: yes, in: message, all: [moon.sender, moon.ask],
     match: [{from-name: 月の使者, body: 餅をください}]}
cases:
  - {body: '月のうさぎです。餅をください', expect: moon}
  - {body: '星の話', expect: none}
"""


def test_what_can_never_hold_is_warned_of(tmp_path):
    status, said = check(tmp_path, NEVER)
    never = {s[4].split("'")[1]: s for s in said if "can never hold" in s[4]}
    why = {
        "apart": "what it combines cannot stand in one field; 'across: yes' takes the fields as one text",
        "upon": "'moon.apart' of 'all' never does",
        "either": "nothing of 'any' ever does without its 'none' and 'unless'",
        "few": "too few of 'at-least' ever do",
        "vetoed": "'餅つき' of 'all' is among its 'none' too",
        "barred": "nothing of 'any' ever does without its 'none' and 'unless'",
    }
    assert {name[len("moon."):]: s[4].split("can never hold: ")[1] for name, s in never.items()} == why
    for name, s in never.items():
        assert s[1:3] == place(NEVER, "{id: %s," % name) and s[3] == "warning"
    # What can never hold is hit by no example either; the one that reads the fields as one text is.
    assert not [s for s in said if "moon.across" in s[4]]
    assert status == 0


def test_signs_that_never_count(tmp_path):
    text = HEAD.format("moon") + "signs:\n  - {id: moon.a, role: claim, points: 1, any: ['月のうさぎ']}\n" \
        "  - {id: moon.b, role: story, points: 1, any: ['餅つき']}\n" \
        "rules:\n  - {id: moon.r, points: 6, any: [moon.a], match: [月のうさぎ], pass: [餅つき]}\n" \
        "cases:\n  - {body: 月のうさぎと餅つき, expect: moon}\n  - {body: 星の話, expect: none}\n"
    status, said = check(tmp_path, text)
    assert [s[1:3] for s in said] == [(7, 5)] and "the signs of 'moon' never count" in said[0][4]
    common = HEAD.format("common") + "signs:\n  - {id: common.ask, role: ask, points: 1, any: ['ください'], match: ['ください']}\n"
    assert check(tmp_path, text, common) == (0, [])


def test_common_terms_are_missed_only_beside_the_files_they_serve(tmp_path):
    common = HEAD.format("common") + "terms:\n  moon: '月'\n  sun: '太陽'\n"
    rules = "rules:\n  - {id: moon.r, points: 6, any: ['<moon>のうさぎ'], match: [月のうさぎ], pass: [餅つき]}\n"
    assert check(tmp_path, common) == (0, [])
    assert check(tmp_path, common, HEAD.format("moon").replace("test", "mine") + rules) == (0, [])
    assert [s[:3] for s in check(tmp_path, common, HEAD.format("moon") + rules)[1]] == [("a.yaml", 8, 3)]


def test_example_that_something_else_hits(tmp_path):
    text = HEAD.format("moon") + "rules:\n" \
        "  - {id: moon.r, points: 6, any: ['月のうさぎ'], match: [月のかめ], pass: [餅つき]}\n" \
        "  - {id: moon.s, points: 0, any: ['月のかめ'], match: [月のかめ], pass: [餅つき]}\n"
    status, said = check(tmp_path, text)
    assert status == os.EX_DATAERR
    assert [s[1:] for s in said if s[3] == "error"] == [
        (*place(text, "月のかめ], pass: [餅つき]}\n  - {id: moon.s"), "error",
         "this example does not hit moon.r: nothing of 'any' is there; what hits is moon.s")]


def test_case_that_another_file_hits(tmp_path):
    first = HEAD.format("moon") + "rules:\n  - {id: moon.r, points: 6, any: ['月のうさぎ'], match: [月のうさぎ], pass: [餅つき]}\n"
    second = HEAD.format("moon") + "rules:\n  - {id: moon.s, points: 6, any: ['月のかめ'], match: [月のかめ], pass: [餅つき]}\n" \
        "cases:\n  - {body: 月のうさぎ, expect: moon}\n  - {body: 月のかめ, expect: moon}\n"
    status, said = check(tmp_path, first, second)
    assert [(s[0], *s[1:3]) for s in said] == [("b.yaml", *place(second, "{body: 月のうさぎ"))]
    assert "nothing of this file hits it" in said[0][4] and status == 0
    only_cases = HEAD.format("moon") + "cases:\n  - {body: 月のうさぎ, expect: moon}\n"
    assert check(tmp_path, first, only_cases) == (0, [])


def test_what_a_site_changed_is_not_missed(tmp_path):
    text = HEAD.format("moon") + "rules:\n  - {id: moon.r, points: 6, any: ['月のうさぎ'], match: [月のうさぎ], pass: [餅つき]}\n"
    local = "format: 1\norigin: site\nversion: 1\noverrides:\n  - {override: moon.r, points: 0, reason: R, date: 2026-11-01}\n"
    status, said = check(tmp_path, text, local)
    assert status == 0 and {s[3] for s in said} == {"note"}


def test_services_and_other_commands_do_not_look_for_it(tmp_path):
    (tmp_path / "a.yaml").write_text(VAIN)
    done = run("test", "--patterns", tmp_path / "a.yaml")
    assert done.returncode == 0 and done.stderr == b""


# --- readings -----------------------------------------------------------------------------------------------------------------

def test_readings_are_found_in_every_kana(tmp_path):
    for reading in ("おかね", "オカネ", "おカね"):
        text = HEAD.format("moon") + f"""\
terms:
  money: {{any: ['お金'], kana: {reading}}}
  cash: {{kana: [げんきん, ニコニコげんなま]}}
rules:
  - id: moon.r
    points: 6
    any: ['<money>を(?:くれ|貸)', '<cash>をくれ']
    match: [お金をくれ, おかねをくれ, オカネを貸して, ｵｶﾈをくれ, おカネをくれ, お か ネをくれ, げんきんをくれ, ｹﾞﾝｷﾝをくれ, ゲンキンをくれ,
            にこにこ現なまゲンナマと、にこにこげんなまをくれ]
    pass: [おかしをくれ, お肉をくれ, 金をくれ, げんきをくれ]
"""
        assert check(tmp_path, text) == (0, [])
