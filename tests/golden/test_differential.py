"""
What others write must be read: random texts encoded by nkf, Python and iconv, header values and MIME trees made by Python's
email package and nkf, against `lurectl decode`. Where those tools differ among themselves (〜 and ～, and the like), both
ways are right. A failure names its seed; SEED in the environment takes another one.
"""
import base64
import email.header
import email.message
import email.policy
import html
import os
import quopri
import random
import re
import shutil
import subprocess
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from mail import mail

SEED = int(os.environ.get("SEED", "20261125"))

# What converters read in two ways.
SAME = str.maketrans("〜−‖¢£¬¦—¥‾", "～－∥￠￡￢￤―￥￣")


def assigned(codec, codes):
    out = []
    for code in codes:
        try:
            c = bytes(code).decode(codec)
        except UnicodeDecodeError:
            continue
        if len(c) == 1 and not 0xE000 <= ord(c) < 0xF900:
            out.append(c)
    return out


KANJI = assigned("euc_jp", ((a, b) for a in range(0xB0, 0xF5) for b in range(0xA1, 0xFF)))
SIGNS = assigned("euc_jp", ((a, b) for a in range(0xA1, 0xA9) for b in range(0xA1, 0xFF)))
VENDOR = assigned("cp932", ((a, b) for a in (0x87, 0xED, 0xEE, 0xFA, 0xFB, 0xFC) for b in range(0x40, 0xFD)))
SUPPLEMENT = assigned("euc_jp", ((0x8F, a, b) for a in range(0xA1, 0xFF) for b in range(0xA1, 0xFF)))
HALF = [chr(c) for c in range(0xFF61, 0xFFA0)]
ASCII = [chr(c) for c in range(0x21, 0x7F) if chr(c) not in "\\~"]
KANA = [chr(c) for c in range(0x3041, 0x3094)] + [chr(c) for c in range(0x30A1, 0x30F7)]
COMMON = list("日本人大学年月国会社事業部長時間分行見電話番号金料無利用者登録連絡返信確認手続今方私名前新生活上下中出入自動車地")


def random_text(rng, alphabets, lines=4):
    """Mostly what texts are made of, and some of everything."""
    def one():
        rare = rng.choice(alphabets)
        return "".join(rng.choice(rng.choices([KANA, COMMON, rare, ASCII], [6, 4, 4, 1])[0]) for _ in range(rng.randint(12, 40)))
    return "\n".join(one() for _ in range(lines))


def same(text):
    return re.sub(r"\s+", "", text.translate(SAME))


@pytest.fixture(scope="session")
def decode(lurectl, tmp_path_factory):
    def run(mails):
        folder = tmp_path_factory.mktemp("differential")
        for i, raw in enumerate(mails):
            (folder / f"{i:06}.eml").write_bytes(raw)
        return lurectl("decode", "--json", folder)
    return run


# --- charsets -------------------------------------------------------------------------------------------------------------

def python(codec):
    return lambda text: text.encode(codec)


def tool(*command):
    """A program that converts UTF-8; what it cannot convert makes it fail."""
    def f(text):
        done = subprocess.run(command, input=text.encode(), capture_output=True)
        if done.returncode != 0:
            raise UnicodeError(done.stderr.decode(errors="replace"))
        return done.stdout
    return f


def iconv(charset):
    return tool("iconv", "-f", "UTF-8", "-t", charset)


def nkf(*options):
    """It drops 〜 and its like without a word, where it wants ～."""
    convert = tool("nkf", "-W", "-x", "-m0", *options)
    return lambda text: convert(text.translate(SAME))


JAPANESE = [KANJI, SIGNS, HALF]
JIS = [KANJI, SIGNS]
ENCODERS = {  # name: label, encoder, alphabets
    "python iso2022_jp": ("ISO-2022-JP", python("iso2022_jp"), JIS),
    "python iso2022_jp_1": ("ISO-2022-JP-1", python("iso2022_jp_1"), [*JIS, SUPPLEMENT]),
    "python iso2022_jp_ext": ("ISO-2022-JP", python("iso2022_jp_ext"), [*JIS, HALF, SUPPLEMENT]),
    "python iso2022_jp_3": ("ISO-2022-JP-3", python("iso2022_jp_3"), [*JIS, HALF]),
    "python shift_jis": ("Shift_JIS", python("shift_jis"), JAPANESE),
    "python cp932": ("Windows-31J", python("cp932"), [*JAPANESE, VENDOR]),
    "python euc_jp": ("EUC-JP", python("euc_jp"), [*JAPANESE, SUPPLEMENT]),
    "python utf-8": ("UTF-8", python("utf-8"), [*JAPANESE, VENDOR, SUPPLEMENT]),
    "python utf-16": ("UTF-16", python("utf-16"), [*JAPANESE, VENDOR]),
    "python utf-16-le": ("UTF-16LE", python("utf-16-le"), [*JAPANESE, VENDOR]),
    "python utf-16-be": ("UTF-16BE", python("utf-16-be"), [*JAPANESE, VENDOR]),
    "python utf-7": ("UTF-7", python("utf-7"), [*JAPANESE, VENDOR]),
    "python gb18030": ("GB18030", python("gb18030"), [*JAPANESE, VENDOR]),
    "python gbk": ("GB2312", python("gbk"), [KANJI]),
    "python big5hkscs": ("Big5", python("big5hkscs"), [KANJI]),
    "python cp949": ("EUC-KR", python("cp949"), [KANJI]),
    "iconv ISO-2022-JP": ("ISO-2022-JP", iconv("ISO-2022-JP"), JIS),
    "iconv ISO-2022-JP-2": ("ISO-2022-JP-2", iconv("ISO-2022-JP-3"), [*JIS, HALF]),
    "iconv CP932": ("Shift_JIS", iconv("CP932"), [*JAPANESE, VENDOR]),
    "iconv EUC-JP": ("EUC-JP", iconv("EUC-JP"), [*JAPANESE, SUPPLEMENT]),
    "iconv UTF-16": ("UTF-16", iconv("UTF-16"), JAPANESE),
    "iconv GB18030": ("GB18030", iconv("GB18030"), JAPANESE),
    "iconv BIG5-HKSCS": ("Big5", iconv("BIG5-HKSCS"), [KANJI]),
    "iconv UHC": ("EUC-KR", iconv("UHC"), [KANJI]),
    "nkf JIS": ("ISO-2022-JP", nkf("-j"), [*JIS, HALF]),
    "nkf CP50221": ("CP50221", nkf("--oc=CP50221"), [*JIS, HALF, VENDOR]),
    "nkf Shift_JIS": ("Shift_JIS", nkf("-s"), JAPANESE),
    "nkf CP932": ("Shift_JIS", nkf("--oc=CP932"), [*JAPANESE, VENDOR]),
    "nkf EUC-JP": ("EUC-JP", nkf("-e"), JAPANESE),
    "nkf eucJP-ms": ("eucJP-ms", nkf("--oc=eucJP-ms"), [*JAPANESE, VENDOR]),
    "nkf UTF-16": ("UTF-16", nkf("-w16"), JAPANESE),
}


def encodable(text, encoder):
    """The text without the characters that the charset lacks."""
    try:
        encoder(text)
        return text
    except UnicodeError:
        pass
    good = {}
    for c in set(text):
        try:
            encoder(c)
            good[c] = True
        except UnicodeError:
            good[c] = False
    return "".join(c for c in text if good[c])


def carried(raw, label, rng):
    """The bytes in a mail, in one of the ways of mail."""
    cte = rng.choice(["base64", "quoted-printable"] + (["8bit"] if not label.startswith("UTF-16") else []))
    if cte == "base64":
        width = rng.choice([4, 17, 76, 998])
        text = base64.b64encode(raw)
        raw = b"\n".join(text[i:i + width] for i in range(0, len(text), width))
    elif cte == "quoted-printable":
        raw = quopri.encodestring(raw, quotetabs=rng.random() < 0.5) + b"="
    return mail(raw + b"\n", "MIME-Version: 1.0", f"Content-Type: text/plain; charset={label}", f"Content-Transfer-Encoding: {cte}")


@pytest.mark.parametrize("name", ENCODERS)
def test_charset(decode, name):
    label, encoder, alphabets = ENCODERS[name]
    program = name.split()[0]
    if program != "python" and shutil.which(program) is None:
        pytest.skip(f"{program} is not there")
    rng = random.Random(f"{SEED} {name}")
    texts = [encodable(random_text(rng, alphabets), encoder) for _ in range(40 if program == "python" else 12)]
    bodies = decode([carried(encoder(text), label, rng) for text in texts])
    for text, got in zip(texts, bodies):
        assert same(got["body"]) == same(text), f"SEED={SEED}: {name}, used {got['parts'][0]['used']}"
        assert got["parts"][0]["replaced"] == 0


# --- header values --------------------------------------------------------------------------------------------------------

def subject_text(rng, alphabets=JIS):
    return random_text(rng, alphabets, lines=1)


def by_python(charset):
    def f(text, rng):
        return email.header.Header(text, charset, maxlinelen=rng.choice([40, 76, 200]), header_name="Subject").encode().encode()
    return f


def by_nkf(*options):
    return lambda text, rng: subprocess.run(["nkf", "-W", "-x", *options], input=text.encode(), capture_output=True, check=True).stdout


HEADERS = {
    "python iso-2022-jp": by_python("iso-2022-jp"),
    "python shift_jis": by_python("shift_jis"),
    "python euc-jp": by_python("euc-jp"),
    "python utf-8": by_python("utf-8"),
    "nkf -jM": by_nkf("-jM"),
    "nkf -sM": by_nkf("-sM"),
    "nkf -eM": by_nkf("-eM"),
    "nkf -wM": by_nkf("-wM"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_header(decode, name):
    if name.startswith("nkf") and shutil.which("nkf") is None:
        pytest.skip("nkf is not there")
    rng = random.Random(f"{SEED} {name}")
    texts = [subject_text(rng) for _ in range(40)]
    got = decode([mail(b"x\n", b"Subject: " + HEADERS[name](text, rng).rstrip(b"\n")) for text in texts])
    for text, found in zip(texts, got):
        assert same(found["subject"]) == same(text), f"SEED={SEED}: {name}"


# --- trees ----------------------------------------------------------------------------------------------------------------

class Tree:
    """Parts of every kind, nested by chance; what is in them is remembered."""
    def __init__(self, rng):
        self.rng, self.texts, self.files = rng, [], []

    def text(self):
        text = random_text(self.rng, JIS, lines=self.rng.randint(1, 5))
        charset = self.rng.choice(["utf-8", "iso-2022-jp", "euc-jp", "shift_jis"])
        subtype = self.rng.choice(["plain", "plain", "html"])
        self.texts.append(text)
        if subtype == "html":
            text = "<div>" + html.escape(text).replace("\n", "<br>\n") + "</div>"
        part = MIMEText(text.encode(charset, "xmlcharrefreplace").decode(charset), subtype, charset)
        if self.rng.random() < 0.2:
            self.files.append(self.rng.choice(["案内.txt", "資料一覧.html", "a.txt"]))
            part.add_header("Content-Disposition", "attachment", filename=self.files[-1])
        return part

    def file(self):
        self.files.append(self.rng.choice(["写真.jpg", "見積書（改）.pdf", "plan.doc"]))
        part = MIMEApplication(self.rng.randbytes(self.rng.randint(0, 300)))
        part.add_header("Content-Disposition", "attachment", filename=self.files[-1])
        return part

    def message(self, depth):
        inner = self.part(depth + 1)
        inner["From"] = "c@home.example"
        inner["Subject"] = email.header.Header(subject_text(self.rng), "utf-8")
        return MIMEMessage(inner)

    def multipart(self, depth):
        part = MIMEMultipart(self.rng.choice(["mixed", "mixed", "alternative", "related", "parallel", "x-other"]))
        for _ in range(self.rng.randint(1, 4)):
            part.attach(self.part(depth + 1))
        if self.rng.random() < 0.3:
            part.preamble = "This is a multi-part message in MIME format."
        return part

    def part(self, depth=0):
        kind = self.rng.random()
        if depth < 6 and kind < (0.9 if depth == 0 else 0.4):
            return self.multipart(depth)
        if depth < 6 and kind < 0.5:
            return self.message(depth)
        return self.file() if kind > 0.9 else self.text()

    def mail(self):
        root = self.part()
        root["From"] = "a@shop.example"
        root["To"] = "b@home.example"
        root["Subject"] = email.header.Header(subject_text(self.rng), "iso-2022-jp")
        return root.as_bytes(policy=self.rng.choice([email.policy.compat32, email.policy.compat32.clone(linesep="\r\n")]))


def test_trees(decode):
    rng = random.Random(SEED)
    trees = [Tree(rng) for _ in range(150)]
    got = decode([tree.mail() for tree in trees])
    assert sum(len(tree.texts) for tree in trees) > 500
    for i, (tree, found) in enumerate(zip(trees, got)):
        seen = same(found["body"])
        assert [text for text in tree.texts if same(text) not in seen] == [], f"SEED={SEED}: tree {i}"
        assert sorted(found["file_names"]) == sorted(tree.files), f"SEED={SEED}: tree {i}"
