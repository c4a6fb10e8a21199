"""The structure of messages: what breaks it, and what is hidden in it."""
import base64
import binascii

from mail import JIS, mail, multipart, part, text

LINE = "鍵は管理人室に預けてあります。"
OTHER = "次の会合は木曜日です。"


def whole(content_type, body, *headers):
    return mail(body, "MIME-Version: 1.0", f"Content-Type: {content_type}", *headers)


def inner(body=LINE, subject="inner"):
    return f"From: c@home.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode()


def uuencode(name, raw):
    lines = [f"begin 644 {name}\n".encode()]
    lines += [binascii.b2a_uu(raw[i:i + 45], backtick=True) for i in range(0, len(raw), 45)]
    return b"".join(lines) + b"`\nend\n"


def nested(levels):
    body = inner()
    for _ in range(levels):
        body = b"From: c@home.example\nContent-Type: message/rfc822\n\n" + body
    return body


_two = multipart(part(LINE), part(OTHER))
_raw = base64.encodebytes(LINE.encode())

CASES = {
    "mixed": (whole(*_two), {"body_has": [LINE, OTHER], "flaws": []}),
    "boundary-unquoted": (whole("multipart/mixed; boundary==_b", _two[1]), {"body_has": [LINE, OTHER]}),
    "boundary-missing": (whole("multipart/mixed", _two[1]), {"body_has": [LINE, OTHER], "flaws_have": ["bad-mime"]}),
    "boundary-wrong": (whole('multipart/mixed; boundary="nowhere"', _two[1]),
                       {"body_has": [LINE, OTHER], "flaws_have": ["bad-mime"]}),
    "boundary-never-used": (whole('multipart/mixed; boundary="nowhere"', LINE.encode()),
                            {"body_has": [LINE], "flaws_have": ["bad-mime"]}),
    "boundary-not-closed": (whole(*multipart(part(LINE), part(OTHER), close=False)), {"body_has": [LINE, OTHER]}),
    "boundary-with-blanks": (whole(_two[0], _two[1].replace(b"--=_b\n", b"--=_b  \n")), {"body_has": [LINE, OTHER]}),
    "boundary-is-prefix": (whole('multipart/mixed; boundary="x"', b'--x\nContent-Type: multipart/mixed; boundary="xx"\n\n--xx\n'
                                 + part(LINE) + b"\n--xx--\n--x\n" + part(OTHER) + b"\n--x--\n"), {"body_has": [LINE, OTHER]}),
    "outer-boundary-inside": (whole('multipart/mixed; boundary="x"', b'--x\nContent-Type: multipart/mixed; boundary="y"\n\n--y\n'
                                    + part(LINE) + b"\n--x\n" + part(OTHER) + b"\n--x--\n"), {"body_has": [LINE, OTHER]}),
    "alternative": (whole(*multipart(part(LINE), part(f"<p>{LINE}</p>", "text/html; charset=utf-8"), subtype="alternative")),
                    {"body": LINE}),
    "alternative-that-differs": (whole(*multipart(part("本文は HTML でご覧ください。"), part(f"<p>{LINE}</p>", "text/html; charset=utf-8"),
                                                  subtype="alternative")), {"body_has": [LINE]}),
    "two-content-types": (mail(f"<b>{LINE}</b>".encode(), "Content-Type: application/octet-stream",
                               "Content-Type: text/html; charset=utf-8"), {"somewhere": [LINE], "flaws_have": ["double-header"]}),
    "preamble": (whole(*multipart(part(OTHER), preamble=LINE.encode() + b"\n")), {"hidden_has": LINE, "body_has": [OTHER]}),
    "epilogue": (whole(*multipart(part(OTHER), epilogue=LINE.encode() + b"\n")), {"hidden_has": LINE, "body_has": [OTHER]}),
    "type-unknown": (whole("text/x-strange; charset=utf-8", LINE.encode()), {"body": LINE}),
    "type-broken": (whole("text", LINE.encode()), {"body": LINE}),
    "text-attachment": (whole(*multipart(part(OTHER), part(LINE, "text/plain; charset=utf-8",
                                                           "Content-Disposition: attachment; filename=a.txt"))), {"body_has": [OTHER, LINE]}),
    "text-file-as-octets": (whole(*multipart(part(OTHER), part(LINE, "application/octet-stream; name=a.txt", cte="base64"))),
                            {"body_has": [OTHER, LINE]}),
    # Transfer encodings.
    "base64": (mail(_raw, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"), {"body": LINE, "flaws": []}),
    "base64-semicolon": (mail(_raw, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64;"), {"body": LINE}),
    "base64-comment": (mail(_raw, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: (x) BASE64"), {"body": LINE}),
    "base64-junk": (mail(_raw[:10] + b"!*\x80" + _raw[10:], "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"),
                    {"body": LINE, "flaws_have": ["bad-transfer"]}),
    "base64-padding-inside": (mail(base64.b64encode("鍵は".encode() + b"a") + base64.b64encode(b"b" + LINE.encode()),
                                   "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"), {"body": "鍵はab" + LINE}),
    "base64-cut": (mail(_raw.rstrip()[:-3], "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"),
                   {"body_has": [LINE[:-2]]}),
    "quoted-printable": (text(LINE, "utf-8", "utf-8", "quoted-printable"), {"body": LINE, "flaws": []}),
    "quoted-printable-lower": (mail("".join(f"={b:02x}" for b in LINE.encode()).encode(), "Content-Type: text/plain; charset=utf-8",
                                    "Content-Transfer-Encoding: Quoted-Printable"), {"body": LINE}),
    "quoted-printable-broken": (mail(b"=E9=8D=B5 =ZZ =", "Content-Type: text/plain; charset=utf-8",
                                     "Content-Transfer-Encoding: quoted-printable"), {"body_has": ["鍵 =ZZ"], "flaws_have": ["bad-transfer"]}),
    "uuencode-by-header": (mail(uuencode("a.txt", LINE.encode()), "Content-Type: text/plain; charset=utf-8",
                                "Content-Transfer-Encoding: x-uuencode"), {"body_has": [LINE]}),
    "uuencode-in-text": (text(OTHER.encode() + b"\n" + uuencode("a.txt", LINE.encode()), None, "utf-8"), {"body_has": [OTHER, LINE]}),
    "transfer-twice": (mail(_raw, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit",
                            "Content-Transfer-Encoding: base64"), {"somewhere": [LINE], "flaws_have": ["double-header"]}),
    # Messages in messages.
    "message": (whole("message/rfc822", inner(subject="奥の件名".encode().decode())), {"body_has": [LINE, "奥の件名"]}),
    "message-in-base64": (whole(*multipart(part(inner(), "message/rfc822", cte="base64"))), {"body_has": [LINE]}),
    "messages-thirty-deep": (whole("message/rfc822", nested(30)), {"body_has": [LINE]}),
    "messages-without-end": (whole("message/rfc822", nested(3000)), {"flaws_have": ["truncated"]}),
    "digest": (whole(*multipart(b"\n" + inner(), subtype="digest")), {"body_has": [LINE]}),
    "report": (whole(*multipart(part(OTHER), part("Status: 5.0.0", "message/delivery-status"), part(inner(), "message/rfc822"),
                                subtype="report")), {"body_has": [OTHER, LINE]}),
    # Text that is laid out.
    "flowed": (text("鍵は管理人室に \n預けてあります。", "utf-8", "utf-8; format=flowed"), {"body": "鍵は管理人室に 預けてあります。"}),
    "flowed-delsp": (text("鍵は管理人室に \n預けてあります。", "utf-8", "utf-8; format=flowed; delsp=yes"), {"body": LINE}),
    "flowed-signature": (text("text \n-- \nname", "utf-8", "utf-8; format=flowed"), {"body_has": ["text \n-- \nname"]}),
    "calendar": (whole("text/calendar; charset=utf-8", "SUMMARY:鍵は管理人室に預\n けてあります。\n".encode()),
                 {"body_has": ["鍵は管理人室に預けてあります。"]}),
    "tnef": (whole(*multipart(part(LINE), part(b"\x78\x9f\x3e\x22\x00", "application/ms-tnef; name=winmail.dat", cte="base64"))),
             {"body_has": [LINE], "flaws_have": ["opaque"]}),
    "archive": (whole(*multipart(part(LINE), part(b"PK\3\4", "application/zip; name=a.zip", cte="base64"))),
                {"file_names": ["a.zip"], "flaws_have": ["opaque"]}),
    # Lines.
    "crlf": (text(LINE, JIS, JIS).replace(b"\n", b"\r\n"), {"body": LINE, "flaws": []}),
    "bare-cr": (text(LINE, JIS, JIS).replace(b"\n", b"\r"), {"body": LINE}),
    "no-body": (b"From: a@shop.example\nSubject: only a header\n", {"subject": "only a header"}),
    "line-that-is-no-header": (b"From: a@shop.example\nSubject: x\n" + LINE.encode() + b"\n", {"body_has": [LINE]}),
    "from-line-of-an-mbox": (b"From a@shop.example Mon Nov 23 10:00:00 2026\nFrom: a@shop.example\nSubject: x\n\nbody\n",
                             {"subject": "x", "body": "body"}),
}
