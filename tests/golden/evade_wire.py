"""
What senders do to a text on its way into a message.

TRICKS: trick -> variant -> function from the text of a body to a whole message.
"""
import base64
import quopri
import re

from mail import EUC, JIS, SJIS, UTF8, mail, multipart, part, text

TRICKS = {}

HARMLESS = "ご確認をお願いいたします。"


def trick(name, **variants):
    TRICKS[name] = variants


# --- bodies -------------------------------------------------------------------------------------------------------------
def coded(raw, *headers, label=None, cte="base64", subtype="plain"):
    """Bytes as they are under a label."""
    return text(raw, None, label, cte, *headers, subtype=subtype)


def labelled(charset, label, cte=None):
    return lambda body: text(body.encode(charset), None, label, cte)


def raw(body, *headers):
    return mail(body, "MIME-Version: 1.0", *headers)


def jis_bytes(body, between_chars=b"", double=b"\x1b$B", single=b"\x1b(B"):
    """ISO-2022-JP written character by character."""
    out = b""
    for c in body:
        wide = c.encode(JIS)
        out += double + wide[3:-3] + single + between_chars if wide.startswith(b"\x1b$B") else wide
    return out


def jis(**how):
    return lambda body: text(jis_bytes(body, **how), None, "ISO-2022-JP")


def qp(body, breaks=True, lower=False, everything=True):
    """Every byte coded, and a soft break in the middle of each character."""
    out = ""
    for i, b in enumerate(body.encode()):
        out += f"={b:02x}" if lower else f"={b:02X}"
        if breaks and i % 4 == 1:
            out += "=\n"
    return out.encode()


def qp_mail(body):
    return raw(body, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable")


def base64_mail(body, *headers):
    return raw(body, "Content-Type: text/plain; charset=utf-8", *(headers or ("Content-Transfer-Encoding: base64",)))


def b64(body):
    return base64.encodebytes(body.encode())


def junky(coded_text):
    return b"".join(coded_text[i:i + 3] + (b"!", b"\x80", b" ", b"*\n")[i // 3 % 4] for i in range(0, len(coded_text), 3))


def utf7(body):
    return body.encode("utf-7")


SCRIPTS = {"jis": JIS, "sjis": SJIS, "euc": EUC, "utf8": UTF8}
WRONG = ("us-ascii", "iso-8859-1", "utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "gb2312", "windows-1252",
         "unknown-8bit", "x-unknown", "big5", "euc-kr", "koi8-r")

for key, charset in SCRIPTS.items():
    trick(f"{key}-mislabelled", **{w: labelled(charset, w) for w in WRONG}, base64=labelled(charset, "us-ascii", "base64"),
          quoted_printable=labelled(charset, "iso-8859-1", "quoted-printable"))
trick("undeclared",
      **{f"{k}, {how}": f for k, c in SCRIPTS.items()
         for how, f in (("no type", labelled(c, None)), ("no charset", labelled(c, "")), ("base64", labelled(c, None, "base64")))})
trick("labels", sjis=labelled(SJIS, "x-sjis"), ms=labelled(SJIS, "MS_Kanji"), windows=labelled(SJIS, "Windows-31J"),
      eucms=labelled(EUC, "eucJP-ms"), cp51932=labelled(EUC, "CP51932"), jisms=labelled(JIS, "ISO-2022-JP-MS"),
      cp50220=labelled(JIS, "cp50220"), jis1=labelled(JIS, '"iso-2022-jp"'), unicode11=labelled(UTF8, "unicode-1-1-utf-8"),
      utf_8=labelled(UTF8, "UTF_8"), comment=labelled(UTF8, "utf-8 (Unicode)"),
      encoded=lambda b: coded(b.encode(SJIS), "Content-Type: text/plain; charset*=''shift%5Fjis", cte="base64"),
      open_quote=labelled(SJIS, '"shift_jis'), twice=labelled(SJIS, "us-ascii; charset=shift_jis"),
      semicolons=labelled(SJIS, "shift_jis;;"))
trick("jis-escapes", empty_pairs=jis(between_chars=b"\x1b$B\x1b(B"), roman=jis(single=b"\x1b(J"), old=jis(double=b"\x1b$@"),
      old_roman=jis(double=b"\x1b$@", single=b"\x1b(J"), swedish=jis(single=b"\x1b(H"), announced=jis(double=b"\x1b&@\x1b$B"),
      four=jis(double=b"\x1b$(B"), kana=jis(between_chars=b"\x1b(I\x1b(B"), latin=jis(between_chars=b"\x1b.A"),
      x0212=jis(between_chars=b"\x1b$(D\x1b(B"), many=jis(double=b"\x1b(J\x1b$@\x1b$B\x1b$B"),
      unclosed=lambda b: text(b"\n".join(line.encode(JIS).removesuffix(b"\x1b(B") for line in b.split("\n")), None, "ISO-2022-JP"),
      shift=lambda b: text(jis_bytes(b, b"\x0f"), None, "ISO-2022-JP"), stray=lambda b: text(jis_bytes(b, b"\x80"), None, "ISO-2022-JP"))
def below(charset, label, other, html=False):
    """Text of another charset, three times as much, where nobody looks."""
    junk = ("昨日は雨が降りましたが、今日はよく晴れています。\n" * 12).encode(other)

    def f(body):
        if html:
            return coded(page(body).encode(charset).replace(b"<p>", b"<!-- " + junk + b" --><p>"), label=label, subtype="html")
        return coded(body.encode(charset) + b"\n" * 30 + junk, label=label)
    return f


trick("other-charsets-below",
      **{f"{k} over {o}": below(c, w, SCRIPTS[o]) for k, c, w in (
          ("utf8", UTF8, "utf-8"), ("sjis", SJIS, "shift_jis"), ("euc", EUC, "euc-jp"), ("jis", JIS, "iso-2022-jp"),
          ("gb", "gb18030", "gb2312")) for o in SCRIPTS if o != k},
      comment=below(UTF8, "utf-8", SJIS, True), comment_sjis=below(SJIS, "shift_jis", EUC, True),
      comment_euc=below(EUC, "euc-jp", UTF8, True),
      bytes=lambda b: coded(b.encode() + b"\n" * 30 + bytes(range(0x80, 0x100)) * 30, label="utf-8"),
      accents=lambda b: coded(b.encode() + b"\n" * 30 + "déjà vu à côté où ".encode("latin-1") * 60, label="utf-8"))
trick("unicode-forms", utf7=lambda b: coded(utf7(b), label="utf-7", cte=None), utf7_base64=lambda b: coded(utf7(b), label="UTF-7"),
      utf16=lambda b: coded(b.encode("utf-16"), label="utf-16"), utf16le=lambda b: coded(b.encode("utf-16-le"), label="utf-16le"),
      utf16be=lambda b: coded(b.encode("utf-16-be"), label="utf-16be"), unmarked=lambda b: coded(b.encode("utf-16-be"), label="utf-16"),
      unmarked_le=lambda b: coded(b.encode("utf-16-le"), label="utf-16"), marked_undeclared=lambda b: coded(b.encode("utf-16"), label=None),
      marked_wrong=lambda b: coded(b"\xfe\xff" + b.encode("utf-16-be"), label="utf-8"),
      bom=lambda b: coded(b"\xef\xbb\xbf" + b.encode(), label="utf-8"), gb18030=lambda b: coded(b.encode("gb18030"), label="gb2312"),
      gb18030_raw=labelled("gb18030", "gb18030"), gbk=labelled("gbk", "GBK"), big5=labelled("big5hkscs", "big5"),
      euckr=labelled("cp949", "euc-kr"), utf8_broken=lambda b: coded(b"\xff" + b.encode() + b"\xe3\x81", label="utf-8"),
      nul=lambda b: coded("\0".join(b).encode(), label="utf-8"))
trick("quoted-printable", breaks=lambda b: qp_mail(qp(b)), lower=lambda b: qp_mail(qp(b, lower=True)),
      no_breaks=lambda b: qp_mail(qp(b, breaks=False)), blanks=lambda b: qp_mail(qp(b).replace(b"=\n", b"= \t\n")),
      crlf=lambda b: qp_mail(qp(b)).replace(b"\n", b"\r\n"), junk=lambda b: qp_mail(qp(b) + b"=ZZ=\n=4"),
      raw_bytes=lambda b: qp_mail(b.encode()),
      sjis=lambda b: raw(quopri.encodestring(b.encode(SJIS)), "Content-Type: text/plain; charset=Shift_JIS",
                         "Content-Transfer-Encoding: QUOTED-PRINTABLE"))
trick("base64", junk=lambda b: base64_mail(junky(b64(b))), unbroken=lambda b: base64_mail(base64.b64encode(b.encode())),
      short_lines=lambda b: base64_mail(re.sub(rb"(.{5})", rb"\1\n", b64(b))), no_padding=lambda b: base64_mail(b64(b).rstrip(b"=\n")),
      padded_inside=lambda b: base64_mail(b"".join(base64.b64encode(b[i:i + 4].encode()) for i in range(0, len(b), 4))),
      blank_lines=lambda b: base64_mail(b"\n\n" + b64(b).replace(b"\n", b"\n\n")),
      semicolon=lambda b: base64_mail(b64(b), "Content-Transfer-Encoding: base64;"),
      comment=lambda b: base64_mail(b64(b), "Content-Transfer-Encoding: (a) BaSe64 (b)"),
      quoted=lambda b: base64_mail(b64(b), 'Content-Transfer-Encoding: "base64"'),
      twice=lambda b: base64_mail(b64(b), "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: 7bit"),
      folded=lambda b: base64_mail(b64(b), "Content-Transfer-Encoding:\n base64"),
      tail=lambda b: base64_mail(b64(b) + b"\n-- \nlist footer\n"), data_after=lambda b: base64_mail(b64(b + "終わ") + b64("次")))
trick("uuencode", x=lambda b: raw(uu(b), "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: x-uuencode"),
      in_text=lambda b: text(HARMLESS.encode() + b"\n\n" + uu(b), None, "utf-8"))


def uu(body):
    import binascii
    data = body.encode()
    return b"begin 644 a.txt\n" + b"".join(binascii.b2a_uu(data[i:i + 45], backtick=True) for i in range(0, len(data), 45)) + b"`\nend\n"


# --- trees --------------------------------------------------------------------------------------------------------------
def whole(content_type, body, *headers):
    return mail(body, "MIME-Version: 1.0", f"Content-Type: {content_type}", *headers)


def page(body):
    return f"<html><body><p>{body}</p></body></html>".replace("\n", "<br>\n")


def tree(*build, subtype="mixed", **named):
    """Parts made from the body; a string stands for itself."""
    return lambda b: whole(*multipart(*(p(b) if callable(p) else part(p) for p in build), subtype=subtype, **named))


def plain_part(*headers, content_type="text/plain; charset=utf-8", cte="base64"):
    return lambda b: part(b, content_type, *headers, cte=cte)


def html_part(b):
    return part(page(b), "text/html; charset=utf-8", cte="base64")


def inner(b, *headers):
    return text(b, UTF8, "utf-8", "base64", *headers)


def deep(b, levels=12):
    content_type, body = "text/plain; charset=utf-8", b.encode()
    for i in range(levels):
        content_type, body = multipart(part(body, content_type, charset=None), boundary=f"=_{i}")
    return whole(content_type, body)


def message_part(b, cte=None):
    return part(inner(b), "message/rfc822", cte=cte)


def boundary(declared, used="=_b"):
    def f(b):
        _, body = multipart(part(HARMLESS), part(b), boundary=used)
        return whole("multipart/mixed" + declared, body)
    return f


trick("boundaries", unused=lambda b: whole("multipart/mixed; boundary=nowhere", b.encode()),
      unused_html=lambda b: whole("multipart/alternative; boundary=nowhere", page(b).encode()), missing=boundary(""),
      empty=boundary('; boundary=""'), wrong=boundary("; boundary=other"), case=boundary('; boundary="=_B"'),
      unquoted=boundary("; boundary==_b"), unclosed_quote=boundary('; boundary="=_b'),
      blanks=lambda b: boundary('; boundary="=_b"')(b).replace(b"--=_b", b"--=_b \t"), not_closed=tree(HARMLESS, plain_part(), close=False),
      encoded=boundary("; boundary*=''%3D_b"), continued=boundary('; boundary*0="="; boundary*1="_b"'),
      twice=boundary("; boundary=x; boundary==_b"), quoted_twice=boundary('; boundary="=_b"; boundary=x'),
      long=lambda b: whole(*multipart(part(HARMLESS), part(b), boundary="x" * 200)),
      no_headers=tree(HARMLESS, lambda b: b"\n" + b.encode()), no_blank_line=tree(lambda b: b.encode()),
      comment=boundary('; (x) boundary="=_b"'), single=lambda b: whole("multipart/mixed; boundary=x", b"--x\n\n" + b.encode()))
trick("trees", mixed=tree(HARMLESS, plain_part()), alternative=tree(HARMLESS, html_part, subtype="alternative"),
      plain_differs=tree(plain_part(), lambda b: part(page(HARMLESS), "text/html; charset=utf-8"), subtype="alternative"),
      related=tree(html_part, subtype="related"), unknown=tree(plain_part(), subtype="x-unknown"),
      parallel=tree(HARMLESS, plain_part(), subtype="parallel"), deep=deep,
      base64=lambda b: whole(multipart(part(b))[0], base64.encodebytes(multipart(part(b))[1]), "Content-Transfer-Encoding: base64"),
      message=tree(HARMLESS, message_part), message_base64=tree(HARMLESS, lambda b: message_part(b, "base64")),
      message_alone=lambda b: whole("message/rfc822", inner(b)), digest=tree(lambda b: b"\n" + inner(b), subtype="digest"),
      many=tree(*[HARMLESS] * 40, plain_part()), last=tree(HARMLESS, lambda b: part("<p>1</p>", "text/html"), html_part),
      report=tree(HARMLESS, message_part, subtype="report"),
      signed=tree(plain_part(), lambda b: part("x", "application/pgp-signature"), subtype="signed"))
trick("types", html_as_plain=lambda b: whole("text/plain; charset=utf-8", b.encode()),
      unknown=lambda b: whole("text/x-strange; charset=utf-8", b.encode()), broken=lambda b: whole("text", b.encode()),
      nothing=lambda b: whole("", b.encode()), octets=tree(HARMLESS, plain_part(content_type="application/octet-stream; name=a.txt")),
      text_file=tree(HARMLESS, plain_part("Content-Disposition: attachment; filename=a.txt")),
      html_file=tree(HARMLESS, lambda b: part(page(b), "text/html; charset=utf-8",
                                              "Content-Disposition: attachment; filename=a.html", cte="base64")),
      html_octets=tree(HARMLESS, lambda b: part(page(b), "application/octet-stream; name=a.html", cte="base64")),
      two_types=lambda b: mail(page(b).encode(), "Content-Type: application/octet-stream", "Content-Type: text/html; charset=utf-8"),
      two_types_back=lambda b: mail(page(b).encode(), "Content-Type: text/html; charset=utf-8", "Content-Type: image/png"),
      no_version=lambda b: mail(b.encode(), "Content-Type: text/plain; charset=utf-8"),
      calendar=lambda b: whole("text/calendar; charset=utf-8", ("DESCRIPTION:" + b.replace("\n", "\\n")).encode()),
      enriched=lambda b: whole("text/enriched; charset=utf-8", b.encode()), upper=lambda b: whole("TEXT/PLAIN; CHARSET=UTF-8", b.encode()),
      folded=lambda b: whole("text/plain;\n\tcharset=\n utf-8", b.encode()),
      xhtml=lambda b: whole("application/xhtml+xml; charset=utf-8", page(b).encode()))


def flowed(b, delsp):
    lines = [line[i:i + 6] for line in b.split("\n") for i in range(0, len(line), 6)]
    return whole(f"text/plain; charset=utf-8; format=flowed; delsp={delsp}", " \n".join(lines).encode())


trick("lines", bare_cr=lambda b: text(b, UTF8, "utf-8").replace(b"\n", b"\r"), crlf=lambda b: text(b, JIS, JIS).replace(b"\n", b"\r\n"),
      flowed=lambda b: flowed(b, "no"), delsp=lambda b: flowed(b, "yes"), one=lambda b: text(b.replace("\n", ""), UTF8, "utf-8"),
      quoted=lambda b: text("".join(f"> {line}\n" for line in b.split("\n")), UTF8, "utf-8"),
      mixed_charsets=lambda b: text("\n".join([HARMLESS] * 3).encode(EUC) + b"\n" + b.encode(), None, "utf-8"),
      signature=lambda b: text(HARMLESS + "\n-- \n" + b, UTF8, "utf-8"),
      meta=lambda b: coded(f'<meta charset="shift_jis"><p>{b}'.encode(), label="utf-8", subtype="html"),
      meta_alone=lambda b: coded(f'<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS"><p>{b}'.encode(SJIS),
                                 label="", cte=None, subtype="html"),
      meta_wrong=lambda b: coded(f'<meta charset="utf-8"><p>{b}'.encode(SJIS), label="", cte=None, subtype="html"))
