"""What holds beside any MTA. The modules of the MTAs take these tests over; `mta` is theirs."""
import re
import signal
import time

import mails
from mta import Reply, Smtp, wait_for

def wire(message):
    return message.replace(b"\n", b"\r\n")


def halves(message):
    """Cut where the body begins."""
    at = message.index(b"\n\n") + 2
    return message[:at], message[at:]


def split(message):
    """The headers as a list, each with its folded lines, and the body."""
    head, _, body = message.partition(b"\r\n\r\n")
    return re.split(rb"\r\n(?![ \t])", head), body


def statuses(message):
    return [h.split(b": ", 1)[1].decode() for h in split(message)[0] if h.lower().startswith(b"x-lure-status")]


def verdicts(message):
    """The first words of them. Which lures are named besides, and their order, is the pattern files' business."""
    return [s.split(";")[0] for s in statuses(message)]


def subject(message):
    return [h.split(b": ", 1)[1] for h in split(message)[0] if h.lower().startswith(b"subject:")][0]


def normal(message, original):
    """Without what differs from one delivery to the next: our Received, and the date and id that the MTA gives."""
    trace, _, rest = message.partition(b"\r\n")
    assert trace.startswith(b"Received: from client.example.org"), message[:200]
    rest = re.sub(rb"\A(?:[ \t].*\r\n)+", b"", rest)
    if b"\nDate:" not in original:
        rest = re.sub(rb"(?m)^Date: .*\r$", b"Date: now\r", rest, count=1)
    if b"\nMessage-Id:" not in original:
        rest = re.sub(rb"(?m)^Message-Id: <.*>\r$", b"Message-Id: <new>\r", rest, count=1)
    return rest


def one(mta, message, recipient, port=None, **envelope):
    """Send one message in a session of its own; what was delivered."""
    with Smtp(mta.tcp if port is None else port) as smtp:
        smtp.send(message, recipient, **envelope)
    return mta.mailbox.wait(recipient)[0]


def refused(mta, message, recipient, **envelope):
    try:
        with Smtp(mta.tcp) as smtp:
            smtp.send(message, recipient, **envelope)
    except Reply as r:
        return r
    raise AssertionError("accepted")


# --- what is done -----------------------------------------------------------------------------------------------------


def test_lures_are_tagged(mta, milter, fresh):
    """In each of the four encodings, with each transfer encoding, by both kinds of socket."""
    for local, port in ((False, mta.tcp), (True, mta.local)):
        with milter(local=local, subject_mark="'[LURE]'") as d, Smtp(port) as smtp:
            for name, message in mails.packed(mails.TAG):
                reader = fresh()
                smtp.send(message, reader)
                got = mta.mailbox.wait(reader)[0]
                assert verdicts(got) == ["tag"] and "lures=money-giveaway" in statuses(got)[0], (name, d.text())
                headers = split(got)[0]
                assert headers[0].startswith(b"Received: ") and headers[1].startswith(b"X-Lure-Status: "), headers
                assert subject(got) == b"[LURE] " + subject(wire(message)), name
                assert split(got)[1] == wire(message).partition(b"\r\n\r\n")[2], name
            assert d.count("verdict=tag") == 12 and d.count("NOQUEUE") == 0


def test_japanese_mark(mta, milter, fresh):
    with milter(subject_mark="'[詐欺注意]'"):
        for label in mails.CHARSETS:
            message = mails.mail(mails.TAG, label)
            got = subject(one(mta, message, fresh()))
            mark, rest = re.fullmatch(rb"(\S+)(?: |\r\n )(.*)", got, re.DOTALL).groups()
            assert mark == b"=?UTF-8?B?W+ipkOasuuazqOaEj10=?="
            assert rest == subject(wire(message))


def test_reject(mta, milter, fresh):
    with milter(reject="yes", reject_points=7, reject_text="'Refused, 100% sure'") as d:
        for name, message in mails.packed(mails.REJECT):
            reader = fresh()
            r = refused(mta, message, reader)
            assert r.code == 550 and re.fullmatch(r"5\.7\.1 Refused, 100% sure \(\w+\)", r.text), (name, str(r))
            assert f"{r.text.split('(')[1][:-1]}: verdict=reject " in d.text()
        # What only deserves a tag still gets it, and a bounce is never refused.
        assert verdicts(one(mta, mails.mail(mails.TAG), fresh())) == ["tag"]
        assert verdicts(one(mta, mails.mail(mails.REJECT), fresh(), sender="")) == ["tag"]
        assert mta.mailbox.count(reader) == 0


def test_hold(mta, milter, fresh):
    with milter(reject="hold", reject_points=7):
        reader, other = fresh(), fresh()
        before = set(mta.server.held())
        with Smtp(mta.tcp) as smtp:
            _, text = smtp.send(mails.mail(mails.REJECT, "euc-jp"), reader)
            smtp.send(mails.mail(mails.TAG), other)
        mta.mailbox.wait(other)
        held = set(mta.server.held()) - before
        assert len(held) == 1 and held.pop() in text
        assert mta.mailbox.count(reader) == 0


def test_observe_changes_nothing(mta, milter, fresh):
    with milter(mode="observe", reject="yes", reject_points=7, subject_mark="'[LURE]'") as d:
        for message in (mails.mail(mails.REJECT, "shift_jis"), mails.forged(mails.TAG), mails.mail(mails.ORDINARY)):
            got, plain = one(mta, message, fresh()), one(mta, message, fresh(), mta.plain)
            assert normal(got, message) == normal(plain, message)
        assert d.count("verdict=reject") == 1 and d.count("act=nothing") == 3


def test_ordinary_mail_is_untouched(mta, milter, fresh):
    """Byte for byte what the MTA delivers without the milter, but for X-Lure-Status."""
    cases = [*mails.packed(mails.ORDINARY), *mails.odd()]
    readers = [(fresh(), fresh()) for _ in cases]
    with milter(subject_mark="'[LURE]'", reject="yes"), Smtp(mta.plain) as plain, Smtp(mta.tcp) as filtered:
        for (_, message), (a, b) in zip(cases, readers):
            plain.send(message, a)
            filtered.send(message, b)
        for (name, message), (a, b) in zip(cases, readers):
            got = normal(mta.mailbox.wait(b)[0], message)
            assert got.startswith(b"X-Lure-Status: none\r\n"), (name, got[:300])
            assert got.partition(b"\r\n")[2] == normal(mta.mailbox.wait(a)[0], message), name


def test_forged_headers_go(mta, milter, fresh):
    for text, status in ((mails.TAG, "tag"), (mails.ORDINARY, "none")):
        message = mails.forged(text)
        with milter() as d:
            got = one(mta, message, fresh())
            headers, body = split(got)
            assert [h for h in headers if h.lower().startswith(b"x-lure")] == headers[1:2] and verdicts(got) == [status]
            assert " forged=50" in d.text()
        expected, same = split(one(mta, message, fresh(), mta.plain))
        assert len([h for h in expected if h.lower().startswith(b"x-lure")]) == 50
        assert body == same
        assert headers[2:] == [h for h in expected[1:] if not h.lower().startswith(b"x-lure")]


# --- who is looked at -------------------------------------------------------------------------------------------------


def recipients_file(folder, **consents):
    (folder / "recipients").write_text("".join(f"{name}@example.jp {said}\n" for name, said in consents.items()))
    return folder / "recipients"


def test_mixed_recipients_mildest(mta, milter, tmp_path):
    """One who did not agree frees the message for all its recipients."""
    message = mails.forged(mails.TAG)
    known = recipients_file(tmp_path, mild="off", strict="tag", look="observe")
    with milter(recipients=known) as d, Smtp(mta.tcp) as smtp, Smtp(mta.plain) as plain:
        plain.send(message, "plain@example.jp")
        untouched = normal(mta.mailbox.wait("plain@example.jp")[-1], message)
        smtp.send(message, "strict@example.jp", "mild@example.jp")
        for reader in ("strict@example.jp", "mild@example.jp"):
            assert normal(mta.mailbox.wait(reader)[-1], message) == untouched
        assert d.count("verdict=tag") == 1 and d.count("spared=yes") == 1
        smtp.send(message, "strict@example.jp")
        assert verdicts(mta.mailbox.wait("strict@example.jp", 2)[-1]) == ["tag"]
        # Nobody agreed: it is not even read, and nothing says so but a counter.
        smtp.send(message, "mild@example.jp")
        assert normal(mta.mailbox.wait("mild@example.jp", 2)[-1], message) == untouched
        assert d.count("verdict=") == 2


def test_mixed_recipients_split(mta, milter, tmp_path):
    """The sender is told to send the rest again, and does."""
    known = recipients_file(tmp_path, off1="off", off2="off", tag1="tag", tag2="tag")
    message = mails.mail(mails.TAG, "shift_jis")
    queue = [f"{name}@example.jp" for name in ("tag1", "off1", "tag2", "off2")]
    rounds = 0
    with milter(recipients=known, mixed_recipients="split"), Smtp(mta.tcp) as smtp:
        while queue:
            smtp.command("MAIL FROM:<sender@example.org>")
            later = []
            for r in queue:
                try:
                    smtp.command(f"RCPT TO:<{r}>")
                except Reply as reply:
                    assert reply.code == 452 and reply.text.startswith("4.5.3 ")
                    later.append(r)
            smtp.command("DATA", 354)
            smtp.content(message)
            smtp.end()
            queue, rounds = later, rounds + 1
    assert rounds == 2
    for name, expected in dict(tag1=1, tag2=1, off1=0, off2=0).items():
        assert len(statuses(mta.mailbox.wait(f"{name}@example.jp")[-1])) == expected


def test_postmaster_is_off(mta, milter):
    message = mails.forged(mails.TAG)
    with milter(reject="yes") as d:
        got = one(mta, message, "abuse@example.jp")
        assert len([h for h in split(got)[0] if h.lower().startswith(b"x-lure")]) == 50
        assert d.count("verdict=") == 0


def test_exempt_network_is_not_looked_at(mta, milter, fresh):
    with milter(exempt_networks="[127.0.0.2/32]") as d:
        for client, expected in (("127.0.0.2", 0), ("127.0.0.1", 1)):
            reader = fresh()
            with Smtp(mta.tcp, client) as smtp:
                smtp.send(mails.mail(mails.TAG), reader)
            assert len(statuses(mta.mailbox.wait(reader)[0])) == expected
        assert d.count("verdict=") == 1


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_messages_of_one_session(mta, milter, fresh):
    """Each is judged by itself, whatever came before it or was broken off."""
    with milter() as d, Smtp(mta.tcp) as smtp:
        for text, status in [(mails.TAG, "tag"), (mails.ORDINARY, "none")] * 4:
            reader = fresh()
            smtp.send(mails.mail(text, "iso-2022-jp"), reader)
            assert verdicts(mta.mailbox.wait(reader)[0]) == [status]
            smtp.command("MAIL FROM:<other@example.org>")
            smtp.command("RCPT TO:<nobody@example.jp>")
            smtp.command("RSET")
            smtp.command("NOOP")
        smtp.command("RSET")
        smtp.command("EHLO again.example.org")
        reader = fresh()
        smtp.send(mails.mail(mails.TAG), reader)
        assert len(statuses(mta.mailbox.wait(reader)[0])) == 1
        assert d.count("verdict=") == 9
    assert mta.mailbox.count("nobody@example.jp") == 0


def test_large_message(mta, milter, fresh):
    """What is beyond scan_bytes is not read and still arrives."""
    tail = b"".join(b"line %d of what follows\n" % i for i in range(200000))
    assert len(tail) > 5000000
    for text, status in ((mails.TAG, "tag"), (mails.ORDINARY, "none")):
        message = mails.mail(text, "utf-8") + tail
        with milter() as d:
            got = one(mta, message, fresh())
            assert verdicts(got) == [status] and "truncated" in d.text()
            assert split(got)[1] == wire(message).partition(b"\r\n\r\n")[2]


def test_client_that_vanishes(mta, milter, fresh):
    with milter() as d:
        for size in (0, 100, 300000):
            smtp = Smtp(mta.tcp)
            smtp.envelope(["gone@example.jp"])
            smtp.content(mails.mail(mails.TAG) + b"x\n" * size)
            smtp.vanish()
        assert len(statuses(one(mta, mails.mail(mails.TAG), fresh()))) == 1
        assert d.alive() and d.count("verdict=") == 1
    assert mta.mailbox.count("gone@example.jp") == 0


# --- the milter comes and goes ----------------------------------------------------------------------------------------


def test_without_milter_mail_flows(mta, milter, fresh):
    message = mails.mail(mails.TAG, "euc-jp")
    assert statuses(one(mta, message, fresh())) == []
    d = milter()
    with d:
        assert len(statuses(one(mta, message, fresh()))) == 1
    assert statuses(one(mta, message, fresh())) == []
    with d.start():                   # it comes back, and is used again
        assert len(statuses(one(mta, message, fresh()))) == 1


def test_kill(mta, milter, fresh):
    """At each step of a session: what is under way is delivered all the same, untagged."""
    message = mails.mail(mails.TAG, "shift_jis")
    first, second = halves(message)
    d = milter()
    open_ones = []
    with d:
        for step in range(4):
            smtp, reader = Smtp(mta.tcp), fresh()
            if step > 0:
                smtp.command("MAIL FROM:<sender@example.org>")
            if step > 1:
                smtp.command(f"RCPT TO:<{reader}>")
            if step > 2:
                smtp.command("DATA", 354)
                smtp.content(first)
            open_ones.append((step, smtp, reader))
        d.process.kill()
        d.process.wait()
        for step, smtp, reader in open_ones:
            if step < 1:
                smtp.command("MAIL FROM:<sender@example.org>")
            if step < 2:
                smtp.command(f"RCPT TO:<{reader}>")
            if step < 3:
                smtp.command("DATA", 354)
                smtp.content(first)
            smtp.content(second)
            smtp.end()
            smtp.quit()
            assert statuses(mta.mailbox.wait(reader)[0]) == [], step
        assert statuses(one(mta, message, fresh())) == []
        d.start()
        assert len(statuses(one(mta, message, fresh()))) == 1


def test_term_answers_what_is_in_flight(mta, milter, fresh):
    message = mails.mail(mails.TAG, "iso-2022-jp")
    first, second = halves(message)
    d = milter()
    open_ones = []
    with d:
        for _ in range(10):
            smtp, reader = Smtp(mta.tcp), fresh()
            smtp.envelope([reader])
            smtp.content(first)
            open_ones.append((smtp, reader))
        idle = Smtp(mta.tcp)
        d.process.send_signal(signal.SIGTERM)
        wait_for(lambda: "stopping" in d.text(), 5, "stop")
        time.sleep(0.2)
        # Who comes now is served without the milter.
        late, later = fresh(), fresh()
        idle.send(message, late)
        assert statuses(mta.mailbox.wait(late)[0]) == []
        assert statuses(one(mta, message, later)) == []
        for smtp, reader in open_ones:
            smtp.content(second)
            smtp.end()
            assert len(statuses(mta.mailbox.wait(reader)[0])) == 1
        assert d.process.wait(10) == 0
        for smtp, _ in open_ones:
            smtp.quit()
        idle.quit()
        assert d.count("verdict=tag") == 10
