# The Debian packages of lure-milter, read by contrib/quickstart. Bookworm's names.

# To build and run.
BUILD_PACKAGES="build-essential autoconf automake pkg-config gettext
libmilter-dev libpcre2-dev libyaml-dev libutf8proc-dev nettle-dev libhiredis-dev libpsl-dev"

# To run every test besides.
CHECK_PACKAGES="libcmocka-dev python3 python3-pytest python3-yaml python3-jsonschema nkf
mandoc clang libclang-rt-14-dev redis-server git groff-base
libsasl2-2 libsasl2-modules libdb5.3 libicu72 libldap-2.5-0 libnsl2 procps
chromium chromium-driver"

# Mail servers that the tests run privately, with the libraries that only they need. They exclude one another as Debian
# packages, and installing one would start it: tests/unpack-mta unpacks them into the build folder.
POSTFIX_PACKAGES="postfix"
SENDMAIL_PACKAGES="sendmail-bin sendmail-base sendmail-cf libwrap0 liblockfile1"
