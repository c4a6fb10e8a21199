"""Charsets: labels, what the bytes are in truth, and what Japanese mailers write."""
from mail import EUC, JIS, SJIS, UTF8, multipart, part, text

LINE = "回覧板は明日の夕方までに隣の家へ届けてください。"
KANA = "ﾊﾝｶｸ"


def jis(raw, label="iso-2022-jp"):
    return text(raw, None, label)


CASES = {
    # Declared, and so it is.
    "jis": (text(LINE, JIS, JIS), {"body": LINE, "used": "iso-2022-jp", "flaws": []}),
    "shift-jis": (text(LINE, SJIS, "Shift_JIS"), {"body": LINE, "used": "cp932", "flaws": []}),
    "euc-jp": (text(LINE, EUC, "EUC-JP"), {"body": LINE, "used": "euc-jp", "flaws": []}),
    "utf-8": (text(LINE, UTF8, "UTF-8"), {"body": LINE, "used": "utf-8", "flaws": []}),
    "utf-8-with-mark": (text("\ufeff" + LINE, UTF8, "UTF-8"), {"body": LINE}),
    "utf-16be-base64": (text(LINE, "utf-16-be", "utf-16be", "base64"), {"body": LINE, "used": "utf-16be"}),
    "utf-16-with-mark-base64": (text(LINE, "utf-16", "utf-16", "base64"), {"body": LINE}),
    "utf-7": (text(LINE, "utf-7", "utf-7"), {"body": LINE, "used": "utf-7"}),
    "gb2312-is-gb18030": (text("回覧板は鎌倉の髙橋さんへ", "gb18030", "gb2312"),
                          {"body": "回覧板は鎌倉の髙橋さんへ", "used": "gb18030", "flaws": []}),
    "big5": (text("請在明天傍晚以前把傳閱板送到隔壁", "big5", "big5"),
             {"body": "請在明天傍晚以前把傳閱板送到隔壁", "used": "big5"}),
    "euc-kr": (text("내일 저녁까지 옆집에 전해 주세요", "euc-kr", "euc-kr"),
               {"body": "내일 저녁까지 옆집에 전해 주세요", "used": "euc-kr"}),
    "latin-1": (text("Grüße aus Köln, bis übermorgen früh", "latin-1", "iso-8859-1"),
                {"body": "Grüße aus Köln, bis übermorgen früh", "flaws": []}),
    "koi8-r": (text("Передайте соседям до завтрашнего вечера", "koi8-r", "koi8-r"),
               {"body": "Передайте соседям до завтрашнего вечера", "used": "koi8-r"}),
    # Names that people give them.
    "label-x-sjis": (text(LINE, SJIS, "x-sjis"), {"body": LINE, "flaws": []}),
    "label-sjis-win": (text(LINE, SJIS, "SJIS-win"), {"body": LINE, "flaws": []}),
    "label-cp932": (text(LINE, SJIS, "CP932"), {"body": LINE, "flaws": []}),
    "label-windows-31j": (text(LINE, SJIS, '"Windows-31J"'), {"body": LINE, "flaws": []}),
    "label-ms-kanji": (text(LINE, SJIS, "MS_Kanji"), {"body": LINE, "flaws": []}),
    "label-eucjp-win": (text(LINE, EUC, "eucJP-win"), {"body": LINE, "flaws": []}),
    "label-iso-2022-jp-ms": (text(LINE, JIS, "iso-2022-jp-ms"), {"body": LINE, "flaws": []}),
    "label-cp50221": (text(LINE, JIS, "CP50221"), {"body": LINE, "flaws": []}),
    "label-unicode-1-1-utf-8": (text(LINE, UTF8, "unicode-1-1-utf-8"), {"body": LINE, "flaws": []}),
    "label-utf8": (text(LINE, UTF8, "utf8"), {"body": LINE, "flaws": []}),
    "label-ansi": (text("plain words", UTF8, "ANSI_X3.4-1968"), {"body": "plain words", "flaws": []}),
    "label-unknown-8bit": (text(LINE, SJIS, "unknown-8bit"), {"body": LINE, "used": "cp932"}),
    "label-nonsense": (text(LINE, SJIS, "klingon"), {"body": LINE, "flaws": ["unknown-charset"]}),
    # Declared, and so it is not.
    "sjis-as-jis": (text(LINE, SJIS, JIS), {"body": LINE, "used": "cp932", "flaws": ["label-wrong"]}),
    "euc-as-jis": (text(LINE, EUC, JIS), {"body": LINE, "used": "euc-jp", "flaws": ["label-wrong"]}),
    "utf8-as-jis": (text(LINE, UTF8, JIS), {"body": LINE, "used": "utf-8", "flaws": ["label-wrong"]}),
    "jis-as-sjis": (text(LINE, JIS, "Shift_JIS"), {"body": LINE, "used": "iso-2022-jp", "flaws": ["label-wrong"]}),
    "jis-as-utf8": (text(LINE, JIS, "utf-8"), {"body": LINE, "used": "iso-2022-jp", "flaws": ["label-wrong"]}),
    "jis-as-ascii": (text(LINE, JIS, "us-ascii"), {"body": LINE, "used": "iso-2022-jp", "flaws": ["label-wrong"]}),
    "utf8-as-sjis": (text(LINE, UTF8, "Shift_JIS"), {"body": LINE, "used": "utf-8", "flaws": ["label-wrong"]}),
    "sjis-as-utf8": (text(LINE, SJIS, "utf-8"), {"body": LINE, "used": "cp932", "flaws": ["label-wrong"]}),
    "sjis-as-euc": (text(LINE, SJIS, "euc-jp"), {"body": LINE, "used": "cp932", "flaws": ["label-wrong"]}),
    "euc-as-sjis": (text(LINE, EUC, "Shift_JIS"), {"body": LINE, "used": "euc-jp", "flaws": ["label-wrong"]}),
    "euc-as-utf8": (text(LINE, EUC, "utf-8"), {"body": LINE, "used": "euc-jp", "flaws": ["label-wrong"]}),
    "sjis-as-gb2312": (text(LINE, SJIS, "GB2312"), {"body": LINE, "used": "cp932", "flaws": ["label-wrong"]}),
    "sjis-as-latin-1": (text(LINE, SJIS, "iso-8859-1"), {"body": LINE, "used": "cp932", "flaws": ["label-wrong"]}),
    "utf8-as-ascii": (text(LINE, UTF8, "us-ascii"), {"body": LINE, "used": "utf-8", "flaws": ["label-wrong"]}),
    # Not declared at all.
    "undeclared-jis": (text(LINE, JIS), {"body": LINE, "used": "iso-2022-jp", "flaws": ["undeclared"]}),
    "undeclared-sjis": (text(LINE, SJIS), {"body": LINE, "used": "cp932", "flaws": ["undeclared"]}),
    "undeclared-euc": (text(LINE, EUC, ""), {"body": LINE, "used": "euc-jp", "flaws": ["undeclared"]}),
    "undeclared-utf8": (text(LINE, UTF8, ""), {"body": LINE, "used": "utf-8", "flaws": ["undeclared"]}),
    "undeclared-ascii": (text("plain words", UTF8), {"body": "plain words", "flaws": []}),
    # ISO-2022-JP as it is found.
    "jis-nec-row-13": (jis(b"\x1b$B-!-j-b-#\x1b(B"), {"body": "①㈱№③", "flaws": []}),
    "jis-ibm-rows": (jis(b"\x1b$B|by%|q\x1b(B"), {"body_has": "髙"}),
    "jis-half-kana": (jis(b"\x1b(I123\x1b(B x"), {"body": "ｱｲｳ x", "flaws": []}),
    "jis-shift-out": (jis(b"\x0e12\x0f \x1b$BF|K\\\x1b(B"), {"body": "ｱｲ 日本"}),
    "jis-8-bit-kana": (jis(b"\x1b$BF|K\\\x1b(B \xb1\xb2\xb3"), {"body": "日本 ｱｲｳ"}),
    "jis-78": (jis(b"\x1b$@F|K\\\x1b(J"), {"body": "日本", "flaws": []}),
    "jis-90-announced": (jis(b"\x1b&@\x1b$BF|K\\\x1b(B"), {"body": "日本"}),
    "jis-long-escape": (jis(b"\x1b$(BF|K\\\x1b(B"), {"body": "日本"}),
    "jis-x0212": (jis(b"\x1b$(D0!\x1b(B"), {"body": "丂"}),
    "jis-swedish-back": (jis(b"\x1b$BF|K\\\x1b(H abc"), {"body": "日本 abc"}),
    "jis-lost-last-escape": (jis(b"\x1b$BF|K\\"), {"body": "日本"}),
    "jis-lost-escape-at-line-end": (jis(b"\x1b$BF|K\\\nabc"), {"body": "日本\nabc"}),
    "jis-cut-escape": (jis(b"\x1b$BF|K\\\x1b("), {"body_has": "日本"}),
    "jis-odd-byte": (jis(b"\x1b$BF|K\x1b(B abc"), {"body_has": "日", "flaws": ["undecodable"]}),
    "jis-empty-pairs": (jis(b"\x1b$BF|\x1b(B\x1b$BK\\\x1b(B"), {"body": "日本", "flaws": []}),
    "jis-blank-inside": (jis(b"\x1b$BF| K\\\x1b(B"), {"body": "日 本"}),
    "jis-with-stray-8-bit": (jis(b"\x1b$BF|K\\\x1b(B\xff\xfe \x1b$B8l\x1b(B"), {"body_has": "日本"}),
    "jis-unassigned": (jis(b"\x1b$B)!F|\x1b(B"), {"body": "\ufffd日", "flaws": ["undecodable"]}),
    "jis-carrier-emoji": (jis(b"\x1b$BuAF|\x1b(B"), {"body": "〓日"}),
    # Shift_JIS and EUC-JP as they are found.
    "sjis-vendor": (text("①㈱髙﨑№ⅷ", SJIS, "Shift_JIS"), {"body": "①㈱髙﨑№ⅷ", "flaws": []}),
    "sjis-carrier-emoji": (text(b"\xf8\x9f\x93\xfa\x96\x7b", None, "Shift_JIS"), {"body": "〓日本"}),
    "sjis-half-kana": (text(KANA, SJIS, "Shift_JIS"), {"body": KANA}),
    "sjis-lead-at-line-end": (text("日本".encode(SJIS) + b"\x93\nabc", None, "Shift_JIS"),
                              {"body": "日本\ufffd\nabc", "flaws": ["undecodable"]}),
    "sjis-broken": (text("回覧板".encode(SJIS) + b"\xfd\x80" + "です".encode(SJIS), None, "Shift_JIS"),
                    {"body_has": "回覧板", "flaws": ["undecodable"]}),
    "euc-half-kana": (text(KANA, EUC, "EUC-JP"), {"body": KANA}),
    "euc-8f-plane": (text(b"\x8f\xb0\xa1\xc6\xfc", None, "EUC-JP"), {"body": "丂日"}),
    "euc-nec-row-13": (text(b"\xad\xa1\xc6\xfc\xcb\xdc", None, "EUC-JP"), {"body": "①日本"}),
    "utf8-broken": (text("日本".encode()[:-1] + b" abc", None, "utf-8"), {"body": "日\ufffd abc", "flaws": ["undecodable"]}),
    "utf8-overlong": (text(b"a\xc0\xafb", None, "utf-8"), {"body_has": "a"}),
    "nul": (text(b"a\0b", None, "utf-8"), {"body_has": "a", "flaws": ["nul"]}),
    # HTML that names another charset than the header does.
    "meta-contradicts": (text(f"<meta charset=Shift_JIS><p>{LINE}</p>", UTF8, "utf-8", subtype="html"),
                         {"body": LINE, "used": "utf-8", "flaws": []}),
    "meta-alone": (text(f'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>{LINE}</p>', SJIS, "",
                        subtype="html"), {"body": LINE, "used": "cp932"}),
}

# Two parts in two charsets.
_type, _body = multipart(part(LINE, "text/plain; charset=iso-2022-jp", charset=JIS),
                         part("二枚目です。", "text/plain; charset=shift_jis", charset=SJIS))
CASES["two-charsets"] = (text(_body, None, None, None, f"Content-Type: {_type}"), {"body_has": LINE, "flaws": []})
