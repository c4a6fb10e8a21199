# The tests of `make check`: unit tests, checks of the house, the fuzz targets' corpora, and what speaks to the programs.

# --- unit tests: tests/unit/test_NAME.c, one program each ------------------------------------------------------------------
UNIT_TESTS = \
	tests/unit/test_arena \
	tests/unit/test_automaton \
	tests/unit/test_bidi \
	tests/unit/test_breaker \
	tests/unit/test_buf \
	tests/unit/test_charset \
	tests/unit/test_config \
	tests/unit/test_contest \
	tests/unit/test_diag \
	tests/unit/test_escape \
	tests/unit/test_excuse \
	tests/unit/test_fold \
	tests/unit/test_fold_pattern \
	tests/unit/test_hmac \
	tests/unit/test_html \
	tests/unit/test_inspect \
	tests/unit/test_learn \
	tests/unit/test_link \
	tests/unit/test_log \
	tests/unit/test_mail \
	tests/unit/test_matcher \
	tests/unit/test_message \
	tests/unit/test_metrics \
	tests/unit/test_mixed \
	tests/unit/test_pattern \
	tests/unit/test_pattern_property \
	tests/unit/test_quote \
	tests/unit/test_regex \
	tests/unit/test_report \
	tests/unit/test_resolve \
	tests/unit/test_reputation \
	tests/unit/test_rfc5322 \
	tests/unit/test_ruleset \
	tests/unit/test_scope \
	tests/unit/test_score \
	tests/unit/test_session \
	tests/unit/test_sock \
	tests/unit/test_span_utf8 \
	tests/unit/test_standing \
	tests/unit/test_suggest \
	tests/unit/test_transfer \
	tests/unit/test_unicode \
	tests/unit/test_visible \
	tests/unit/test_words \
	tests/unit/test_yaml

AM_CPPFLAGS += -I$(top_srcdir)/tests $(CMOCKA_CFLAGS)
LDADD = liblure.a $(LURE_LIBS) $(CMOCKA_LIBS)
if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
tests_unit_test_learn_SOURCES = tests/unit/test_learn.c src/tools/learn_fit.c
tests_unit_test_learn_LDADD = $(LDADD) -lm
# It plays the calls of libmilter that these make.
tests_unit_test_session_SOURCES = \
	tests/unit/test_session.c \
	src/session/act.c \
	src/session/judge.c \
	src/session/mark.c \
	src/session/policy.c \
	src/session/service.c \
	src/session/session.c \
	src/session/snapshot.c

# What tests/redis/*.py run.
check_PROGRAMS += tests/redis/measure tests/redis/names

# What `make bench` runs: the MTA's side, and a milter that does nothing.
check_PROGRAMS += tests/bench/floor tests/bench/load
tests_bench_load_SOURCES = tests/bench/load.c tests/bench/mta.c tests/bench/mta.h
tests_bench_floor_LDADD = $(MILTER_LIBS)

# --- fuzz targets: tests/fuzz/fuzz_NAME.c with its corpus in tests/fuzz/corpus/NAME -----------------------------------------
# `make check` replays the corpora; `make fuzz` searches.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_fold \
	tests/fuzz/fuzz_charset \
	tests/fuzz/fuzz_header \
	tests/fuzz/fuzz_html \
	tests/fuzz/fuzz_identity \
	tests/fuzz/fuzz_memory \
	tests/fuzz/fuzz_mime \
	tests/fuzz/fuzz_pattern \
	tests/fuzz/fuzz_quote \
	tests/fuzz/fuzz_recipients \
	tests/fuzz/fuzz_yaml

check_PROGRAMS += $(FUZZ_TARGETS)
if FUZZING
FUZZ_LDADD = $(LIBFUZZER) $(LDADD)
else
# Its main() hands files to a target.
check_LIBRARIES = tests/fuzz/libreplay.a
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/replay.c
FUZZ_LDADD = tests/fuzz/libreplay.a $(LDADD)
endif
tests_fuzz_fuzz_fold_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_charset_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_header_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_html_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_identity_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_memory_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_mime_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_pattern_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_quote_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_recipients_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_yaml_LDADD = $(FUZZ_LDADD)

# --- scripts -----------------------------------------------------------------------------------------------------------------
TEST_EXTENSIONS = .sh .py
SH_LOG_COMPILER = bash
PY_LOG_COMPILER = env PYTHONDONTWRITEBYTECODE=1 $(PYTEST) -q -p no:cacheprovider
AM_TESTS_ENVIRONMENT = top_builddir=$(abs_top_builddir) CC="$(CC)" FUZZ_TARGETS="$(FUZZ_TARGETS)"; \
	export top_builddir CC FUZZ_TARGETS;

SHELL_TESTS = \
	tests/check-headers.sh \
	tests/check-layers.sh \
	tests/check-libraries.sh \
	tests/check-options.sh \
	tests/check-style.sh \
	tests/fuzz/replay.sh \
	tests/test-summary.sh
PYTHON_TESTS = \
	tests/bench/test_smoke.py \
	tests/cli/test_bench.py \
	tests/cli/test_check.py \
	tests/cli/test_evaluate.py \
	tests/cli/test_examples.py \
	tests/cli/test_exceptions.py \
	tests/cli/test_explain.py \
	tests/cli/test_interpreter.py \
	tests/cli/test_learn.py \
	tests/cli/test_lurectl.py \
	tests/cli/test_manuals.py \
	tests/cli/test_mistakes.py \
	tests/cli/test_overrides.py \
	tests/cli/test_page.py \
	tests/cli/test_reputation.py \
	tests/cli/test_schema.py \
	tests/cli/test_trust.py \
	tests/cli/test_tutorial.py \
	tests/cli/test_warners.py \
	tests/golden/test_corpus.py \
	tests/golden/test_decode.py \
	tests/golden/test_differential.py \
	tests/golden/test_evasions.py \
	tests/golden/test_forms.py \
	tests/golden/test_shared.py \
	tests/e2e/test_postfix.py \
	tests/e2e/test_sendmail.py \
	tests/redis/test_cluster.py \
	tests/redis/test_faults.py \
	tests/redis/test_redis.py \
	tests/redis/test_sentinel.py \
	tests/redis/test_speed.py \
	tests/session/test_life.py \
	tests/session/test_milter.py
TESTS += $(SHELL_TESTS)
TESTS += $(PYTHON_TESTS)

EXTRA_DIST += $(SHELL_TESTS) $(PYTHON_TESTS) \
	tests/bench/bench.py \
	tests/bench/filters.py \
	tests/bench/instructions.py \
	tests/bench/instructions.tsv \
	tests/bench/mails.py \
	tests/bench/patterns.py \
	tests/cli/browser.py \
	tests/e2e/common.py \
	tests/e2e/conftest.py \
	tests/e2e/mails.py \
	tests/e2e/mta.py \
	tests/e2e/postfix.py \
	tests/e2e/sendmail.py \
	tests/corpus \
	tests/fuzz/corpus \
	tests/fuzz/fold.dict \
	tests/fuzz/fuzz.h \
	tests/fuzz/html.dict \
	tests/fuzz/pattern.dict \
	tests/golden/cases_charset.py \
	tests/golden/cases_header.py \
	tests/golden/cases_html.py \
	tests/golden/cases_mime.py \
	tests/golden/conftest.py \
	tests/golden/evade.py \
	tests/golden/evade_html.py \
	tests/golden/evade_subject.py \
	tests/golden/evade_wire.py \
	tests/golden/mail.py \
	tests/golden/shipped.py \
	tests/house.sh \
	tests/redis/conftest.py \
	tests/redis/mail.py \
	tests/redis/server.py \
	tests/session/conftest.py \
	tests/session/milter.py \
	tests/summary \
	tests/unit/encode.h \
	tests/unit/promise.h \
	tests/unit/pattern_try.h \
	tests/unit/set.h \
	tests/unpack-mta
