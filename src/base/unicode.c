#include <config.h>

#include "base/unicode.h"

#include <utf8proc.h>

#include "base/utf8.h"

enum unicode_class unicode_class(uint32_t cp)
{
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return UNICODE_LETTER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return UNICODE_MARK;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return UNICODE_NUMBER;
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
		return UNICODE_PUNCT;
	case UTF8PROC_CATEGORY_SM:
	case UTF8PROC_CATEGORY_SC:
	case UTF8PROC_CATEGORY_SK:
	case UTF8PROC_CATEGORY_SO:
		return UNICODE_SYMBOL;
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return UNICODE_BLANK;
	case UTF8PROC_CATEGORY_CF:
		return UNICODE_FORMAT;
	default:
		return (cp >= 9 && cp <= 13) || cp == 0x85 ? UNICODE_BLANK : UNICODE_CONTROL;
	}
}

const char *unicode_category(uint32_t cp)
{
	return utf8proc_category_string((utf8proc_int32_t)cp);
}

unsigned unicode_width(uint32_t cp)
{
	int width = utf8proc_charwidth((utf8proc_int32_t)cp);

	return width < 0 ? 0 : (unsigned)width;
}

bool unicode_ignorable(uint32_t cp)
{
	return utf8proc_get_property((utf8proc_int32_t)cp)->ignorable;
}

static unsigned image(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX], utf8proc_option_t options)
{
	int last = 0;
	utf8proc_int32_t buffer[UNICODE_IMAGE_MAX];
	utf8proc_ssize_t n =
	    utf8proc_decompose_char((utf8proc_int32_t)cp, buffer, UNICODE_IMAGE_MAX, options, &last);

	if (n < 0 || n > (utf8proc_ssize_t)UNICODE_IMAGE_MAX) {
		out[0] = cp;
		return 1;
	}
	if (options & UTF8PROC_COMPOSE)
		n = utf8proc_normalize_utf32(buffer, n, options & (UTF8PROC_COMPOSE | UTF8PROC_STABLE));
	for (utf8proc_ssize_t i = 0; i < n; i++)
		out[i] = (uint32_t)buffer[i];
	return (unsigned)n;
}

unsigned unicode_nfkc_fold(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	return image(
	    cp, out, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

unsigned unicode_decompose(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	return image(cp, out, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
}

uint32_t unicode_compose(uint32_t a, uint32_t b)
{
	utf8proc_int32_t pair[3] = { (utf8proc_int32_t)a, (utf8proc_int32_t)b, 0 };

	return utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE) == 1 ? (uint32_t)pair[0] : 0;
}

/* utf8proc has no script property; these are the ranges of Scripts.txt (Unicode 15) that mail can hold. */
bool unicode_is_han(uint32_t cp)
{
	return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0xF900 && cp <= 0xFAFF) ||
	    (cp >= 0x20000 && cp <= 0x323AF && cp != 0x2FFFE && cp != 0x2FFFF) || (cp >= 0x2E80 && cp <= 0x2FD5) ||
	    (cp >= 0x3005 && cp <= 0x3007) || (cp >= 0x3021 && cp <= 0x3029) || (cp >= 0x3038 && cp <= 0x303B);
}

bool unicode_is_hiragana(uint32_t cp)
{
	return (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x309D && cp <= 0x309F);
}

bool unicode_is_katakana(uint32_t cp)
{
	return (cp >= 0x30A1 && cp <= 0x30FA) || (cp >= 0x30FC && cp <= 0x30FF) || (cp >= 0x31F0 && cp <= 0x31FF) ||
	    (cp >= 0xFF66 && cp <= 0xFF9D);
}

size_t unicode_columns(const char *p, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n;) {
		uint32_t cp;

		i += utf8_get(p + i, p + n, &cp);
		columns += cp == '\t' ? 1 : unicode_width(cp);
	}
	return columns;
}
