"""Mails for the tests: lures and ordinary ones, packed as Japanese programs pack them, and worse."""
import base64
import quopri

CHARSETS = {"iso-2022-jp": "iso-2022-jp", "shift_jis": "cp932", "euc-jp": "euc_jp", "utf-8": "utf-8"}
CODINGS = ("8bit", "base64", "quoted-printable")

# Enough for a tag.
TAG = ("突然のご連絡で失礼します", """\
あなたに100万円のお金をあげます。嘘ではありません。
普通のメールではお渡しの話ができませんので、こちらのSNSに登録してください。
http://gift.example.com/in
お待ちしております。
""")
# And for a reject: one lure, in three roles and more, in its own voice.
REJECT = ("助けてください", """\
はじめまして。私はある俳優のマネージャーをしている者です。
担当している俳優が人間関係に悩み、夜も眠れずに落ち込んでいます。話せる相手がいないのです。
普通のサイトは信用できませんので、芸能人が利用している専用のサイトで、彼の相談に乗ってあげてください。
登録は無料です。ポイントを3,000円分だけ購入してください。かかったポイント代は、後日こちらで全額お支払いします。
どうか彼を励ましてやってください。今日中に登録をお願いします。事務所に知られないよう、誰にも内緒にしてください。
お礼として100万円を差し上げます。
http://stage.example.com/entry
""")
ORDINARY = ("公園の掃除のお知らせ", """\
町内会の佐藤です。いつもお世話になっております。
来週の日曜の朝九時から、公園の掃除をします。軍手と飲み物をお持ちください。
雨の場合は翌週に延期し、前日までに回覧板でお知らせします。
ご都合の悪い方は、班長の山本さんまでご連絡ください。
""")

HEAD = b"From: Sato <sato@town.example.org>\nTo: reader@example.jp\nDate: Mon, 5 Mar 2001 09:00:00 +0900\n" \
    b"Message-Id: <20010305.1@town.example.org>\n"


def words(text, label):
    """Encoded-words of a few characters each, folded."""
    pieces = [text[i:i + 9] for i in range(0, len(text), 9)]
    coded = (base64.b64encode(p.encode(CHARSETS[label])) for p in pieces)
    return b"\n ".join(b"=?" + label.upper().encode() + b"?B?" + c + b"?=" for c in coded)


def mail(text, label="utf-8", coding="8bit", head=HEAD, subject=None):
    """A mail of a pair (subject, body). The subject goes in encoded-words, unless its bytes are given."""
    subject = words(text[0], label) if subject is None else subject
    body = text[1].encode(CHARSETS[label])
    if coding == "base64":
        body = base64.encodebytes(body)
    elif coding == "quoted-printable":
        body = quopri.encodestring(body)
    elif label == "iso-2022-jp":
        coding = "7bit"
    return head + b"Subject: " + subject + b"\nMIME-Version: 1.0\n" + \
        f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: {coding}\n\n".encode() + body


def packed(text):
    """(name, mail) in each charset and transfer encoding."""
    return [(f"{label} {coding}", mail(text, label, coding)) for label in CHARSETS for coding in CODINGS]


def multipart(*parts, boundary=b"=_b", close=True, head=HEAD):
    body = b"".join(b"--" + boundary + b"\n" + p + b"\n" for p in parts)
    body += b"--" + boundary + b"--\n" if close else b""
    return head + b'Subject: parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary="' + boundary + \
        b'"\n\npreamble\n' + body + b"epilogue\n"


SIGNATURE = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;  d=town.example.org;\n" \
    b"\ts=k1; h=from:to:subject:date\n\t:message-id; t=983750400;\n" \
    b"        bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n" \
    b"\tb=AbCd  \n\t Ef+/gh==\n"


def odd():
    """(name, mail) of ordinary mails that a filter would best like to tidy up."""
    raw = ORDINARY[0]
    text = ORDINARY[1].encode()
    jis = ORDINARY[1].encode("iso-2022-jp")
    part = b"Content-Type: text/plain; charset=shift_jis\n\n" + ORDINARY[1].encode("cp932")
    for label, codec in CHARSETS.items():
        yield f"raw subject in {label}", mail(ORDINARY, label, subject=raw.encode(codec))
        yield f"raw name in {label}", mail(ORDINARY, label, head=HEAD.replace(b"Sato", "佐藤 表".encode(codec)))
    yield "signature", SIGNATURE + mail(ORDINARY)
    yield "signature below", mail(ORDINARY, head=HEAD + SIGNATURE + b"ARC-Seal: i=1; cv=none;\n b=x\n")
    yield "other names", mail(ORDINARY, head=HEAD + b"X-Lure: mine\nX-Lured-Status: mine\nX-Mailer: A\nx-mailer: B\n")
    yield "odd spelling", HEAD + b"subject:no blank\nX-Empty:\nX-Blank: \nX-Tab:\tvalue \t \nX-TRAIL: end   \n" \
        b"x-lower: 1\nX-Folded:\n  only below\n\t\tand below\nX-Colons: a:b::c\nX-Equal: =?utf-8?q?=41?=\n\nbody\n"
    yield "two of each", HEAD + b"Subject: one\nSubject: two\nContent-Type: text/plain\n" \
        b"Content-Type: text/html\n\n<b>x</b>\n"
    yield "own Received", b"Received: from a.example.org by b.example.org; Mon, 5 Mar 2001 09:00:00 +0900\n" \
        b"Return-Path: <x@example.org>\nReceived: (qmail 1 invoked by uid 2); 5 Mar 2001 00:00:00 -0000\n" + \
        mail(ORDINARY)
    yield "long header line", HEAD + b"Subject: " + b"abc " * 200 + b"\nX-Long: " + b"y" * 900 + b"\n\nbody\n"
    yield "long lines", mail(ORDINARY)[:-1] + b"x" * 900 + b"\n" + text.replace(b"\n", b"") * 5 + b"\n\nend\n"
    yield "lines with dots", mail(ORDINARY) + b".\n..\n...\n. x\n.x\n\n.\n"
    yield "From in the body", mail(ORDINARY) + b"From the start\n>From there\n\nFrom x@y Mon Mar  5 09:00:00 2001\n"
    yield "blanks", mail(ORDINARY) + b" \n\t\n trailing \t \n\n\n\n"
    yield "no body", HEAD + b"Subject: nothing\n"
    yield "empty body", HEAD + b"Subject: nothing\n\n"
    yield "no header", b"\n" + text
    yield "few headers", b"Subject: few\n\n" + text
    yield "no MIME", HEAD + b"Subject: bare\n\n" + ORDINARY[1].encode("cp932")
    yield "wrong label", HEAD + b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n" + text
    yield "line that is no header", HEAD + b"Subject: x\nthis is no header\nX-After: 1\n\nbody\n"
    yield "multipart", multipart(part, b"Content-Type: text/html; charset=utf-8\n\n<p>" + text + b"</p>")
    yield "multipart not closed", multipart(part, part, close=False)
    yield "multipart without boundary", multipart(part).replace(b'boundary="=_b"', b'x="y"')
    yield "nested message", multipart(b"Content-Type: message/rfc822\n\n" + mail(ORDINARY, "iso-2022-jp"), part)
    yield "JIS not closed", HEAD + b"Subject: x\n\n" + jis.replace(b"\x1b(B", b"")
    yield "control bytes", HEAD + b"Subject: x\n\n\x01\x08\x0b\x0c\x0e\x0f\x1b\x7f\x80\xff\n" + jis


def forged(status):
    """A mail with fifty headers of ours that are not ours, and with neighbours that stay."""
    names = [b"X-Lure-Status", b"x-lure-status", b"X-LURE-STATUS", b"X-Lure-Points", b"x-LuRe-Anything"]
    values = [b": none\n", b":none; lures=\n", b" : none\n", b"\t: none\n", b":\n none\n",
              b": none;\n\tlures=none;\n  points=0\n"]
    head = b""
    for i in range(50):
        head += names[i % 5] + values[i % 6]
        head += b"X-Stay-%d: x-lure-status: none\n" % i if i % 4 == 0 else b""
    return mail(status, head=HEAD.replace(b"Date:", head + b"Date:"))
