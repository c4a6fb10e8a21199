#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hmac.h"

static const char *hex(const uint8_t sum[SHA256_BYTES])
{
	static char text[2 * SHA256_BYTES + 1];

	for (size_t i = 0; i < SHA256_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", sum[i]);
	return text;
}

/* FIPS 180-4: the examples "abc", empty and the two-block message, and a million times "a". */
static void test_sha256(void **state)
{
	uint8_t sum[SHA256_BYTES];
	char *million = malloc(1000000);

	sha256(span_str("abc"), sum);
	assert_string_equal(hex(sum), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256(span(NULL, 0), sum);
	assert_string_equal(hex(sum), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256(span_str("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), sum);
	assert_string_equal(hex(sum), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', 1000000);
	sha256(span(million, 1000000), sum);
	assert_string_equal(hex(sum), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

static void test_sha256_in_pieces(void **state)
{
	char text[1000];
	uint8_t whole[SHA256_BYTES], pieces[SHA256_BYTES];

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 13);
	sha256(span(text, sizeof text), whole);
	for (size_t size = 1; size < 200; size += 7) {
		struct sha256_sum s;

		sha256_start(&s);
		sha256_add(&s, span(NULL, 0));
		for (size_t at = 0; at < sizeof text; at += size)
			sha256_add(&s, span(text + at, at + size <= sizeof text ? size : sizeof text - at));
		sha256_end(&s, pieces);
		assert_memory_equal(pieces, whole, SHA256_BYTES);
	}
}

/* RFC 4231, test cases 1, 2, 3, 4, 6 and 7 (5 is of a truncated sum). */
static void test_rfc4231(void **state)
{
	static const struct {
		unsigned char key; /* repeated; 0: `text_key` or 01 02 03 ... */
		size_t n;
		const char *text_key;
		unsigned char byte; /* the data: repeated 50 times; 0: `data` */
		const char *data, *sum;
	} cases[] = {
		{ 0x0b, 20, NULL, 0, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
		{ 0, 4, "Jefe", 0, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
		{ 0xaa, 20, NULL, 0xdd, NULL, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
		{ 0, 25, NULL, 0xcd, NULL, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
		{ 0xaa, 131, NULL, 0, "Test Using Larger Than Block-Size Key - Hash Key First",
		    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
		{ 0xaa, 131, NULL, 0,
		    "This is a test using a larger than block-size key and a larger than block-size data. "
		    "The key needs to be hashed before being used by the HMAC algorithm.",
		    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char key[131], data[50];
		struct hmac_key ready;
		uint8_t sum[SHA256_BYTES];

		memset(key, cases[i].key, sizeof key);
		for (size_t k = 0; cases[i].key == 0 && k < cases[i].n; k++)
			key[k] = cases[i].text_key != NULL ? cases[i].text_key[k] : (char)(k + 1);
		memset(data, cases[i].byte, sizeof data);
		hmac_prepare(&ready, span(key, cases[i].n));
		for (int again = 0; again < 2; again++) { /* a key made ready serves more than once */
			hmac_of(&ready, cases[i].data != NULL ? span_str(cases[i].data) : span(data, sizeof data), sum);
			assert_string_equal(hex(sum), cases[i].sum);
		}
	}
}

static void test_empty_key_and_text(void **state)
{
	struct hmac_key ready;
	uint8_t sum[SHA256_BYTES];

	hmac_prepare(&ready, span(NULL, 0));
	hmac_of(&ready, span(NULL, 0), sum);
	assert_string_equal(hex(sum), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void test_random(void **state)
{
	static uint8_t a[5000], b[5000]; /* more than the system gives without a chance of an interruption */
	size_t zeros = 0;

	random_bytes(a, sizeof a);
	random_bytes(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	for (size_t i = 0; i < sizeof a; i++)
		zeros += a[i] == 0;
	assert_in_range(zeros, 0, 100); /* 20 expected */
	random_bytes(a, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_sha256_in_pieces),
		cmocka_unit_test(test_rfc4231),
		cmocka_unit_test(test_empty_key_and_text),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
