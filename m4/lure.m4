# Compiler flags of lure-milter. Variables carry the prefix lure_: a loop variable with a short name has rewritten
# substituted commands before.

# LURE_STANDARD: C11 with GNU extensions, whatever the compiler's default.
AC_DEFUN([LURE_STANDARD], [
	LURE_TRY_FLAG([CC_STANDARD], [-std=gnu17])
	AC_SUBST([CC_STANDARD])
])

# LURE_TRY_FLAG(VARIABLE, FLAG): append FLAG where compiler and linker take it without a warning.
AC_DEFUN([LURE_TRY_FLAG], [
	AC_MSG_CHECKING([for $2])
	lure_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]], [[char a[8]; memset(a, 0, sizeof a); return a[0];]])],
	    [AC_MSG_RESULT([yes]); $1="$$1 $2"], [AC_MSG_RESULT([no])])
	CFLAGS=$lure_save_CFLAGS
])

# LURE_FLAGS: LURE_WARNINGS, LURE_HARDENING and LURE_SANITIZE for the Makefile.
AC_DEFUN([LURE_FLAGS], [
	for lure_flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2 \
	    -Wvla -Wundef -Wwrite-strings -Wno-unused-parameter; do
		LURE_TRY_FLAG([LURE_WARNINGS], [$lure_flag])
	done
	AS_IF([test "$enable_werror" = yes], [LURE_WARNINGS="$LURE_WARNINGS -Werror"])
	AS_IF([test "$enable_sanitizers" != no], [
		lure_list=$enable_sanitizers
		AS_IF([test "$lure_list" = yes], [lure_list=address,undefined])
		LURE_SANITIZE="-fsanitize=$lure_list -fno-omit-frame-pointer -fno-sanitize-recover=undefined -DARENA_DEBUG"
	], [test "$enable_hardening" != no], [
		for lure_flag in -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE; do
			LURE_TRY_FLAG([LURE_HARDENING], [$lure_flag])
		done
		# Packagers and some compilers define _FORTIFY_SOURCE themselves; it needs optimisation.
		LURE_TRY_FLAG([LURE_HARDENING], [-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3])
		for lure_flag in -pie -Wl,-z,relro -Wl,-z,now; do
			LURE_TRY_FLAG([LURE_HARDENING_LD], [$lure_flag])
		done
	])
	AC_SUBST([LURE_WARNINGS])
	AC_SUBST([LURE_HARDENING])
	AC_SUBST([LURE_HARDENING_LD])
	AC_SUBST([LURE_SANITIZE])
])
