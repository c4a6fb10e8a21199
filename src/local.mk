# What the programs are made of: a list for each folder, in the order of a message's way.
# liblure.a is everything but the two programs.

noinst_LIBRARIES = liblure.a
liblure_a_SOURCES =

liblure_a_SOURCES += \
	src/base/arena.c \
	src/base/arena.h \
	src/base/buf.c \
	src/base/buf.h \
	src/base/clock.c \
	src/base/clock.h \
	src/base/diag.c \
	src/base/diag.h \
	src/base/escape.c \
	src/base/escape.h \
	src/base/hmac.c \
	src/base/hmac.h \
	src/base/limits.h \
	src/base/log.c \
	src/base/log.h \
	src/base/metrics.c \
	src/base/metrics.def \
	src/base/metrics.h \
	src/base/metrics_named.def \
	src/base/network.c \
	src/base/network.h \
	src/base/resolve.c \
	src/base/resolve.h \
	src/base/sock.c \
	src/base/sock.h \
	src/base/span.h \
	src/base/suggest.c \
	src/base/suggest.h \
	src/base/unicode.c \
	src/base/unicode.h \
	src/base/utf8.c \
	src/base/utf8.h \
	src/base/watch.c \
	src/base/watch.h \
	src/base/yaml.c \
	src/base/yaml.h \
	src/base/yaml_mend.c \
	src/base/yaml_mend.h

liblure_a_SOURCES += \
	src/config/config.c \
	src/config/config.h \
	src/config/options.def \
	src/config/place.c \
	src/config/value.c \
	src/config/value.h

liblure_a_SOURCES += \
	src/decode/address.c \
	src/decode/bits.c \
	src/decode/bits.h \
	src/decode/charset.c \
	src/decode/charset.def \
	src/decode/charset.h \
	src/decode/content.c \
	src/decode/contest.c \
	src/decode/contest.h \
	src/decode/cp932.c \
	src/decode/edge.c \
	src/decode/edge.h \
	src/decode/entity.c \
	src/decode/entity.h \
	src/decode/eucjp.c \
	src/decode/flaw.c \
	src/decode/flaw.def \
	src/decode/flaw.h \
	src/decode/foreign.c \
	src/decode/foreign.h \
	src/decode/frequent.def \
	src/decode/head.c \
	src/decode/head.h \
	src/decode/iso2022jp.c \
	src/decode/japanese.h \
	src/decode/likelihood.c \
	src/decode/likelihood.h \
	src/decode/mail.c \
	src/decode/mail.h \
	src/decode/message.c \
	src/decode/message.h \
	src/decode/mixed.c \
	src/decode/mixed.h \
	src/decode/mime.c \
	src/decode/mime.h \
	src/decode/mime_frame.c \
	src/decode/mime_frame.h \
	src/decode/mime_leaf.c \
	src/decode/mime_tree.c \
	src/decode/mime_tree.h \
	src/decode/rfc5322.c \
	src/decode/rfc5322.h \
	src/decode/sink.c \
	src/decode/sink.h \
	src/decode/text.c \
	src/decode/text.h \
	src/decode/transfer.c \
	src/decode/transfer.h \
	src/decode/unfold.c \
	src/decode/unfold.h \
	src/decode/utf.c \
	src/decode/utf.h \
	src/decode/words.c \
	src/decode/words.h

liblure_a_SOURCES += \
	src/extract/bidi.c \
	src/extract/bidi.h \
	src/extract/colours.def \
	src/extract/entities.def \
	src/extract/field.def \
	src/extract/html.c \
	src/extract/html.h \
	src/extract/html_cascade.c \
	src/extract/html_cascade.h \
	src/extract/html_colour.c \
	src/extract/html_colour.h \
	src/extract/html_entity.c \
	src/extract/html_entity.h \
	src/extract/html_flow.c \
	src/extract/html_flow.h \
	src/extract/html_open.c \
	src/extract/html_open.h \
	src/extract/html_scan.c \
	src/extract/html_scan.h \
	src/extract/html_sheet.c \
	src/extract/html_sheet.h \
	src/extract/html_show.c \
	src/extract/html_show.h \
	src/extract/html_style.c \
	src/extract/html_style.h \
	src/extract/html_tag.c \
	src/extract/html_tag.def \
	src/extract/html_tag.h \
	src/extract/link.c \
	src/extract/link.h \
	src/extract/quote.c \
	src/extract/quote.h \
	src/extract/visible.c \
	src/extract/visible.h

liblure_a_SOURCES += \
	src/fold/boxed.def \
	src/fold/dash.def \
	src/fold/divide.c \
	src/fold/divide.h \
	src/fold/ends.def \
	src/fold/evaded.c \
	src/fold/fold.c \
	src/fold/fold.h \
	src/fold/folding.c \
	src/fold/folding.h \
	src/fold/image.c \
	src/fold/image.h \
	src/fold/literal.c \
	src/fold/lookalike.def \
	src/fold/table.c \
	src/fold/table.h \
	src/fold/variant.def

liblure_a_SOURCES += \
	src/match/automaton.c \
	src/match/automaton.h \
	src/match/cases.c \
	src/match/cases.h \
	src/match/compiled.h \
	src/match/dates.c \
	src/match/dates.h \
	src/match/define.c \
	src/match/define.h \
	src/match/evaluate.c \
	src/match/evaluate.h \
	src/match/examples.c \
	src/match/examples.h \
	src/match/exception.c \
	src/match/exception.h \
	src/match/find.c \
	src/match/find.h \
	src/match/layout.c \
	src/match/layout.h \
	src/match/link.c \
	src/match/link.h \
	src/match/lint.c \
	src/match/lint.h \
	src/match/load.c \
	src/match/load.h \
	src/match/matcher.c \
	src/match/matcher.h \
	src/match/measure.c \
	src/match/measure.h \
	src/match/needs.c \
	src/match/needs.h \
	src/match/oddity.c \
	src/match/oddity.h \
	src/match/override.c \
	src/match/override.h \
	src/match/letters.def \
	src/match/pattern.h \
	src/match/pattern_class.c \
	src/match/pattern_emit.c \
	src/match/pattern_literals.c \
	src/match/pattern_parse.c \
	src/match/pattern_parse.h \
	src/match/pattern_parse_class.c \
	src/match/pattern_sample.c \
	src/match/pattern_tree.c \
	src/match/pattern_tree.h \
	src/match/reading.c \
	src/match/reading.h \
	src/match/regex.c \
	src/match/regex.h \
	src/match/ruleset.c \
	src/match/ruleset.h \
	src/match/scene.h \
	src/match/schema.c \
	src/match/schema.h \
	src/match/sources.c \
	src/match/sources.h \
	src/match/terms.c \
	src/match/terms.h \
	src/match/trial.c \
	src/match/trial.h \
	src/match/words.c \
	src/match/words.h

liblure_a_SOURCES += \
	src/reputation/ask.c \
	src/reputation/ask.h \
	src/reputation/breaker.c \
	src/reputation/breaker.h \
	src/reputation/console.c \
	src/reputation/console.h \
	src/reputation/domain.c \
	src/reputation/domain.h \
	src/reputation/finder.c \
	src/reputation/finder.h \
	src/reputation/identity.c \
	src/reputation/identity.h \
	src/reputation/keys.c \
	src/reputation/keys.h \
	src/reputation/local.c \
	src/reputation/local.h \
	src/reputation/memory.c \
	src/reputation/memory.h \
	src/reputation/model.c \
	src/reputation/model.h \
	src/reputation/node.c \
	src/reputation/node.h \
	src/reputation/open.c \
	src/reputation/open.h \
	src/reputation/redis.c \
	src/reputation/redis.h \
	src/reputation/reply.c \
	src/reputation/reply.h \
	src/reputation/reputation.c \
	src/reputation/reputation.h \
	src/reputation/script.c \
	src/reputation/script.h \
	src/reputation/shared.c \
	src/reputation/shared.h \
	src/reputation/shared_senders.def \
	src/reputation/topology.c \
	src/reputation/topology.h

liblure_a_SOURCES += \
	src/scope/recipients.c \
	src/scope/recipients.h \
	src/scope/scope.c \
	src/scope/scope.h

liblure_a_SOURCES += \
	src/score/examples.c \
	src/score/examples.h \
	src/score/excuse.c \
	src/score/excuse.h \
	src/score/inspect.c \
	src/score/inspect.h \
	src/score/report.c \
	src/score/report.h \
	src/score/slot.c \
	src/score/slot.h \
	src/score/verdict.c \
	src/score/verdict.h

sbin_PROGRAMS = lure-milter
lure_milter_SOURCES = src/session/main.c $(SESSION)
lure_milter_LDADD = liblure.a $(LURE_LIBS) $(MILTER_LIBS)
SESSION = \
	src/session/act.c \
	src/session/act.h \
	src/session/daemon.c \
	src/session/daemon.h \
	src/session/hooks.c \
	src/session/hooks.h \
	src/session/judge.c \
	src/session/judge.h \
	src/session/listen.c \
	src/session/listen.h \
	src/session/mark.c \
	src/session/mark.h \
	src/session/milter.c \
	src/session/milter.h \
	src/session/policy.c \
	src/session/policy.h \
	src/session/service.c \
	src/session/service.h \
	src/session/session.c \
	src/session/session.h \
	src/session/signals.c \
	src/session/signals.h \
	src/session/snapshot.c \
	src/session/snapshot.h \
	src/session/status.c \
	src/session/status.h

bin_PROGRAMS = lurectl
lurectl_SOURCES = \
	src/tools/baseline.c \
	src/tools/baseline.h \
	src/tools/bench.c \
	src/tools/bench.h \
	src/tools/bench_report.c \
	src/tools/check.c \
	src/tools/colour.c \
	src/tools/colour.h \
	src/tools/command.h \
	src/tools/corpus.c \
	src/tools/corpus.h \
	src/tools/crew.c \
	src/tools/crew.h \
	src/tools/decode.c \
	src/tools/evaluate.c \
	src/tools/evaluate.h \
	src/tools/evaluate_count.c \
	src/tools/evaluate_json.c \
	src/tools/evaluate_report.c \
	src/tools/evaluate_usage.c \
	src/tools/explain.c \
	src/tools/explain.h \
	src/tools/explain_json.c \
	src/tools/explain_sums.c \
	src/tools/explain_text.c \
	src/tools/glean.c \
	src/tools/learn.c \
	src/tools/learn.h \
	src/tools/learn_cross.c \
	src/tools/learn_fit.c \
	src/tools/learn_grams.c \
	src/tools/learn_write.c \
	src/tools/lurectl.c \
	src/tools/mailbox.c \
	src/tools/mailbox.h \
	src/tools/manifest.c \
	src/tools/milter_client.c \
	src/tools/milter_client.h \
	src/tools/options.c \
	src/tools/page.c \
	src/tools/page.h \
	src/tools/page_text.c \
	src/tools/parts.c \
	src/tools/parts.h \
	src/tools/progress.c \
	src/tools/progress.h \
	src/tools/reputation.c \
	src/tools/reputation_list.c \
	src/tools/reputation_list.h \
	src/tools/say.c \
	src/tools/say.def \
	src/tools/say.h \
	src/tools/scan.c \
	src/tools/scanner.c \
	src/tools/scanner.h \
	src/tools/status.c \
	src/tools/table.c \
	src/tools/table.h \
	src/tools/test.c \
	src/tools/tool.c
lurectl_LDADD = liblure.a $(LURE_LIBS) -lm

# The page of evaluate --html: its sources as arrays of bytes.
REPORT_PARTS = src/tools/report.html src/tools/report.css src/tools/report.js
EXTRA_DIST += $(REPORT_PARTS)
CLEANFILES += report.c
nodist_lurectl_SOURCES = report.c
report.c: $(REPORT_PARTS)
	$(AM_V_GEN){ echo '#include <config.h>'; echo '#include "tools/page.h"'; \
	for kind in html css js; do \
		echo "static const unsigned char $$kind[] = {"; \
		od -An -v -tu1 "$(srcdir)/src/tools/report.$$kind" | sed 's/[0-9][0-9]*/&,/g'; \
		echo "};"; \
		echo "const struct span page_$$kind = { (const char *)$$kind, sizeof $$kind };"; \
	done; } >$@.new && mv $@.new $@

LURE_LIBS = $(PCRE2_LIBS) $(YAML_LIBS) $(UTF8PROC_LIBS) $(NETTLE_LIBS) $(HIREDIS_LIBS) $(PSL_LIBS) $(LIBICONV)

dist_man_MANS = \
	src/match/lure-patterns.5 \
	src/match/lure-patterns-tutorial.7 \
	src/session/lure-milter.8 \
	src/session/lure-milter.conf.5 \
	src/tools/lurectl.1

# The same in Japanese; man(1) finds them by the reader's language.
jaman1dir = $(mandir)/ja/man1
jaman5dir = $(mandir)/ja/man5
jaman7dir = $(mandir)/ja/man7
jaman8dir = $(mandir)/ja/man8
dist_jaman1_DATA = man/ja/lurectl.1
dist_jaman5_DATA = man/ja/lure-milter.conf.5 man/ja/lure-patterns.5
dist_jaman7_DATA = man/ja/lure-patterns-tutorial.7
dist_jaman8_DATA = man/ja/lure-milter.8
