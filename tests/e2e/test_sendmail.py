"""lure-milter beside a real Sendmail."""
import re

import pytest

import mails
from common import *  # noqa: F401,F403 - the tests of any MTA
from common import one, verdicts
from mta import TOP
from sendmail import Sendmail

TIMES = "T=C:5s;S:10s;R:10s;E:30s"


def readme_filter():
    """What INPUT_MAIL_FILTER says in the README, after the name."""
    text = (TOP / "README").read_text()
    return re.search(r"^ +INPUT_MAIL_FILTER\(`lure-milter', (`.*?')\)dnl$", text, re.MULTILINE)[1]


class Site:
    """A Sendmail with a listener for each way to the milter, and one for none."""

    def __init__(self, root, folder, mailbox, places):
        self.mailbox = mailbox
        local = re.sub(r"S=local:[^,]+", f"S=local:{places.path}", readme_filter())
        filters = None, f"`S=inet:{places.port}@127.0.0.1, {TIMES}'", local
        self.server = Sendmail(root, folder / "sendmail", mailbox, filters)
        self.plain, self.tcp, self.local = self.server.ports


@pytest.fixture(scope="module")
def mta(unpacked, tmp_path_factory, mailbox, places):
    site = Site(unpacked("sendmail"), tmp_path_factory.mktemp("mta"), mailbox, places)
    with site.server:
        yield site


def test_sendmail_as_in_readme(mta, milter, fresh):
    with milter(local=True):
        assert verdicts(one(mta, mails.mail(mails.TAG, "shift_jis"), fresh(), mta.local)) == ["tag"]
