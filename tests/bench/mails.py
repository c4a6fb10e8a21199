#!/usr/bin/python3
"""mails.py OUTDIR [COUNT [varied]]: Japanese mails for measuring, the same ones on every machine.

Made of invented sentences, in the encodings and shapes that Japanese mail has, some 35 KB in the mean; one in eight is
a lure. `varied` makes each sentence up anew from words and chance kanji, so that no text comes twice.
"""
import base64
import quopri
import random
import sys
from pathlib import Path

HAM = """\
いつもお世話になっております。株式会社山田製作所の佐藤です。
先日お打ち合わせいただいた件につきまして、見積書を添付いたしました。
ご確認のうえ、ご不明な点がございましたらお知らせください。
来週の定例会議は木曜日の午後二時から第三会議室で行います。
議題は前回の宿題の確認と、来期の予算案についてです。
ご注文いただいた商品は本日発送いたしました。到着までしばらくお待ちください。
お届け予定日は三日後です。配送状況は追跡番号からご確認いただけます。
このたびは当店をご利用いただき、誠にありがとうございます。
システムの定期点検のため、日曜日の深夜に一時サービスを停止いたします。
ご迷惑をおかけいたしますが、ご理解とご協力をお願いいたします。
週末は家族で海に行きました。天気がよくてとても気持ちがよかったです。
子どもたちの運動会の写真を送りますので、あとで見てください。
昨日の試合、最後の逆転は本当に見ごたえがありましたね。
図書館で借りた本の返却期限が近づいていますのでご注意ください。
会員の皆様に春の新商品のご案内をお送りいたします。
送料無料の対象となる商品は一覧のページに掲載しております。
サーバーのログを確認したところ、夜間の処理で警告が二件出ていました。
原因は一時的な通信の不具合と思われますが、念のため監視を続けます。
パッチを当てた後の再現試験の結果を共有フォルダーに置きました。
占いの特集記事は来月号に掲載する予定で、原稿の締め切りは十五日です。
懸賞の当選者は商品の発送をもって発表に代えさせていただきます。
芸能人の講演会の司会をお願いしている件、事務所から返事がありました。
オークションの出品期間が終了しました。落札者との取引を始めてください。
退会の手続きは会員ページからいつでも無料で行っていただけます。
ポイントの有効期限は来月末です。お早めにご利用ください。
お支払いは銀行振込またはクレジットカードでお願いいたします。
請求書の宛名は部署名までご記入くださいますようお願い申し上げます。
病院の予約は午前十時に変更していただきました。保険証をお持ちください。
余命を告げられた祖父の話を作文に書いた生徒が入賞しました。
資産家の旧邸宅が市の文化財として公開されることになりました。
社長のあいさつ文の下書きを添付しますので、表現をご確認ください。
研修の参加希望者は金曜日までに総務課へ申し込んでください。
英語版の資料(English version)も同じ場所に置いてあります。
バージョン2.4.1では文字化けの不具合を修正しました。
電話番号は03-0000-0000、担当は鈴木です。平日の九時から五時まで承ります。
ﾊﾝｶｸの文字が混じったデータは取り込みの前に変換してください。
明日は雨の予報なので、集合場所を駅の改札口に変更します。
桜の開花は例年より早く、来週末には見ごろを迎えそうです。
新しい複合機の設定が終わりましたので、使い方の説明会を開きます。
年末調整の書類は必要事項を記入し、押印のうえご提出ください。""".split("\n")

LURE = """\
突然のメールで失礼します。あなたにお金をあげますので、まずはご連絡ください。
私は芸能人のマネージャーをしている者です。担当のタレントの相談に乗ってほしいのです。
通常のサイトは信用できないので、芸能人が利用しているサイトに登録してください。
病気で余命半年と言われました。最後に話し相手になってくれませんか。
夫の残した資産三億円を受け取ってくださる方を探しています。
サーバーから画像を削除するのに費用がかかります。損害賠償金を請求いたします。
出会い系サイトのポイントを購入すれば、すぐに連絡先を交換できます。
ポイント代は後で払いますので、立て替えておいてください。
退会料金をお支払いいただければ、登録はすべて抹消されます。
最高額落札者が辞退したので、直接取引できないでしょうか。
この方法なら確実に儲かります。先着三十名様だけにお教えします。
無料の占いサイトで、あなたの運勢を特別に鑑定いたします。
懸賞に当選されました。受け取りには本日中の手続きが必要です。
会社社長の娘です。さみしいので、お礼はいくらでもします。
霊能者の先生が、あなたの守護霊から伝言を預かっています。
有料SNSの登録料はこちらで負担しますので安心してください。""".split("\n")

SUBJECT_HAM = ["お打ち合わせの件", "ご注文の確認", "【重要】定期点検のお知らせ", "会議資料の送付",
               "運動会の写真", "春の新商品のご案内", "Re: 見積書について", "研修のお申し込み"]
SUBJECT_LURE = ["お金をあげます", "突然のご連絡失礼します", "芸能人のマネージャーより", "【当選】受け取り手続き",
                "最後のお願いです", "画像削除費用のご請求", "確実に儲かる方法", "直接取引のご相談"]
NAMES = ["佐藤 太郎", "鈴木 花子", "田中 一郎", "山本 さくら", "Info", "中村 健"]
SHAPES = ["plain"] * 5 + ["alternative"] * 3 + ["html"] + ["mixed"]
# charset, transfer encoding, weight
ENCODINGS = [("iso-2022-jp", "7bit", 30), ("utf-8", "base64", 30), ("utf-8", "quoted-printable", 12),
             ("utf-8", "8bit", 8), ("shift_jis", "8bit", 6), ("shift_jis", "base64", 6),
             ("shift_jis", "quoted-printable", 3), ("euc-jp", "8bit", 5)]
CODECS = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932"}
PARTICLES = "は が を に で と も へ から まで より の について として".split()
ENDINGS = "です ます ました ません ください でしょうか と思います とのことです かもしれません いたします".split()
STEMS = "".join(chr(c) for c in range(0x3042, 0x3094))
# The kanji of JIS X 0208, level 1, which every encoding has, in no order.
KANJI = "".join(bytes([0xA0 + row, 0xA0 + cell]).decode("euc_jp") for row in range(16, 47) for cell in range(1, 95))
KANJI = "".join(random.Random(1).sample(KANJI, len(KANJI)))
KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロンガギグゲゴジズデドバビブベボパピプペポッー"


def encode(text, charset):
    return text.encode(CODECS.get(charset, charset), "replace")


def transfer(data, encoding):
    if encoding == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if encoding == "quoted-printable" else data


def word(text, charset):
    """An encoded header, folded to some 12 characters a word."""
    if text.isascii():
        return text
    parts = [text[i:i + 12] for i in range(0, len(text), 12)]
    return "\r\n ".join(f"=?{charset.upper()}?B?{base64.b64encode(encode(p, charset)).decode()}?=" for p in parts)


def new_word(rng):
    kind = rng.random()
    if kind < .55:  # some kanji more often than others
        return "".join(KANJI[int(len(KANJI) * rng.random() ** 3)] for _ in range(rng.randint(1, 3)))
    if kind < .75:
        return "".join(rng.choice(KATAKANA) for _ in range(rng.randint(2, 6)))
    if kind < .95:
        return "".join(rng.choice(STEMS) for _ in range(rng.randint(2, 4)))
    return rng.choice(["%d" % rng.randrange(10000), "%d年" % rng.randrange(2000, 2030), "Web", "PDF", "A4"])


def new_sentence(rng):
    parts = [new_word(rng) + rng.choice(PARTICLES) + ("、" if rng.random() < .2 else "")
             for _ in range(rng.randint(2, 7))]
    return "".join(parts) + new_word(rng) + rng.choice(ENDINGS) + "。"


def body(rng, size, lure, varied):
    """Paragraphs up to about `size` bytes of UTF-8; a lure has two to five lines."""
    lines, n = [], 0
    while n < size:
        sentences = rng.randint(1, 4)
        paragraph = "".join(new_sentence(rng) if varied else rng.choice(HAM) for _ in range(sentences))
        lines += [paragraph, ""] if rng.random() < .4 else [paragraph]
        n += len(paragraph.encode()) + 2
    if lure:
        for _ in range(rng.randint(2, 5)):
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(LURE))
    out = []
    for line in lines:  # as mail programs do: some wrap at 36 characters
        out += [line[i:i + 36] for i in range(0, len(line), 36)] if rng.random() < .3 else [line]
    return "\r\n".join(out) + "\r\n"


def html(rng, text, charset):
    rows = []
    for line in text.split("\r\n"):
        colour = rng.randrange(1 << 24)
        style = ("style=\"margin:0 0 12px;font-family:'Hiragino Kaku Gothic ProN',sans-serif;color:#%06x\"" % colour)
        rows.append(f"<tr><td {style}><p>{line.replace('、', '、<br>', 1)}</p></td></tr>")
    return (f"<!DOCTYPE html><html lang=\"ja\"><head><meta charset=\"{charset}\"><title>お知らせ</title>"
            "<style>p { margin: 0 } .x { color: red }</style></head><body>"
            "<table width=\"600\" cellpadding=\"0\">" + "\r\n".join(rows) + "</table>"
            f"<a href=\"http://www.example.jp/c?id={rng.randrange(10 ** 9)}\">詳しくはこちら</a>"
            "<img src=\"http://img.example.jp/o.gif\" width=1 height=1></body></html>\r\n")


def part(text, kind, charset, encoding):
    if charset == "iso-2022-jp":  # its lines stay below the limit of SMTP
        text = "\r\n".join(piece for line in text.split("\r\n")
                           for piece in ([line[i:i + 300] for i in range(0, len(line), 300)] or [""]))
    head = f"Content-Type: {kind}; charset=\"{charset.upper()}\"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    data = transfer(encode(text, charset), encoding)
    return head.encode() + data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def attachment(rng, size):
    return (b"Content-Type: application/pdf; name=\"doc.pdf\"\r\nContent-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; filename=\"doc.pdf\"\r\n\r\n"
            + base64.encodebytes(rng.randbytes(size)).replace(b"\n", b"\r\n"))


def multipart(kind, boundary, parts):
    edge = b"--" + boundary.encode()
    out = f"Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n".encode()
    return out + b"".join(edge + b"\r\n" + p + b"\r\n" for p in parts) + edge + b"--\r\n"


def header(rng, charset, lure):
    head = ""
    for hop in range(rng.randint(1, 4)):
        head += (f"Received: from host{hop}.example.jp (host{hop}.example.jp [192.0.2.{rng.randint(1, 250)}])\r\n"
                 f"\tby mx{hop}.example.net (Postfix) with ESMTPS id {rng.getrandbits(40):010X}\r\n"
                 f"\tfor <user@example.com>; Wed, 1 Jun 2022 {rng.randrange(24):02d}:00:00 +0900 (JST)\r\n")
    if rng.random() < .6:
        hashes = [base64.b64encode(rng.randbytes(n)).decode() for n in (32, 128)]
        head += (f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.jp; s=s1;\r\n\tt=1654041600; "
                 f"bh={hashes[0]};\r\n\th=From:To:Subject:Date; b={hashes[1]}\r\n")
    return (head + f"Date: Wed, 1 Jun 2022 {rng.randrange(24):02d}:{rng.randrange(60):02d}:00 +0900\r\n"
            f"From: {word(rng.choice(NAMES), charset)} <{rng.choice(['info', 'hanako', 'news'])}@example.jp>\r\n"
            "To: user@example.com\r\n"
            f"Subject: {word(rng.choice(SUBJECT_LURE if lure else SUBJECT_HAM), charset)}\r\n"
            f"Message-ID: <{rng.getrandbits(64):016x}@example.jp>\r\n"
            "MIME-Version: 1.0\r\n"
            f"X-Mailer: {rng.choice(['Becky! ver. 2.75', 'Thunderbird', 'PHP/5.4', 'Outlook 16.0'])}\r\n").encode()


def mail(rng, size, varied=False, big=0, lure=None, encoding=None, shape=None):
    """One mail, as bytes; `size`: of its text in UTF-8; `big`: bytes of an attachment."""
    lure = rng.random() < .125 if lure is None else lure
    charset, cte, _ = encoding or rng.choices(ENCODINGS, [e[2] for e in ENCODINGS])[0]
    shape = shape or rng.choice(SHAPES)
    text, boundary = body(rng, size, lure, varied), "=_%016x" % rng.getrandbits(64)
    plain = part(text, "text/plain", charset, cte)
    content = plain
    if shape != "plain":
        content = part(html(rng, text, charset), "text/html", charset, cte)
    if shape in ("alternative", "mixed"):
        content = multipart("alternative", boundary, [plain, content])
    if shape == "mixed" or big:
        content = multipart("mixed", boundary + "m", [content, attachment(rng, big or rng.randint(2000, 20000))])
    return (header(rng, charset, lure) + content).replace(b"\r\n", b"\n")


def many(count, varied=False, seed=20220601):
    """So many mails; their text has 1.2 to 25 KB, and four of 400 have an attachment of 1 MB."""
    rng = random.Random(seed)
    for k in range(count):
        size = int(2 ** rng.uniform(10.2, 14.6))
        yield mail(rng, size, varied, big=1 << 20 if k % 100 == 37 else 0)


def write(folder, count, varied=False):
    """Write them; their paths in order."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k, data in enumerate(many(count, varied)):
        paths.append(folder / f"m{k:04d}.eml")
        paths[-1].write_bytes(data)
    return paths


def worst(size, literal="お金をあげ"):
    """A body of one literal over and over, `size` bytes of UTF-8."""
    text = (literal * (size // len(literal.encode()) + 1)).encode()[:size].decode("utf-8", "ignore")
    lines = "\n".join(text[i:i + 200] for i in range(0, len(text), 200))
    return header(random.Random(1), "utf-8", False).replace(b"\r\n", b"\n") + (
        "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + lines + "\n").encode()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 400, "varied" in sys.argv[3:])
