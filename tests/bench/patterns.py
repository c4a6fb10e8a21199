#!/usr/bin/python3
"""patterns.py OUTDIR COUNT: plausible Japanese patterns for measuring, the same ones on every machine.

Files of at most 1,000 rules of one pattern each: two or three words, with alternations, gaps and classes as the shipped
files have them. A rule brings a tenth of a point, so that hits are counted and verdicts stay what the shipped files say.
"""
import random
import re
import sys
from pathlib import Path

import mails

WHO = """芸能人 俳優 歌手 アイドル モデル マネージャー 付き人 事務所 社長 会長 令嬢 未亡人 資産家 弁護士 秘書 代理人 霊能者 占い師 鑑定士 先生
看護師 医師 患者 会員 運営 管理者 担当者 代表 理事長 落札者 出品者 購入者 当選者 投資家 トレーダー 講師 主婦 学生 会社員 相続人 執行人 姉 兄 母 父
娘 息子 祖母 友人 隣人 常連 店長 部長 課長 顧問 監督 選手 作家 画家 僧侶 神主 巫女 導師""".split()
WHAT = """お金 現金 謝礼 報酬 支援金 給付金 助成金 賞金 賞品 景品 遺産 資産 財産 預金 口座 通帳 暗証番号 電子マネー ギフト券 商品券 ポイント
手数料 登録料 退会料 違約金 解約金 保証金 更新料 送料 税金 画像 写真 動画 個人情報 連絡先 住所 電話番号 サイト 掲示板 アプリ ページ 会員証 当選番号
占い 鑑定 お告げ 運気 守護霊 お守り 余命 病気 手術 入院 薬 治療費 葬儀 副業 在宅 内職 投資 株式 為替 仮想通貨 馬券 情報 教材 相場 利益 元本 配当
商品 時計 自動車 部屋 契約 規約 訴訟 裁判 請求書 督促 領収書 申請 審査 手続き 抽選 懸賞 招待 席 枠 権利 秘密 悩み 相談 返事 約束""".split()
DOES = """あげます 差し上げ 受け取っ 受け取り 渡し 送り 振り込み 支払っ 支払い 払っ 購入し 登録し 登録を 申し込み 申請し 返信し 返信を 連絡し 連絡を
電話し 開い 押し クリックし 確認し 入力し 教え 知らせ 聞い 話し 会っ 会い 待っ 助け 支え 救い 預け 預かっ 譲り 譲っ 選ば 選び 当たり 当選し 辞退し
退会し 解約し 削除し 公開し 送信し 請求し 訴え 回収し 訪問し 差し押さえ 儲かり 稼げ 増やし 減らし 戻し 返金し 立て替え 負担し 免除し 期待し
信じ 頼っ 頼み お願いし 約束し 保証し 紹介し 案内し 招待し 優先し""".split()
HOW = """無料で 有料の 特別に 今だけ 本日中に 至急 すぐに 必ず 確実に 簡単に 誰でも 内密に 直接 個別に 先着 限定 最後の 突然 初めて 改めて
明日までに 期限までに 二十四時間以内に 一度だけ 後日 全額 半額 少額の 高額な 大切な 本当の 正式な 匿名で 安全に""".split()
# A gap of a pattern, and what stands there in its example.
GAPS = [(".{0,4}", ""), (".{0,8}", "が、"), (".{0,12}", "について"), (".{0,20}", "のことで今すぐ"), ("", ""),
        ("(?:を|に|が|は)?", "を"), ("の?", "の"), ("[をにがはも]?", "は"), ("[^。]{0,10}", "など")]

# Twenty as they are written by hand, for the comparison with other filters.
TWENTY = [
    ("お金を(?:差し上げ|さしあげ|あげ)ます", "お金を差し上げます"),
    ("芸能人.{0,10}マネージャー", "芸能人の方のマネージャー"),
    ("余命(?:半年|[0-9一二三四五六]+[かヶカ]月|わずか)", "余命半年"),
    ("画像.{0,8}削除.{0,8}費用", "画像を削除するのに費用"),
    ("損害賠償金?を?請求", "損害賠償金を請求"),
    ("出会い系.{0,12}ポイント", "出会い系サイトのポイント"),
    ("ポイント.{0,6}購入", "ポイントを購入"),
    ("ポイント代.{0,6}後で.{0,4}払", "ポイント代は後で払います"),
    ("退会料金?", "退会料金"),
    ("最高額落札者.{0,6}辞退", "最高額落札者が辞退"),
    ("直接取引.{0,10}(?:でき|しま|お願い)", "直接取引をお願い"),
    ("確実に(?:儲|もう)か", "確実に儲かる"),
    ("無料.{0,4}占い", "無料の占い"),
    ("懸賞.{0,6}当選", "懸賞に当選"),
    ("(?:会社社長|社長令嬢|資産家).{0,8}(?:娘|代理|秘書)", "会社社長の娘"),
    ("霊能者.{0,12}伝言", "霊能者の先生から伝言"),
    ("有料SNS", "有料SNS"),
    ("(?:三億|3億|数千万)円.{0,10}受け取", "三億円を受け取って"),
    ("相談に乗って(?:ほしい|くれ|いただけ)", "相談に乗ってほしい"),
    ("通常の(?:サイト|メール).{0,10}(?:信用でき|話せ)", "通常のサイトは信用できない"),
]


def either(rng, words):
    if rng.random() < .6:
        return (rng.choice(words),) * 2
    some = rng.sample(words, rng.randint(2, 4))
    return "(?:%s)" % "|".join(some), some[-1]


def pattern(rng):
    """A pattern and a text that it finds."""
    order = rng.choice([(WHO, WHAT, DOES), (WHAT, DOES), (HOW, WHAT, DOES), (HOW, DOES), (WHO, DOES), (WHAT, WHAT),
                        (WHAT, HOW, DOES)])
    parts = [either(rng, order[0])]
    for words in order[1:]:
        parts += [rng.choice(GAPS), either(rng, words)]
    return "".join(p for p, _ in parts), "".join(t for _, t in parts)


def cut_out(rng):
    """A pattern out of a lure that mails.py writes: there is something to find."""
    sentence = rng.choice([s for s in re.split("[、。]", "。".join(mails.LURE)) if len(s) >= 12])
    at, first, gap = rng.randint(0, 2), rng.randint(2, 4), rng.randint(0, 3)
    words = sentence[at:at + first], sentence[at + first + gap:at + first + gap + rng.randint(2, 3)]
    return f"{words[0]}.{{0,{gap + rng.randint(1, 8)}}}{words[1]}", sentence


def write(folder, count):
    """Write so many as pattern files; the folder. One in forty finds something in the lures of mails.py."""
    folder, rng, seen = Path(folder), random.Random(20220601), {}
    while len(seen) < count:
        text, example = cut_out(rng) if len(seen) % 40 == 0 else pattern(rng)
        seen.setdefault(text, example)
    rules = list(seen.items())
    for k in range(0, count, 1000):
        write_file(folder, f"bench-{k // 1000}", rules[k:k + 1000])
    return folder


def write_file(folder, lure, rules):
    """One file of pairs of a pattern and a text that it finds."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{lure}.yaml", "w", encoding="utf-8") as f:
        f.write(f"format: 1\norigin: bench\nversion: 1\nlure: {lure}\ntitle: patterns for measuring\nlimit: 1\nrules:\n")
        for i, (text, example) in enumerate(rules):
            f.write(f"  - {{id: {lure}.p{i}, points: 0.1, roles: [claim], any: ['{text}'], match: ['{example}'], "
                    "pass: ['本日は晴天なり']}\n")
    return folder


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    write(sys.argv[1], int(sys.argv[2]))
