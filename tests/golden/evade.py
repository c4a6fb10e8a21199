"""
What senders do to the letters of a text so that a filter does not find it and a reader still reads it.

TRICKS: trick -> variant -> function from text to text. The pairs of characters here are chosen by eye for these tests,
not taken from the tables of src/fold/.
"""
import random
import re
import unicodedata

TRICKS = {}


def trick(name, **variants):
    TRICKS[name] = variants


def is_letter(c):
    return unicodedata.category(c)[0] in "LN"


def between(*junk):
    """Junk between each two letters or digits, each in its turn."""
    def f(text):
        out, n = "", 0
        for i, c in enumerate(text):
            out += c
            if i + 1 < len(text) and is_letter(c) and is_letter(text[i + 1]):
                out += junk[n % len(junk)]
                n += 1
        return out
    return f


def wrapped(width, end):
    """Lines cut after so many characters, words or not."""
    def f(text):
        return "\n".join(end.join(line[i:i + width] for i in range(0, len(line), width)) for line in text.split("\n"))
    return f


def swap(pairs):
    """`pairs`: words of which the first character becomes the second."""
    table = str.maketrans({p[0]: p[1] for p in pairs.split()})
    return lambda text: text.translate(table)


def map_to(froms, tos):
    assert len(froms) == len(tos)
    return lambda text: text.translate(str.maketrans(froms, tos))


def shifted(first, last, to):
    """The characters first .. last become those from `to` on."""
    return lambda text: "".join(chr(ord(c) - ord(first) + to) if first <= c <= last else c for c in text)


def after(mark, only=is_letter):
    return lambda text: "".join(c + mark if only(c) else c for c in text)


def chain(*steps):
    def f(text):
        for step in steps:
            text = step(text)
        return text
    return f


def sparse(f):
    """Only here and there: a third of the text's pieces of up to five characters."""
    def g(text):
        rng, out, at = random.Random(text), "", 0
        while at < len(text):
            n = rng.randint(2, 5)
            out += f(text[at:at + n]) if rng.random() < 0.4 else text[at:at + n]
            at += n
        return out
    return g


# --- blanks and lines ---------------------------------------------------------------------------------------------------
trick("blanks", half=between(" "), two=between("  "), full=between("\u3000"), nbsp=between("\u00A0"), tab=between("\t"),
      thin=between("\u2009", "\u200A", "\u202F"), quads=between("\u2002", "\u2003", "\u205F"), mixed=between(" ", "\u3000", "", "\t"))
trick("line-ends", each=wrapped(1, "\n"), seven=wrapped(7, "\n"), three=wrapped(3, "\n"), indented=wrapped(5, "\n\u3000"),
      trailing=wrapped(4, " \n"), crlf=wrapped(6, "\r\n"), line_separator=wrapped(6, "\u2028"), vertical_tab=wrapped(6, "\v"),
      form_feed=wrapped(6, "\f"))

# --- what is not seen ---------------------------------------------------------------------------------------------------
trick("zero-width", space=between("\u200B"), non_joiner=between("\u200C"), joiner=between("\u200D"), word_joiner=between("\u2060"),
      bom=between("\uFEFF"), many=between("\u200B\u200C\u200D\u2060\uFEFF"))
trick("soft-hyphen", one=between("\u00AD"), several=between("\u00AD\u00AD\u00AD"))
trick("invisible-operators", each=between("\u2061", "\u2062", "\u2063", "\u2064"))
trick("variation-selectors", text=after("\uFE0E"), emoji=after("\uFE0F"), first=after("\uFE00"), supplement=after("\U000E0100"),
      mongolian=between("\u180B", "\u180C", "\u180D", "\u180E"))
trick("bidi-controls", marks=between("\u200E", "\u200F", "\u061C"), embeddings=between("\u202A\u202C", "\u202D\u202C"),
      isolates=between("\u2066\u2069", "\u2068\u2069"), open=between("\u202A"), override=lambda t: "\n".join(f"\u202E{line[::-1]}\u202C" for line in t.split("\n")),
      override_each=lambda t: re.sub(r"(\w)(\w)", "\u202E\\2\\1\u202C", t))
trick("tags", letters=between("\U000E0041", "\U000E007F"), language=between("\U000E0001"))
trick("fillers", hangul=between("\u3164"), choseong=between("\u115F"), jungseong=between("\u1160"), half_width=between("\uFFA0"),
      braille=between("\u2800"), grapheme_joiner=between("\u034F"), khmer=between("\u17B4", "\u17B5"),
      annotation=between("\uFFF9", "\uFFFA", "\uFFFB"),
      unassigned=between("\u0378", "\U0002FFFE", "\uFFFE"), private=between("\uE000", "\U0010FFFD"))
trick("controls", low=between("\x01", "\x1f"), delete=between("\x7f"), high=between("\x80", "\x9f"))

# --- width --------------------------------------------------------------------------------------------------------------
FULL_KANA = "ァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン。「」、・"
HALF_KANA = "ｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ｡｢｣､･"
VOICED = {unicodedata.normalize("NFC", b + m): b + m for b in map(chr, range(0x3041, 0x30FB)) for m in "\u3099\u309A"}
VOICED = {c: parts for c, parts in VOICED.items() if len(c) == 1}


def apart(voiced, semivoiced):
    """Kana with a voicing mark as two characters."""
    table = {c: p[0] + (voiced if p[1] == "\u3099" else semivoiced) for c, p in VOICED.items()}
    return lambda text: text.translate(str.maketrans(table))


half_kana = chain(apart("ﾞ", "ﾟ"), map_to(FULL_KANA, HALF_KANA))
katakana = shifted("ぁ", "ゖ", 0x30A1)
hiragana = shifted("ァ", "ヶ", 0x3041)
wide = shifted("!", "~", 0xFF01)

trick("half-width-kana", kana=half_kana, all_kana=chain(katakana, half_kana), spaced=chain(half_kana, between(" ")))
trick("full-width-latin", all=wide, upper=lambda text: wide(text.upper()), spaced=chain(wide, between(" ")))

# --- signs between letters ----------------------------------------------------------------------------------------------
trick("stars-between", star=between("★"), white=between("☆"), asterisk=between("*"), wide_asterisk=between("＊"), note=between("※"),
      two=between("★☆"), spaced=between(" ★ "))
trick("dots-between", middle=between("・"), half=between("･"), latin=between("·"), bullet=between("●"), circle=between("○"),
      full_stop=between("."), ellipsis=between("…"), small=between("∙", "•"))
trick("strokes-between", slash=between("/"), wide_slash=between("／"), bar=between("|"), wide_bar=between("｜"), back=between("\\"),
      low=between("_"), box=between("│"))
trick("waves-between", tilde=between("~"), wide=between("～"), wave_dash=between("〜"))
trick("dashes-between", hyphen=between("-"), wide=between("－"), em=between("—"), box=between("─"))
trick("punctuation-between", comma=between("、"), comma_ascii=between(","), quotes=between("'", '"'), brackets=between("(", ")"),
      colon=between(":"), mixed=between("，", "；", "^", "`", "=", "+", "#", "＠", "&", "％", "＄"), ends=between("！"), full_stops=between("。"))
trick("signs-between", shapes=between("■", "◆", "▲", "▼", "◎", "□"), music=between("♪"), heart=between("♥", "♡"), arrows=between("→", "⇒"),
      lines=between("†", "‡", "§", "¶"), geta=between("〓"), rings=between("゜", "ﾟ"), tick=between("✓", "✔"))
trick("emoji-between", money=between("💰", "💴", "🎁"), heart=between("❤️"), joined=between("👨‍👩‍👧"), skin=between("👍🏽"),
      face=between("😊", "🥰"), flag=between("🇯🇵"), symbols=between("✨", "🔥", "⭐", "❗"), tag_flag=between("🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
      keycap=between("#️⃣", "*️⃣"))

# --- other letters of the same look ---------------------------------------------------------------------------------------
to_kanji = "カ力 ロ口 ー一 タ夕 ニ二 エ工 ト卜 ハ八 チ千 オ才 ミ三 ヌ又 セ七 ム厶 ヒ匕 メ乂 ノ丿 イ亻 サ艹 ネ礻 リ刂"
to_kana = "力カ 口ロ 夕タ 二ニ 工エ 八ハ 千チ 才オ 三ミ 一ー 又ヌ"
trick("kanji-for-kana", common=swap("カ力 ロ口 ー一 タ夕 ニ二 エ工 ト卜 ハ八"), many=swap(to_kanji), box=swap("ロ囗 ー丨"),
      parts=swap("ム厶 ヒ匕 ノ丿 イ亻 サ艹 ネ礻 リ刂 ル儿 レ乚 ヨ彐"), radicals=swap("ー⼀ カ⼒ ロ⼝ ニ⼆ ト⼘ ハ⼋ ム⼛ タ⼣ エ⼯ ノ⼃"))
trick("kana-for-kanji", all=swap(to_kana), box=swap("口囗 日曰 土士 未末 入人 己已"), supplement=swap("長⻑ 食⻝ 民⺠ 西⻄ 青⻘ 母⺟ 角⻆ 麦⻨ 竜⻯ 月⺝"),
      radicals=swap("人⼈ 入⼊ 力⼒ 口⼝ 女⼥ 日⽇ 月⽉ 金⾦ 方⽅ 手⼿ 一⼀ 大⼤ 水⽔ 言⾔ 心⼼ 子⼦ 長⾧ 高⾼"))
trick("kana-for-kana", he=swap("ヘへ ベべ ペぺ リり"), to_katakana=swap("へヘ べベ ぺペ りリ"), bopomofo=swap("ムㄙ メㄨ くㄑ ヌㄡ へㄟ"))
CYRILLIC = map_to("aceiopsxyABCEHIKMOPSTXYL", "асеіорѕхуАВСЕНІКМОРЅТХУʟ")
GREEK = map_to("ABEHIKMNOPTXYZop", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖορ")
trick("latin-lookalikes", cyrillic=CYRILLIC, greek=GREEK, both=chain(GREEK, CYRILLIC),
      capitals=map_to("LINESRUabcdeghimnoprstu", "ʟɪɴᴇꜱʀᴜᴀʙᴄᴅᴇɢʜɪᴍɴᴏᴘʀsᴛᴜ"), cherokee=map_to("LIESRDABCGHKMPTVWZ", "ᏞᏆᎬᏚᏒᎠᎪᏴᏟᏀᎻᏦᎷᏢᎢᏙᎳᏃ"),
      full_width=chain(CYRILLIC, wide), dotless=map_to("iIlLnN", "ıİłŁŋŊ"))
trick("old-kanji", forms=map_to("会円学国実当応対戻払発様権気済経総続芸証託読豊軽辞辺連郎録険預顔験価両乗金絶余亜悪圧囲医栄鉄点転図数当独売変宝万満黙約訳誉予与来覧竜両猟礼齢恋労湾真",
                                "會圓學國實當應對戾拂發樣權氣濟經總續藝證託讀豐輕辭邊連郞錄險預顏驗價兩乘金絕餘亞惡壓圍醫榮鐵點轉圖數當獨賣變寶萬滿默約譯譽豫與來覽龍兩獵禮齡戀勞灣眞"),
      names=swap("高髙 崎﨑 辺邉 吉𠮷 館舘 隆隆 神神 福福 社社 者者 都都 祝祝"), compatibility=swap("料料 立立 見見 樂樂 金金 録錄 連連 年年 女女 者者 社社 利利 不不"))
trick("simplified-kanji", common=map_to("会発録請費銭業個開関電話様専円無長貴門問間飲頭題験書説買売", "会发录请费钱业个开关电话样专円无长贵门问间饮头题验书说买卖"))

# --- kana -----------------------------------------------------------------------------------------------------------------
SMALL, LARGE = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ", "あいうえおつやゆよわアイウエオツヤユヨワ"
trick("katakana-hiragana", to_hiragana=hiragana, to_katakana=katakana,
      mixed=lambda t: "".join((hiragana, katakana)[i % 2](c) for i, c in enumerate(t)))
trick("small-kana", large=map_to(SMALL, LARGE), small=map_to("あいうえおつやゆよアイウエオツヤユヨ", "ぁぃぅぇぉっゃゅょァィゥェォッャュョ"))
trick("voicing-marks", decomposed=apart("\u3099", "\u309A"), spacing=apart("゛", "゜"), half=apart("ﾞ", "ﾟ"), spaced=apart(" ゛", " ゜"),
      katakana=chain(katakana, apart("゛", "゜")), zero_width=apart("\u200B\u3099", "\u200B\u309A"))
trick("long-sounds", half=swap("ーｰ"), hyphen=swap("ー-"), minus=swap("ー−"), wide=swap("ー－"), wave=swap("ー～"), em=swap("ー—"), box=swap("ー─"),
      doubled=lambda t: t.replace("ー", "ーー"), many=lambda t: t.replace("ー", "ー～ー"), kanji=swap("ー一"))


def again(text):
    text = re.sub(r"([\u4E00-\u9FFF])\1", r"\1々", text)
    text = re.sub(r"([ぁ-ん])\1", r"\1ゝ", text)
    return re.sub(r"([ァ-ン])\1", r"\1ヽ", text)


def again_voiced(text):
    voiced = {p[0]: c for c, p in VOICED.items() if p[1] == "\u3099"}
    return "".join("ゞ" if i and voiced.get(text[i - 1]) == c and c < "ゝ" else c for i, c in enumerate(text))


trick("iteration-marks", marks=again, voiced=again_voiced)

# --- styled letters -------------------------------------------------------------------------------------------------------
digits = [shifted("1", "9", 0x2460), shifted("1", "9", 0x2776),
          shifted("0", "9", 0x1D7CE), shifted("0", "9", 0x1D7D8), shifted("0", "9", 0x1D7EC)]
trick("circled-digits", white=digits[0], black=digits[1])
trick("circled-letters", circled=chain(shifted("A", "Z", 0x24B6), shifted("a", "z", 0x24D0)),
      squared=lambda t: shifted("A", "Z", 0x1F130)(t.upper()), black_circled=lambda t: shifted("A", "Z", 0x1F150)(t.upper()),
      black_squared=lambda t: shifted("A", "Z", 0x1F170)(t.upper()), regional=lambda t: shifted("A", "Z", 0x1F1E6)(t.upper()),
      bracketed=lambda t: shifted("a", "z", 0x249C)(t.lower()))
trick("mathematical", bold=chain(shifted("A", "Z", 0x1D400), shifted("a", "z", 0x1D41A), digits[2]),
      sans=chain(shifted("A", "Z", 0x1D5A0), digits[4]), double=chain(map_to("CHNPQRZ", "ℂℍℕℙℚℝℤ"), shifted("A", "Z", 0x1D538), digits[3]),
      fraktur=shifted("A", "Z", 0x1D56C), mono=shifted("A", "Z", 0x1D670), script=shifted("A", "Z", 0x1D4D0),
      superscript=map_to("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"), subscript=shifted("0", "9", 0x2080))
trick("circled-kana", katakana=map_to("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ", "".join(map(chr, range(0x32D0, 0x32FC)))))
trick("enclosed-ideographs", circled=map_to("女男金月火水木土日株有社名特財祝労秘適優印注項休写正上中下左右医宗学監企資協夜", "㊛㊚㊎㊊㊋㊌㊍㊏㊐㊑㊒㊓㊔㊕㊖㊗㊘㊙㊜㊝㊞㊟㊠㊡㊢㊣㊤㊥㊦㊧㊨㊩㊪㊫㊬㊭㊮㊯㊰"),
      squared=map_to("手字双多解天交映無料前後再新初終生販声吹演投捕一三遊指打禁空合満有月申割営配得可", "🈐🈑🈒🈔🈖🈗🈘🈙🈚🈛🈜🈝🈞🈟🈠🈡🈢🈣🈤🈥🈦🈧🈨🈩🈪🈫🈯🈰🈲🈳🈴🈵🈶🈷🈸🈹🈺🈻🉐🉑"),
      parenthesised=map_to("一二三月火水木金土日株有社名特財祝労代呼学監企資協祭休自至", "㈠㈡㈢㈪㈫㈬㈭㈮㈯㈰㈱㈲㈳㈴㈵㈶㈷㈸㈹㈺㈻㈼㈽㈾㈿㉀㉁㉂㉃"))
trick("combining-marks", stroke=after("\u0336"), slash=after("\u0338"), underline=after("\u0332"), circle=after("\u20DD"),
      square=after("\u20DE"), acute=after("\u0301"), many=after("\u0335\u0353\u0300\u0489\u035C"),
      sparse_latin=after("\u0308", str.isascii))


# --- several at once ------------------------------------------------------------------------------------------------------
def any_of(signs):
    """A sign between each two letters, as it comes."""
    def f(text):
        rng = random.Random(text)
        return between(*(rng.choice(signs) for _ in range(97)))(text)
    return f


trick("signs-at-random", signs=any_of("★☆●○◆■♪・/＊|※"), with_dashes=any_of("★●・/＊|～-_"), with_ends=any_of("★●・/＊|！。…"),
      all=any_of("★☆●○◆■♪♥・/＊*|～~-—_、。！.:;'＋=#&"), emoji=any_of(["💰", "✨", "🇯🇵", "❗", "😊", "❤️", "👍🏽", "🎁"]),
      blanks=any_of([" ", "\u3000", "\u200B", "★", "\n", "\u00AD"]))
trick("together", stars_half=chain(between("★"), half_kana), zero_kanji=chain(swap(to_kanji), between("\u200B")),
      blanks_voiced=chain(apart("゛", "゜"), between(" ")), hiragana_waves=chain(hiragana, swap("ー～")),
      old_stars=chain(swap("会會 円圓 発發 録錄 気氣"), between("☆")), wide_dots=chain(wide, between("・")),
      katakana_bars=chain(katakana, between("|")), small_stars=chain(map_to(SMALL, LARGE), between("*")),
      strokes_blanks=chain(after("\u0336"), between(" ")), math_stars=chain(shifted("A", "Z", 0x1D400), digits[2], between("★")),
      kanji_dots=chain(swap(to_kanji), between("・")), lines_stars=chain(between("★"), wrapped(9, "\n")))


def bodies():
    """trick, variant, function: each also in its sparse form."""
    for name, variants in TRICKS.items():
        for variant, f in variants.items():
            yield name, variant, f
            yield name, f"{variant}, sparse", sparse(f)
