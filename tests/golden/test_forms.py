"""One phrase in 35 forms that filters are known to miss, as rules see it: `lurectl scan` with a file of one rule."""
import pytest
from mail import EUC, JIS, SJIS, UTF8, mail, subject, text, word

PHRASE = "温泉旅館のマネージャー"
BODY = f"はじめまして。わたしは{PHRASE}をしている者です。①お返事をお待ちしています。"
PLAIN = BODY.replace("①", "")
RULES = f"""\
format: 1
origin: test
version: 1
lure: inn
title: 旅館
source: made up for this test
rules:
  - id: inn.manager
    points: 6.0
    roles: [claim, ask]
    any: ['{PHRASE}']
    match: ['{PHRASE}です']
    pass: ['旅館に泊まりました']
"""

JISMS = "iso2022_jp_ext"


def html(inner):
    return text(BODY.replace(PHRASE, inner), UTF8, "utf-8", "base64", subtype="html")


def titled(line):
    return mail("本文です。\n".encode(), "Content-Type: text/plain; charset=utf-8", line)


def cp50221(string):
    """ISO-2022-JP with half-width kana by ESC ( I."""
    out = b""
    for c in string:
        kana = "\uff61" <= c <= "\uff9f"
        out += b"\x1b(I" + bytes([c.encode(SJIS)[0] - 0x80]) + b"\x1b(B" if kana else c.encode(JIS)
    return out


_jis = PHRASE.encode(JIS)
FORMS = {
    "utf8-base64": text(BODY, UTF8, "utf-8", "base64"),
    "jis": text(PLAIN, JIS, "ISO-2022-JP"),
    "sjis": text(PLAIN, SJIS, "Shift_JIS"),
    "euc": text(PLAIN, EUC, "EUC-JP"),
    "sjis-vendor-characters": text(BODY + "㈱髙﨑", SJIS, "Shift_JIS"),
    "jis-that-is-sjis": text(PLAIN, SJIS, "ISO-2022-JP"),
    "no-charset-jis": text(PLAIN, JIS, ""),
    "no-charset-sjis": text(PLAIN, SJIS, ""),
    "no-charset-euc": text(PLAIN, EUC, ""),
    "ascii-that-is-jis": text(PLAIN, JIS, "us-ascii"),
    "utf8-that-is-sjis": text(PLAIN, SJIS, "utf-8"),
    "line-end-in-phrase": text(PLAIN.replace("マネー", "マネー\n"), JIS, "ISO-2022-JP"),
    "half-width-kana": text(PLAIN.replace("マネージャー", "ﾏﾈｰｼﾞｬｰ"), UTF8, "utf-8"),
    "wide-blanks": text(PLAIN.replace(PHRASE, "\u3000".join(PHRASE)), UTF8, "utf-8"),
    "zero-width": text(PLAIN.replace(PHRASE, "\u200b".join(PHRASE)), UTF8, "utf-8"),
    "html-tags": html("温泉<b></b>旅館の<span>マネ</span>ージャー"),
    "html-references": html("".join(f"&#{ord(c)};" for c in PHRASE)),
    "html-break": html("温泉旅館の<br>マネージャー"),
    "jis-with-stray-bytes": text(b"\xff\xfe " + PLAIN.encode(JIS), None, "ISO-2022-JP"),
    "sjis-with-broken-bytes": text(b"\x80\xfd " + PLAIN.encode(SJIS) + b" \xfe", None, "Shift_JIS"),
    "label-x-sjis": text(PLAIN, SJIS, "x-sjis"),
    "label-unknown-8bit": text(PLAIN, SJIS, "unknown-8bit"),
    "label-gb2312": text(PLAIN, SJIS, "GB2312"),
    "no-type-jis": text(PLAIN, JIS),
    "jis-half-width-kana": text(cp50221(PLAIN.replace("マネージャー", "ﾏﾈｰｼﾞｬｰ")), None, "ISO-2022-JP"),
    "subject-jis": titled(subject(word(_jis, "ISO-2022-JP"))),
    "subject-sjis": titled(subject(word(PHRASE.encode(SJIS), "Shift_JIS"))),
    "subject-raw-sjis": titled(b"Subject: " + PHRASE.encode(SJIS)),
    "subject-raw-jis": titled(b"Subject: " + _jis),
    "subject-raw-utf8": titled(b"Subject: " + PHRASE.encode()),
    "subject-split-character": titled(subject(word(PHRASE.encode()[:10], "utf-8"), word(PHRASE.encode()[10:], "utf-8"))),
    "subject-split-escape": titled(subject(word(_jis[:9], "iso-2022-jp"), word(_jis[9:], "iso-2022-jp"))),
    "subject-two-words": titled(subject(word("温泉旅館".encode(JIS), "iso-2022-jp"), word("のマネージャー".encode(JIS), "iso-2022-jp"))),
    "subject-jis-that-is-sjis": titled(subject(word(PHRASE.encode(SJIS), "ISO-2022-JP"))),
    "subject-raw-euc": titled(b"Subject: " + PHRASE.encode(EUC)),
}


def test_there_are_35():
    assert len(FORMS) == 35


@pytest.fixture(scope="session")
def verdicts(lurectl, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    (folder / "inn.yaml").write_text(RULES)
    for name, raw in FORMS.items():
        (folder / f"{name}.eml").write_bytes(raw)
    files = [folder / f"{name}.eml" for name in FORMS]
    out = lurectl("scan", "--json", "--patterns", folder / "inn.yaml", *files, status=1)
    return dict(zip(FORMS, out))


@pytest.mark.parametrize("name", FORMS)
def test_found(verdicts, name):
    assert verdicts[name]["verdict"] == "tag", verdicts[name]
    assert [rule["id"] for rule in verdicts[name]["rules"]] == ["inn.manager"]
