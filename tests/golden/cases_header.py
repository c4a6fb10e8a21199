"""Header values: encoded-words, raw text, addresses, file names."""
from mail import EUC, JIS, SJIS, UTF8, mail, multipart, part, subject, word

TITLE = "町内清掃の日程変更について"
NAME = "町内会 会計係"


def title(*words, **named):
    return mail(b"body\n", subject(*words, **named))


def sender(value):
    return mail(b"body\n", b"From: " + (value if isinstance(value, bytes) else value.encode()))


def attached(disposition, content_type="text/plain; charset=utf-8"):
    kind, body = multipart(part("本文"), b"Content-Type: " + content_type.encode() + b"\nContent-Disposition: " +
                           (disposition if isinstance(disposition, bytes) else disposition.encode()) + b"\n\nx")
    return mail(body, f"Content-Type: {kind}")


_jis = TITLE.encode(JIS)
_utf8 = TITLE.encode(UTF8)

CASES = {
    "word-jis-b": (title(word(_jis, "ISO-2022-JP")), {"subject": TITLE, "flaws": []}),
    "word-utf8-q": (title(word(_utf8, "UTF-8", "Q")), {"subject": TITLE, "flaws": []}),
    "word-sjis": (title(word(TITLE.encode(SJIS), "Shift_JIS")), {"subject": TITLE, "flaws": []}),
    "word-euc": (title(word(TITLE.encode(EUC), "EUC-JP", "Q")), {"subject": TITLE, "flaws": []}),
    "word-language": (title(word(_utf8, "utf-8*ja")), {"subject": TITLE}),
    "words-complete": (title(word("町内清掃の".encode(JIS), "iso-2022-jp"), word("日程変更について".encode(JIS), "iso-2022-jp")),
                       {"subject": TITLE, "flaws": []}),
    "words-b-and-q": (title(word("町内清掃の".encode(), "utf-8"), word("日程変更について".encode(), "utf-8", "Q")),
                      {"subject": TITLE, "flaws": []}),
    "words-of-two-charsets": (title(word("町内清掃の".encode(SJIS), "shift_jis"), word("日程変更について".encode(), "utf-8")),
                              {"subject": TITLE}),
    "split-character": (title(word(_utf8[:7], "utf-8"), word(_utf8[7:], "utf-8")), {"subject": TITLE, "flaws": ["split-word"]}),
    "split-character-b-then-q": (title(word(_utf8[:7], "utf-8"), word(_utf8[7:], "utf-8", "Q")),
                                 {"subject": TITLE, "flaws": ["split-word"]}),
    "split-escape-state": (title(word(_jis[:11], "iso-2022-jp"), word(_jis[11:], "iso-2022-jp")),
                           {"subject": TITLE, "flaws": ["split-word"]}),
    "split-in-mid-jis-character": (title(word(_jis[:12], "iso-2022-jp"), word(_jis[12:], "iso-2022-jp")),
                                   {"subject": TITLE, "flaws": ["split-word"]}),
    "padded-words": (title(word("町内清掃の".encode(), "utf-8"), word("日程変更".encode(), "utf-8"), word("について".encode(), "utf-8")),
                     {"subject": TITLE, "flaws": []}),
    "padding-inside": (title("=?utf-8?B?55S65YaF==5riF5o6D?="), {"subject": "町内清掃", "flaws": ["bad-word"]}),
    "unterminated": (mail(b"body\n", b"Subject: " + word(_utf8, "utf-8").encode()[:-2]), {"subject": TITLE, "flaws": ["bad-word"]}),
    "in-quotes": (sender(f'"{word(NAME.encode(), "utf-8")}" <a@shop.example>'), {"from_name": NAME, "from_address": "a@shop.example"}),
    "double-encoded": (title(word(word(_jis, "ISO-2022-JP").encode(), "us-ascii", "Q")), {"subject": TITLE, "flaws": ["bad-word"]}),
    "glued-to-text": (title("Re:" + word(_utf8, "utf-8")), {"subject": "Re:" + TITLE}),
    "blank-inside-word": (mail(b"body\n", b"Subject: =?utf-8?Q?" + "町内".encode() + b" abc?="), {"subject": "町内 abc"}),
    "mislabelled-word": (title(word(TITLE.encode(SJIS), "ISO-2022-JP")), {"subject": TITLE, "flaws": ["label-wrong"]}),
    "utf8-labelled-sjis": (title(word(_utf8, "Shift_JIS")), {"subject": TITLE, "flaws": ["label-wrong"]}),
    "jis-labelled-latin-1": (title(*[word(_jis[i:i + 9], "iso-8859-1", "Q") for i in range(0, len(_jis), 9)]), {"subject": TITLE}),
    "unknown-word-charset": (title(word(_utf8, "x-klingon")), {"subject": TITLE, "flaws": ["unknown-charset"]}),
    "half-kana-in-word": (title(word(b"\x1b(I123\x1b(B", "iso-2022-jp")), {"subject": "ｱｲｳ"}),
    "raw-utf8": (mail(b"body\n", b"Subject: " + _utf8), {"subject": TITLE, "flaws": ["raw-header"]}),
    "raw-sjis": (mail(b"body\n", b"Subject: " + TITLE.encode(SJIS)), {"subject": TITLE, "flaws": ["raw-header"]}),
    "raw-euc": (mail(b"body\n", b"Subject: " + TITLE.encode(EUC)), {"subject": TITLE, "flaws": ["raw-header"]}),
    "raw-jis": (mail(b"body\n", b"Subject: " + _jis), {"subject": TITLE, "flaws": ["raw-header"]}),
    "folded-in-raw-jis": (mail(b"body\n", b"Subject: " + "町内清掃の".encode(JIS) + b"\n " + "日程変更について".encode(JIS)),
                          {"subject_has": "日程変更について"}),
    "folded-before-value": (mail(b"body\n", "Subject:\n " + word(_utf8, "utf-8")), {"subject": TITLE}),
    "folded-with-tab": (title(word("町内清掃の".encode(), "utf-8"), word("日程変更について".encode(), "utf-8"), between="\n\t"),
                        {"subject": TITLE}),
    "blank-before-colon": (mail(b"body\n", "From: a@shop.example", "Subject : " + word(_utf8, "utf-8")), {"subject_has": TITLE}),
    "two-subjects": (mail(b"body\n", "Subject: first", subject(word(_utf8, "utf-8"))),
                     {"subject_has": TITLE, "flaws": ["double-header"]}),
    # Addresses.
    "address-name-raw-sjis": (sender(NAME.encode(SJIS) + b" <a@shop.example>"), {"from_name": NAME, "from_address": "a@shop.example"}),
    "address-name-raw-jis": (sender(NAME.encode(JIS) + b" <a@shop.example>"), {"from_name": NAME, "from_address": "a@shop.example"}),
    "address-quoted-raw-jis": (sender(b'"' + "表示ソ能".encode(JIS) + b'" <a@shop.example>'),
                               {"from_name": "表示ソ能", "from_address": "a@shop.example"}),
    "address-quoted-raw-sjis": (sender(b'"' + "表示ソ能".encode(SJIS) + b'" <a@shop.example>'),
                                {"from_name": "表示ソ能", "from_address": "a@shop.example"}),
    "address-comment": (sender("a@shop.example (Tanaka (the younger))"), {"from_name": "Tanaka (the younger)", "from_address": "a@shop.example"}),
    "address-group": (sender("Council: a@shop.example, B <b@home.example>;"), {"from_address_has": "b@home.example"}),
    "address-nested-groups": (sender("g:" * 20000 + "a@shop.example"), {"from_address_has": ""}),
    "address-route": (sender("X <@relay.example,@other.example:a@shop.example>"), {"from_address": "a@shop.example"}),
    "address-unclosed": (sender("X <a@shop.example"), {"from_name": "X", "from_address": "a@shop.example"}),
    "address-bare": (sender("a@shop.example"), {"from_address": "a@shop.example"}),
    "address-shows-another": (sender('"police@gov.example" <a@shop.example>'),
                              {"from_name": "police@gov.example", "from_address": "a@shop.example"}),
    "from-fifty": (mail(b"body\n", *[f"From: Person {i} <p{i}@shop.example>" for i in range(50)]),
                   {"from_address_has": "p49@shop.example", "flaws_have": ["many-from"]}),
    "from-none": (mail(b"body\n", "Subject: x", bare=True), {"flaws_have": ["many-from"]}),
    "from-nothing-readable": (sender("nobody in particular"), {"from_name": "nobody in particular", "flaws_have": ["bad-address"]}),
    "reply-to": (mail(b"body\n", "Reply-To: <other@shop.example>"), {"reply_to": "other@shop.example"}),
    # File names.
    "file-rfc2231": (attached("attachment; filename*=utf-8'ja'%E5%90%8D%E7%B0%BF.txt"), {"file_names": ["名簿.txt"]}),
    "file-rfc2231-continued": (attached("attachment; filename*0*=utf-8''%E5%90%8D; filename*1*=%E7%B0%BF; filename*2=.txt"),
                               {"file_names": ["名簿.txt"]}),
    "file-rfc2231-out-of-order": (attached("attachment; filename*1=bo.txt; filename*0=mei"), {"file_names": ["meibo.txt"]}),
    "file-word-in-quotes": (attached(f'attachment; filename="{word("名簿.txt".encode(JIS), "iso-2022-jp")}"'), {"file_names": ["名簿.txt"]}),
    "file-word-bare": (attached(f'attachment; filename={word("名簿.txt".encode(), "utf-8")}'), {"file_names": ["名簿.txt"]}),
    "file-words-folded": (attached('attachment; filename="' + word("名".encode(), "utf-8") + "\n " + word("簿.txt".encode(), "utf-8") + '"'),
                          {"file_names": ["名簿.txt"]}),
    "file-raw-jis": (attached(b'attachment; filename="' + "名簿.txt".encode(JIS) + b'"'), {"file_names": ["名簿.txt"]}),
    "file-raw-sjis": (attached(b'attachment; filename="' + "表.txt".encode(SJIS) + b'"'), {"file_names": ["表.txt"]}),
    "file-unquoted-blanks": (attached("attachment; filename=list of names.txt"), {"file_names": ["list of names.txt"]}),
    "file-by-name-only": (attached("attachment", 'text/plain; name="meibo.txt"'), {"file_names": ["meibo.txt"]}),
    "file-no-semicolon": (attached('attachment filename="meibo.txt"'), {"file_names": ["meibo.txt"]}),
    "file-two-semicolons": (attached('attachment;; filename="meibo.txt"'), {"file_names": ["meibo.txt"]}),
}
