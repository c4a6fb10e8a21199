#include <config.h>

#include "decode/likelihood.h"

#include "decode/japanese.h"
#include "decode/utf.h"

enum bits {
	BITS_ASCII = 7,
	BITS_BROKEN = 24,
	BITS_KANA_FIRST = 8, /* more, for the first half-width kana of a run: most texts have none */
	BITS_KANA_ODD = 8,   /* more, for a sound mark where there is no such sound */
	BITS_X0212 = 20,
};

/*
 * Frequencies of Japanese mail, roughly: what stands here in this order of bits, and for the rest the bits of its row.
 * The kanji are the thousand or so that newspapers and mail use most.
 */
static const struct {
	unsigned bits;
	const char *characters;
} common[] = {
	{ 5, "ｰﾝｽﾙﾄﾞ" },
	{ 6, "ｯﾗﾘｲｸｱﾌｶﾀｼﾟ" },
	{ 7, "ﾚﾛﾃｺﾏﾑﾆﾒｻｷﾊｴｵﾐﾓﾅﾁｬｭｮｨ" },
	{ 6, "いのんしたてにをがはでとまるすかりきこもなっれうよ、。ー" },
	{ 7, "さあくらだけつせどそちょめみえおわばじゃやろごずゅひほべふスンルトイラリックアレシドタフロメ！" },
	{ 8, "「」？・～（）　カコサマムニュジテプバパチキィオデブャョ" },
	{ 10, "日一国会人年大十二本中長出三同時事自行社見月分後前民生発間対上部東者合市業内方定今回場金入立開手力学問高"
	      "代明関子動経通外言理体当主下意不来作性的用務度強気小成期公持野取世話受数多新安女知死私的直何名様登録無料円"
	      "万億振込確認届返信配送停止希望願致申携帯電番号芸能相談詳細紹介応募選占鑑定霊者退請求画像写真彼誘全最初使所"
	      "次水木火土思第他書法支払口座連絡先必要限内容変更完了利用了解可都度家心身体好愛男友達待特別別物品商売買店" },
	{ 12, "目表戦現化田八六約題首制治協和統以機平総加山区領県続進正設保改記院北午指権界派点教報済府活原共得交資予川向際"
	      "査勝面委告軍文反元重近千考判海参組案道策集在件団側任引水半昨論計官増係感情投示打基各始島両朝革価式村提運終"
	      "挙果西勢減台広必演歳住争再位置企流格疑過局少放税検藤町常校沢裁状工建語球営空職証急止供役構割聞費付施切由説"
	      "転食比難防補車優夫研収断井南石足違消境神規術護展態導鮮備宅害副算視条幹独警宮究育席輸訪楽起着乗述残想線率病農"
	      "州武声質念試族域助労例衛然早張映親額監環験追審葉義伝働形景落欧担準賞訴辺造英被株頭技低毎医復仕去姿味負閣韓"
	      "渡失移差衆個門評課末守若脳極種美岡影命含福蔵量松非撃佐核観察整段横融型白深字答夜製票況音財港識注呼渉悩涙嘘"
	      "宝籤遺産寄贈援助秘密裸寂独縁婚嫁妻娘母父兄弟姉妹奥余命病癌末期孤財閥秘書弁護士訴訟慰謝違約損賠償延滞督促削"
	      "除退脱解約競落札出品辞繰次点者振替至急緊至到着即即座副業儲稼投資株益倍勝利馬券予想当籤選抽選懸賞応景品限定"
	      "今春夏秋冬朝昼晩夜雨雪風花鳥犬猫魚肉野菜茶酒飲店駅道路橋空港飛行船旅券宿泊室湯温泉東京大阪名古屋横浜神戸福"
	      "岡札幌仙台広島千葉埼玉奈良兵庫愛知静岡鈴木佐藤高橋渡辺伊藤中村小林加山吉井斎清森池阿部橋本石前川藤岡後谷近"
	      "青坂遠増工原松竹梅杉宮熊野沢丸紀久保寺西黒赤緑光幸勇健康誠実優香恵里沙絵真由佳奈菜穂乃咲翔太陽介" },
};

static unsigned char code_bits[0x10000];              /* of a character of the basic plane; build once */
static unsigned char cell_bits[JIS_ROWS * JIS_CELLS]; /* the same by place in jis_x0208 */

#define HALF_KANA 0xFF61u

/* Bits of a character of which nothing is known but its row. */
static unsigned char row_bits(unsigned row)
{
	static const unsigned char symbols[] = { 11, 12, 10, 9, 9, 17, 17, 13 };

	if (row <= 8)
		return symbols[row - 1];
	if (row <= 15)
		return row == 13 ? 14 : BITS_BROKEN;
	return row <= 47 ? 17 : row <= 84 ? 20 : 19; /* level 1, level 2, IBM and user-defined */
}

void likelihood_init(void)
{
	for (unsigned cp = 0; cp < 0x10000; cp++)
		code_bits[cp] = cp < 0x80 ? BITS_ASCII : cp < 0x100 ? 14 : cp >= HALF_KANA && cp < 0xFFA0 ? 9 : 20;
	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++)
		if (jis_x0208[i] != 0 && row_bits(i / JIS_CELLS + 1) < code_bits[jis_x0208[i]])
			code_bits[jis_x0208[i]] = row_bits(i / JIS_CELLS + 1);
	for (size_t t = sizeof common / sizeof common[0]; t-- > 0;) {
		const char *p = common[t].characters, *end = p + strlen(p);
		uint32_t cp;

		while (p < end) {
			p += utf8_get(p, end, &cp);
			code_bits[cp & 0xFFFF] = (unsigned char)common[t].bits;
		}
	}
	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++)
		cell_bits[i] = jis_x0208[i] == 0 ? BITS_BROKEN : jis_x0208[i] == GETA ? 19 : code_bits[jis_x0208[i]];
}

/* The run that a model walks over. */
struct walk {
	const unsigned char *start, *p, *end;
	struct likelihood sum;
	unsigned kana; /* the half-width kana before p, as an offset from HALF_KANA; NO_KANA: none */
};

#define NO_KANA 64u

static void add(struct walk *w, size_t length, unsigned bits)
{
	w->p += length;
	w->sum.bits += bits;
	w->kana = NO_KANA;
}

static void broken(struct walk *w, size_t length)
{
	add(w, length, BITS_BROKEN);
	w->sum.broken++;
}

/* Sound marks stand after the rows of K, S, T and H (and U) only; small kana, the long mark and N begin no word. */
static bool kana_fits(unsigned before, unsigned kana)
{
	bool ka_to = before >= 0x15 && before <= 0x23, ha = before >= 0x29 && before <= 0x2D;

	if (kana == 0x3D) /* the voiced sound mark */
		return ka_to || ha || before == 0x12;
	if (kana == 0x3E) /* the other */
		return ha;
	return before != NO_KANA || !((kana >= 6 && kana <= 0x0F) || kana == 0x3C);
}

static void half_kana(struct walk *w, size_t length, unsigned kana)
{
	unsigned bits = code_bits[HALF_KANA + kana];

	if (w->kana == NO_KANA)
		bits += BITS_KANA_FIRST;
	if (!kana_fits(w->kana, kana))
		bits += BITS_KANA_ODD;
	add(w, length, bits);
	w->kana = kana;
}

/* True where p stands at a byte above ASCII, after counting what is before it. */
static bool to_high(struct walk *w)
{
	const unsigned char *start = w->p;

	while (w->p < w->end && *w->p < 0x80) {
		size_t n = sink_plain(w->p, w->end);

		w->p += n > 0 ? n : 1;
	}
	if (w->p > start)
		add(w, 0, BITS_ASCII * (unsigned)(w->p - start));
	return w->p < w->end;
}

static void walk_shift_jis(struct walk *w)
{
	while (to_high(w)) {
		int cell = w->end - w->p < 2 ? -1 : cp932_cell(w->p[0], w->p[1]);

		if (*w->p >= 0xA1 && *w->p <= 0xDF)
			half_kana(w, 1, *w->p - 0xA1u);
		else if (cell < 0 || cell_bits[cell] == BITS_BROKEN)
			broken(w, 1);
		else
			add(w, 2, cell_bits[cell]);
	}
}

static bool high(const struct walk *w, ptrdiff_t at)
{
	return w->end - w->p > at && w->p[at] >= 0xA1 && w->p[at] <= 0xFE;
}

static void walk_euc_jp(struct walk *w)
{
	while (to_high(w)) {
		unsigned bits = high(w, 0) && high(w, 1) ? cell_bits[(w->p[0] - 0xA1) * (int)JIS_CELLS + w->p[1] - 0xA1] : BITS_BROKEN;

		if (bits != BITS_BROKEN)
			add(w, 2, bits);
		else if (*w->p == 0x8E && high(w, 1) && w->p[1] <= 0xDF)
			half_kana(w, 2, w->p[1] - 0xA1u);
		else if (*w->p == 0x8F && high(w, 1) && high(w, 2))
			add(w, 3, BITS_X0212);
		else
			broken(w, 1);
	}
}

static void walk_utf8(struct walk *w)
{
	while (to_high(w)) {
		unsigned n = utf_subpart(w->p, w->end), most = *w->p < 0xE0 ? 2 : *w->p < 0xF0 ? 3 : 4;
		uint32_t cp;

		if (n == most) {
			utf8_get((const char *)w->p, (const char *)w->end, &cp);
			add(w, n, cp < 0x10000 ? code_bits[cp] : 14);
		} else if (utf_cesu(w->p, w->end, &cp) != 0) {
			add(w, 6, 14);
		} else {
			broken(w, n);
		}
	}
}

static bool is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Accented letters stand among plain ones, quotes and dashes beside them; runs of high bytes are rare. */
static void walk_latin(struct walk *w)
{
	while (to_high(w)) {
		unsigned char c = *w->p;
		bool after = w->p > w->start && is_letter(w->p[-1]), before = w->end - w->p > 1 && is_letter(w->p[1]);
		unsigned near = after + before;

		if (memchr("\x81\x8D\x8F\x90\x9D", c, 5) != NULL)
			broken(w, 1);
		else if (c >= 0xC0)
			add(w, 1, near > 0 ? 10 : 14);
		else if (c == 0x85 || (c >= 0x91 && c <= 0x97))
			add(w, 1, near > 0 ? 6 : 12);
		else
			add(w, 1, 14);
	}
}

static void walk_script(struct walk *w)
{
	while (to_high(w))
		add(w, 1, *w->p >= 0xC0 ? 6 : *w->p >= 0xA0 ? 10 : 13);
}

static bool within(const struct walk *w, ptrdiff_t at, unsigned char low, unsigned char top)
{
	return w->end - w->p > at && w->p[at] >= low && w->p[at] <= top;
}

static bool trail(const struct walk *w)
{
	return within(w, 1, 0x40, 0x7E) || within(w, 1, 0x80, 0xFE);
}

static void walk_gb(struct walk *w)
{
	while (to_high(w)) {
		unsigned row = *w->p - 0xA0u;

		if (!within(w, 0, 0x81, 0xFE))
			broken(w, 1);
		else if (within(w, 0, 0xA1, 0xF7) && within(w, 1, 0xA1, 0xFE))
			add(w, 2, row <= 5 ? 9 : row <= 15 ? 16 : row <= 55 ? 11 : 16);
		else if (trail(w))
			add(w, 2, 18);
		else if (within(w, 1, 0x30, 0x39) && within(w, 2, 0x81, 0xFE) && within(w, 3, 0x30, 0x39))
			add(w, 4, 22);
		else
			broken(w, 1);
	}
}

static void walk_big5(struct walk *w)
{
	while (to_high(w)) {
		if (!within(w, 0, 0x87, 0xFE) || !(within(w, 1, 0x40, 0x7E) || within(w, 1, 0xA1, 0xFE)))
			broken(w, 1);
		else
			add(w, 2, *w->p < 0xA1 ? 19 : *w->p < 0xA4 ? 10 : *w->p < 0xC7 ? 11 : 18);
	}
}

static void walk_korean(struct walk *w)
{
	while (to_high(w)) {
		if (!within(w, 0, 0x81, 0xFD) || !trail(w))
			broken(w, 1);
		else if (!within(w, 1, 0xA1, 0xFE) || *w->p < 0xA1)
			add(w, 2, 16);
		else
			add(w, 2, *w->p < 0xB0 ? 10 : *w->p <= 0xC8 ? 9 : 16);
	}
}

static void walk_other(struct walk *w)
{
	while (to_high(w))
		add(w, 1, 8);
}

struct likelihood likelihood(enum model m, struct span bytes)
{
	static void (*const walks[])(struct walk *) = {
		[MODEL_SHIFT_JIS] = walk_shift_jis, [MODEL_EUC_JP] = walk_euc_jp, [MODEL_UTF8] = walk_utf8,
		[MODEL_LATIN] = walk_latin, [MODEL_SCRIPT] = walk_script, [MODEL_GB] = walk_gb, [MODEL_BIG5] = walk_big5,
		[MODEL_KOREAN] = walk_korean, [MODEL_OTHER] = walk_other,
	};
	const unsigned char *start = (const unsigned char *)bytes.p;
	struct walk w = { .start = start, .p = start, .end = start + bytes.n, .kana = NO_KANA };

	walks[m](&w);
	return w.sum;
}
