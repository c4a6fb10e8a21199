"""
What senders do to a text in the Subject.

TRICKS: trick -> variant -> function from a line of text to a whole message.
"""
import base64
import re

from evade_wire import HARMLESS, SCRIPTS, jis_bytes
from mail import EUC, JIS, SJIS, UTF8, mail, word

TRICKS = {}


def trick(name, **variants):
    TRICKS[name] = variants


def titled(*lines):
    return mail((HARMLESS + "\n").encode(), "Content-Type: text/plain; charset=utf-8", *lines)


def words(raw_text, label, size, kind="B", join="\n "):
    return titled("Subject: " + join.join(word(raw_text[i:i + size], label, kind) for i in range(0, len(raw_text), size)))


def characters(s, size, charset, label, kind="B", join="\n "):
    return titled("Subject: " + join.join(word(s[i:i + size].encode(charset), label, kind) for i in range(0, len(s), size)))


def turns(s, ways):
    """Word by word in another charset and encoding."""
    return titled("Subject: " + "\n ".join(word(s[i:i + 6].encode(c), label, kind) for i, (c, label, kind) in
                                           zip(range(0, len(s), 6), ways * len(s))))


def raw_folded(s, charset, width):
    data = s.encode(charset)
    return titled(b"Subject: " + b"\n ".join(data[i:i + width] for i in range(0, len(data), width)))


trick("words-split", character=lambda s: words(s.encode(), "utf-8", 10), character_q=lambda s: words(s.encode(), "utf-8", 7, "Q"),
           escape=lambda s: words(s.encode(JIS), "iso-2022-jp", 9), sjis=lambda s: words(s.encode(SJIS), "shift_jis", 7),
           euc=lambda s: words(s.encode(EUC), "euc-jp", 5), byte=lambda s: words(s.encode(), "utf-8", 1),
           letter=lambda s: characters(s, 1, UTF8, "utf-8"), letter_jis=lambda s: characters(s, 1, JIS, "iso-2022-jp"),
           one_line=lambda s: words(s.encode(), "utf-8", 8, join=" "), touching=lambda s: words(s.encode(), "utf-8", 15, join=""),
           blanks=lambda s: words(s.encode(), "utf-8", 15, join=" \t \n  "), long=lambda s: words(s.encode(), "utf-8", 900))
def junk_words(s):
    return [word(s.encode(), "utf-8")] + [word("昨日は雨が降りました".encode(SJIS), "utf-8") for _ in range(9)]


trick("words-around", after=lambda s: titled("Subject: " + "\n ".join(junk_words(s))),
           before=lambda s: titled("Subject: " + "\n ".join(junk_words(s)[::-1])),
           empty_pairs=lambda s: words(jis_bytes(s, b"\x1b$B\x1b(B"), "iso-2022-jp", 45),
           roman=lambda s: words(jis_bytes(s, single=b"\x1b(J"), "iso-2022-jp", 30),
           raw_pairs=lambda s: titled(b"Subject: " + jis_bytes(s, b"\x1b$B\x1b(B")))
trick("words-mixed", kinds=lambda s: turns(s, [(UTF8, "utf-8", "B"), (UTF8, "UTF-8", "Q")]),
      charsets=lambda s: turns(s, [(UTF8, "utf-8", "B"), (JIS, "iso-2022-jp", "B"), (SJIS, "shift_jis", "Q"), (EUC, "euc-jp", "B")]),
      language=lambda s: characters(s, 8, UTF8, "utf-8*ja"),
      lower=lambda s: characters(s, 8, UTF8, "utf-8").replace(b"?B?", b"?b?"),
      double=lambda s: titled("Subject: " + word(word(s.encode(JIS), "ISO-2022-JP").encode(), "us-ascii", "Q")),
      quoted=lambda s: titled('Subject: "' + word(s.encode(), "utf-8") + '"'),
      unterminated=lambda s: titled("Subject: " + word(s.encode(), "utf-8")[:-2]),
      padded=lambda s: titled("Subject: =?utf-8?B?" + "".join(
          base64.b64encode(s[i:i + 4].encode()).decode() for i in range(0, len(s), 4)) + "?="),
      unpadded=lambda s: titled("Subject: " + word(s.encode(), "utf-8").replace("==?=", "?=").replace("=?=", "?=")),
      blank_inside=lambda s: titled("Subject: " + word(s.encode(), "utf-8", "Q").replace("=81", "=81_"[:3])),
      folded_inside=lambda s: titled("Subject: " + re.sub(r"(.{60})", r"\1\n ", word(s.encode(), "utf-8"))),
      raw_q=lambda s: titled(b"Subject: =?utf-8?Q?" + s.encode().replace(b" ", b"_") + b"?="))
trick("words-mislabelled",
      **{f"{k} as {w}": (lambda s, c=c, w=w: titled("Subject: " + word(s.encode(c), w))) for k, c in SCRIPTS.items()
         for w in ("utf-8", "iso-2022-jp", "shift_jis", "us-ascii", "iso-8859-1", "x-unknown", "gb2312")})
trick("raw-subjects", **{k: (lambda s, c=c: titled(b"Subject: " + s.encode(c))) for k, c in SCRIPTS.items()},
           folded_utf8=lambda s: raw_folded(s, UTF8, 9), folded_middle=lambda s: raw_folded(s, UTF8, 10),
           folded_sjis=lambda s: raw_folded(s, SJIS, 8), folded_euc=lambda s: raw_folded(s, EUC, 8),
           word_and_raw=lambda s: titled(b"Subject: " + word(s[:6].encode(), "utf-8").encode() + s[6:].encode()),
           bom=lambda s: titled(b"Subject: \xef\xbb\xbf" + s.encode()),
           jis_halves=lambda s: titled(b"Subject: " + s[:8].encode(JIS) + b"\n " + s[8:].encode(JIS)))
trick("subject-headers", upper=lambda s: titled(("SUBJECT: " + word(s.encode(), "utf-8"))),
           blank=lambda s: titled("Subject : " + word(s.encode(), "utf-8")), none=lambda s: titled("subject:" + word(s.encode(), "utf-8")),
           twice=lambda s: titled("Subject: " + word(s.encode(), "utf-8"), "Subject: hello"),
           second=lambda s: titled("Subject: hello", "Subject: " + word(s.encode(), "utf-8")),
           next_line=lambda s: titled("Subject:\n " + word(s.encode(), "utf-8")),
           tab=lambda s: titled("Subject:\t" + word(s.encode(), "utf-8")),
           reply=lambda s: titled("Subject: Re: Fwd: [ml:12] " + word(s.encode(), "utf-8")),
           utf7=lambda s: titled("Subject: " + word(s.encode("utf-7"), "utf-7")),
           utf16=lambda s: titled("Subject: " + word(s.encode("utf-16"), "utf-16")),
           gb=lambda s: titled("Subject: " + word(s.encode("gb18030"), "gb2312")))
