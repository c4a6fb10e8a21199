"""lure-milter as its MTA sees it."""
import os
import random
import signal
import socket
import stat
import struct
import subprocess
import threading
import time

import pytest

from milter import Daemon, Lost, Mta, NO_DATA, PROTOCOL, SKIP, Outcome, free_port, wait_for

TAG = "こんにちは。青い傘を預けてください。\r\n".encode()
REJECT = "社長の娘です。金庫の鍵を今すぐ渡さないと大変です。\r\n".encode()
CLEAN = "会議の資料を送ります。\r\n".encode()
HEADERS = [
    ("From", "<sender@client.example>"),
    ("To", "<taro@example.jp>"),
    ("Subject", "a letter"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=UTF-8"),
    ("Content-Transfer-Encoding", "8bit"),
]


def send(d, body, headers=HEADERS, client="198.51.100.9", chunk=65535, **envelope):
    with d.mta(client=client) as mta:
        return mta.send(headers, body, chunk, **envelope)


# --- what is done -------------------------------------------------------------------------------------------------------


def test_tag_and_none(daemon):
    with daemon() as d:
        o = send(d, TAG)
        assert (o.action, o.stage) == ("accept", "end")
        assert o.status() == "tag; lures=umbrella"
        assert o.edits == [("insert", 1, "X-Lure-Status", "tag; lures=umbrella")]
        assert send(d, REJECT).status().startswith("tag;")
        o = send(d, CLEAN)
        assert o.status() == "none"
        lines = [line for line in d.text().splitlines() if "4Fx1Qz" in line]
        assert len(lines) == 3
        assert "4Fx1Qz: verdict=tag points=6.0 lures=umbrella " in lines[0] and " act=header" in lines[0]
        assert "verdict=none" in lines[2]


def test_header_detail(daemon):
    with daemon(header_detail="rules") as d:
        assert "rules=umbrella.keep" in send(d, TAG).status()
        d.write_config(header_detail="verdict")
        assert d.reload()
        assert send(d, TAG).status() == "tag"


def test_messages_follow_on_one_connection(daemon):
    with daemon() as d, d.mta() as mta:
        for body, status in [(TAG, "tag; lures=umbrella"), (CLEAN, "none")] * 20:
            assert mta.send(HEADERS, body).status() == status


def test_forged_headers_go(daemon):
    spellings = ["X-Lure-Status", "x-lure-status", "X-LURE-STATUS", "X-Lure-Points", "x-LURE-anything"]
    forged = [(spellings[i % len(spellings)], f"none; number={i}") for i in range(50)]
    mixed = [h for pair in zip(HEADERS * 9, forged) for h in pair]
    with daemon() as d:
        o = send(d, TAG, mixed)
        block = o.applied(mixed)
        assert [(n, v) for n, v in block if n.lower().startswith("x-lure")] == [("X-Lure-Status", "tag; lures=umbrella")]
        assert [h for h in block if h[0] != "X-Lure-Status"] == [h for h in mixed if not h[0].lower().startswith("x-lure")]
        assert [h for h in mixed if h[0].startswith("X-Lurex")] == []
        assert len([e for e in o.edits if e[3] == ""]) == 50
        assert " forged=50" in d.text()
        # A name that only begins alike is not ours.
        o = send(d, CLEAN, HEADERS + [("X-Lured", "yes"), ("X-Lure", "yes")])
        assert len(o.edits) == 1


def test_subject_mark(daemon):
    folded = "=?ISO-2022-JP?B?GyRCJCIbKEI=?=\n =?ISO-2022-JP?B?GyRCJCIbKEI=?="
    with daemon(subject_mark="'[LURE]'") as d:
        for old in ["a letter", folded, "", "raw \udc82\udca0"]:
            headers = [(n, old if n == "Subject" else v) for n, v in HEADERS]
            block = dict(send(d, TAG, headers).applied(headers))
            assert block["Subject"] == "[LURE] " + old
            assert [e[2] for e in send(d, CLEAN, headers).edits] == ["X-Lure-Status"]
        no_subject = [h for h in HEADERS if h[0] != "Subject"]
        assert ("add", 0, "Subject", "[LURE] ") in send(d, TAG, no_subject).edits
        two = HEADERS + [("subject", "second")]
        assert [v for n, v in send(d, TAG, two).applied(two) if n.lower() == "subject"] == ["[LURE] a letter", "second"]


def test_japanese_subject_mark(daemon):
    with daemon(subject_mark="'[詐欺注意]'") as d:
        block = dict(send(d, TAG).applied(HEADERS))
        assert block["Subject"] == "=?UTF-8?B?W+ipkOasuuazqOaEj10=?= a letter"


def test_reject(daemon):
    with daemon(reject="yes", reject_text="'Refused, 100% sure'") as d:
        o = send(d, REJECT)
        assert (o.action, o.stage, o.reply) == ("reject", "end", "550 5.7.1 Refused, 100% sure (4Fx1Qz)")
        assert o.edits == []
        assert send(d, TAG).status().startswith("tag;")
        assert "act=reject" in d.text()


def test_null_sender_is_never_rejected(daemon):
    with daemon(reject="yes") as d:
        o = send(d, REJECT, sender="")
        assert o.action == "accept" and o.status().startswith("tag;")


def test_hold(daemon):
    with daemon(reject="hold", subject_mark="'[LURE]'") as d:
        o = send(d, REJECT)
        assert o.action == "accept" and o.quarantine == "lure-milter"
        assert o.status().startswith("reject;")
        assert dict(o.applied(HEADERS))["Subject"] == "[LURE] a letter"
        assert send(d, TAG).quarantine is None


def test_observe_changes_nothing(daemon):
    forged = HEADERS + [("X-Lure-Status", "none")]
    with daemon(mode="observe", reject="yes", subject_mark="'[LURE]'") as d:
        o = send(d, REJECT, forged)
        assert (o.action, o.stage, o.edits, o.quarantine) == ("accept", "end", [], None)
        assert "verdict=reject" in d.text() and "act=nothing" in d.text()


# --- who is looked at ---------------------------------------------------------------------------------------------------


def test_nobody_agreed(daemon, folder):
    (folder / "recipients").write_text("taro@example.jp tag\ndefault off\n")
    with daemon(recipients=folder / "recipients") as d:
        o = send(d, TAG, recipients=["hanako@example.jp"])
        assert (o.action, o.stage, o.edits) == ("accept", "data", [])
        assert send(d, TAG, recipients=["taro@example.jp"]).status().startswith("tag")
        assert d.count("verdict=") == 1
        # An MTA that knows no DATA step.
        with d.mta(protocol=PROTOCOL & ~NO_DATA) as mta:
            mta.protocol |= NO_DATA
            o = mta.send(HEADERS, TAG, recipients=["hanako@example.jp"])
            assert o.action == "accept" and o.edits == []
        assert d.count("verdict=") == 1


def test_consent_is_a_ceiling(daemon, folder):
    (folder / "recipients").write_text("r@example.jp reject\nt@example.jp tag\no@example.jp observe\ndefault off\n")
    with daemon(recipients=folder / "recipients", reject="yes") as d:
        assert send(d, REJECT, recipients=["r@example.jp"]).action == "reject"
        assert send(d, REJECT, recipients=["t@example.jp"]).status().startswith("tag")
        o = send(d, REJECT, recipients=["o@example.jp"])
        assert o.action == "accept" and o.stage == "end" and o.edits == []


def test_mixed_recipients_mildest(daemon, folder):
    (folder / "recipients").write_text("r@example.jp reject\nt@example.jp tag\ndefault off\n")
    with daemon(recipients=folder / "recipients", reject="yes") as d:
        assert send(d, REJECT, recipients=["r@example.jp", "t@example.jp"]).status().startswith("tag")
        assert d.count("spared=yes") == 1
        o = send(d, REJECT, recipients=["r@example.jp", "other@example.jp"])
        assert o.action == "accept" and o.edits == []
        assert d.count("spared=yes") == 2


def test_mixed_recipients_split(daemon, folder):
    (folder / "recipients").write_text("r@example.jp reject\nr2@example.jp reject\nt@example.jp tag\ndefault off\n")
    with daemon(recipients=folder / "recipients", reject="yes", mixed_recipients="split") as d:
        o = send(d, REJECT, recipients=["r@example.jp", "t@example.jp", "r2@example.jp", "x@example.jp"])
        assert o.action == "reject"
        assert [r for r, _ in o.refused] == ["t@example.jp", "x@example.jp"]
        assert all(reply.startswith("452 4.5.3 ") for _, reply in o.refused)


def test_postmaster_and_abuse_are_off(daemon):
    with daemon() as d:
        for r in ["postmaster@example.jp", "Abuse@example.jp", "postmaster"]:
            assert send(d, TAG, recipients=[r]).stage == "data"


def test_clients(daemon):
    with daemon(exempt_networks="[192.0.2.0/24, 2001:db8::/32]") as d:
        for client in ["192.0.2.200", "2001:db8::25"]:
            o = send(d, TAG, client=client)
            assert (o.action, o.stage) == ("accept", "mail")
        assert send(d, TAG, client="2001:db9::1").stage == "end"
        assert send(d, TAG, client=None).stage == "end"
        assert send(d, TAG, auth="PLAIN").stage == "mail"
        d.write_config(exempt_authenticated="no")
        assert d.reload()
        assert send(d, TAG, auth="PLAIN").stage == "end"


# --- the protocol ---------------------------------------------------------------------------------------------------------


def test_negotiation(daemon):
    with daemon() as d:
        with d.mta() as mta:
            assert mta.actions == 0x131                     # add, change, quarantine, macros by name
            assert mta.protocol & 0x80000 == 0              # a body without reply could not be skipped
            assert mta.protocol & 0x1000 == 0               # a connect without reply could not be accepted
            assert mta.protocol & (SKIP | 0x80 | 0x40000) == SKIP | 0x80 | 0x40000
            assert b"{client_addr}" not in mta.symbols and b"i\0" in mta.symbols
        for protocol in [0, SKIP, 0x80, PROTOCOL & ~SKIP]:  # MTAs that offer less
            with d.mta(protocol=protocol) as mta:
                assert mta.send(HEADERS, TAG).status().startswith("tag")


def test_any_chunks_same_verdict(daemon):
    body = ("あ" * 300).encode() + b"\r\n" + TAG + ("い" * 300).encode()
    with daemon() as d:
        for chunk in [1, 2, 3, 7, 100, 1000, 65535]:
            assert send(d, body, chunk=chunk).status() == "tag; lures=umbrella"


def test_body_beyond_scan_bytes(daemon):
    body = TAG + b"x" * 300000
    with daemon(scan_bytes="64K", text_bytes="64K") as d:
        o = send(d, body, chunk=10000)
        assert o.skipped and o.status().startswith("tag")
        assert "truncated" in d.text()
        with d.mta(protocol=PROTOCOL & ~SKIP) as mta:
            o = mta.send(HEADERS, body, 10000)
            assert not o.skipped and o.status().startswith("tag")
        o = send(d, b"x" * 300000 + TAG, chunk=10000)
        assert o.status() == "none"


def test_many_headers(daemon):
    with daemon(subject_mark="'[LURE]'") as d:
        many = [("X-Filler", f"number {i}") for i in range(3000)]
        o = send(d, TAG, HEADERS + many)
        assert o.status().startswith("tag") and dict(o.applied(HEADERS))["Subject"] == "[LURE] a letter"
        # A subject that is not kept is left alone.
        headers = many + HEADERS
        o = send(d, b"", headers)
        assert [h for h in o.applied(headers) if h[0] != "X-Lure-Status"] == headers


def test_envelope_again_without_end(daemon):
    """RSET, or an MTA that sends no abort."""
    with daemon() as d, d.mta() as mta:
        for _ in range(5):
            o = Outcome()
            assert mta.envelope(o)
            assert mta.content(o, HEADERS, TAG)
        mta.end(o)
        assert o.status().startswith("tag")
        for _ in range(10):
            mta.write(b"A")
        assert mta.send(HEADERS, CLEAN).status() == "none"
        assert d.count("verdict=") == 2


def test_end_without_beginning(daemon):
    with daemon() as d:
        with d.mta(timeout=1) as mta:
            o = Outcome()
            mta.write(b"A")
            try:
                mta.end(o)
                assert o.edits == []
            except (Lost, OSError):
                pass  # libmilter may refuse such an order
        assert d.alive() and send(d, TAG).status().startswith("tag")


def test_garbage_and_half_packets(daemon):
    chance = random.Random(1)
    with daemon() as d:
        for i in range(300):
            s = socket.create_connection(("127.0.0.1", d.address), 5)
            if i % 3 == 0:
                s.sendall(bytes(chance.randrange(256) for _ in range(chance.randrange(60))))
            elif i % 3 == 1:
                packet = b"O" + struct.pack("!III", 6, 0x1FF, PROTOCOL)
                s.sendall((struct.pack("!I", len(packet)) + packet)[: chance.randrange(18)])
            s.close()
        for i in range(200):
            try:
                with d.mta(timeout=5) as mta:
                    for _ in range(chance.randrange(1, 8)):
                        data = bytes(chance.randrange(256) for _ in range(chance.randrange(40)))
                        mta.write(bytes([chance.choice(b"CHMRTLNBEADQ")]) + data)
            except (Lost, OSError):
                pass
        assert d.alive()
        assert send(d, TAG).status().startswith("tag")


def test_interrupted_at_each_step(daemon):
    with daemon() as d:
        for step in range(8):
            mta, o = d.mta(), Outcome()
            if step > 0:
                mta.envelope(o)
            if step > 1:
                mta.content(o, HEADERS[: step - 1], TAG if step > 5 else b"")
            mta.socket.close()
        assert send(d, TAG).status().startswith("tag")


# --- trouble ------------------------------------------------------------------------------------------------------------


def held(d, mta_count=6):
    """Messages that stay open, each with its body given: held_bytes is spent."""
    open_ones = []
    for _ in range(mta_count):
        mta, o = d.mta(), Outcome()
        assert mta.envelope(o) and mta.content(o, HEADERS, b"y" * 60000)
        open_ones.append((mta, o))
    return open_ones


def test_too_much_held(daemon):
    with daemon(scan_bytes="64K", text_bytes="64K", held_bytes="256K") as d:
        outcomes = []
        for mta, o in held(d):
            mta.end(o)
            outcomes.append(o.status())
            mta.close()
        assert "error; reason=held-bytes" in outcomes and "none" in outcomes
        assert send(d, TAG).status().startswith("tag")
        assert "trouble=held-bytes" in d.text()


def test_trouble_may_defer(daemon):
    with daemon(scan_bytes="64K", text_bytes="64K", held_bytes="256K", on_trouble="tempfail", reject="yes") as d:
        replies = []
        for mta, o in held(d):
            mta.end(o)
            replies.append((o.action, o.reply))
            mta.close()
        assert ("accept", None) in replies
        deferred = [reply for action, reply in replies if action == "tempfail"]
        assert deferred and all(r.startswith("451 4.3.0 ") for r in deferred)


def test_max_connections(daemon):
    with daemon(max_connections=20) as d:
        idle = []
        with pytest.raises((Lost, OSError)):
            for _ in range(400):
                idle.append(d.mta())
        assert 20 <= len(idle) <= 40
        wait_for(lambda: "connections are refused" in d.text(), 5, "a word about it")
        # Those that were taken go on; and once there is room, others are taken.
        assert idle[0].send(HEADERS, TAG).status().startswith("tag")
        for mta in idle[1:]:
            mta.close()
        wait_for(lambda: try_send(d), 5, "room for a connection")


def try_send(d):
    try:
        return send(d, TAG).status().startswith("tag")
    except (Lost, OSError):
        return False


# --- signals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGHUP])
def test_reload(daemon, patterns, number):
    good = patterns.read_text()
    with daemon() as d:
        patterns.write_text(good.replace("青い傘を預けて", "赤い傘を預けて").replace("青い傘を買", "赤い傘を買"))
        assert d.reload(number)
        assert send(d, TAG).status() == "none"
        patterns.write_text(good.replace("points: 6.0", "pionts: 6.0").replace("roles: [claim", "roles: [clame"))
        assert not d.reload(number)
        assert "umbrella.yaml:10:5: error:" in d.text()
        assert send(d, TAG).status() == "none"
        patterns.write_text(good)
        assert d.reload(number)
        assert send(d, TAG).status().startswith("tag")


def test_reload_names_what_waits_for_a_restart(daemon):
    with daemon() as d:
        d.write_config(max_connections=5, mode="observe")
        assert d.reload()
        assert "wait for a restart: max_connections" in d.text()
        assert send(d, TAG).edits == []
        d.write_config(tag_points=-1)
        assert not d.reload()


def test_a_message_keeps_its_snapshot(daemon):
    with daemon() as d, d.mta() as mta:
        o = Outcome()
        assert mta.envelope(o)
        d.write_config(mode="observe")
        assert d.reload()
        assert mta.content(o, HEADERS, TAG)
        mta.end(o)
        assert o.status().startswith("tag")
        assert mta.send(HEADERS, TAG).edits == []


def test_a_thousand_mixed_signals(daemon):
    chance = random.Random(2)
    stop, sent, wrong = threading.Event(), [0], []

    def load():
        while not stop.is_set():
            try:
                with d.mta() as mta:
                    for _ in range(20):
                        if not mta.send(HEADERS, TAG).status().startswith("tag"):
                            wrong.append("verdict")
                        sent[0] += 1
            except Exception as e:  # a lost connection is what must not happen
                wrong.append(repr(e))
                return

    with daemon(examples="no") as d:
        threads = [threading.Thread(target=load) for _ in range(2)]
        for t in threads:
            t.start()
        for _ in range(1000):
            d.process.send_signal(chance.choice([signal.SIGUSR1, signal.SIGHUP]))
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.005)
        time.sleep(0.3)
        stop.set()
        for t in threads:
            t.join()
        assert d.alive() and wrong == [] and sent[0] > 50
        assert d.count("reloaded:") > 3 and d.count("reload refused") == 0


def test_term_answers_what_is_in_flight(daemon):
    with daemon() as d:
        open_ones = []
        for _ in range(30):
            mta, o = d.mta(), Outcome()
            assert mta.envelope(o)
            open_ones.append((mta, o))
        idle = d.mta()
        d.process.send_signal(signal.SIGTERM)
        wait_for(lambda: "stopping" in d.text(), 5, "stop")
        time.sleep(0.2)
        with pytest.raises(OSError):  # nobody new
            socket.create_connection(("127.0.0.1", d.address), 2)
        o = idle.send(HEADERS, TAG)   # no new message: on_trouble says that it passes
        assert (o.action, o.stage, o.edits) == ("accept", "mail", [])
        for mta, o in open_ones:
            assert mta.content(o, HEADERS, TAG)
            mta.end(o)
            assert o.status().startswith("tag")
        assert d.process.wait(5) == 0
        assert "stopped" in d.text()


def test_term_waits_ten_seconds_at_most(daemon):
    with daemon(on_trouble="tempfail") as d:
        mta, o = d.mta(), Outcome()
        assert mta.envelope(o)
        idle = d.mta()
        start = time.monotonic()
        d.process.send_signal(signal.SIGTERM)
        wait_for(lambda: "stopping" in d.text(), 5, "stop")
        time.sleep(0.2)
        o = idle.send(HEADERS, TAG)
        assert o.action == "tempfail" and o.reply.startswith("451 4.3.2 ")
        assert d.process.wait(15) == 0
        assert 9 < time.monotonic() - start < 12


def test_term_when_idle_is_quick(daemon):
    with daemon() as d:
        start = time.monotonic()
        d.process.send_signal(signal.SIGTERM)
        assert d.process.wait(5) == 0
        assert time.monotonic() - start < 2


# --- sockets ------------------------------------------------------------------------------------------------------------


def test_second_instance_is_refused(daemon, folder, run):
    for address in [free_port(), folder / "sock"]:
        with daemon(address=address) as d:
            status, said = run(*d.command[1:])
            assert status == os.EX_UNAVAILABLE, said
            assert "Address already in use" in said or "another lure-milter runs there" in said
            assert send(d, TAG).status().startswith("tag")


def test_local_socket(daemon, folder):
    address = folder / "sock"
    with daemon(address=address, socket_mode="0600") as d:
        assert stat.S_IMODE(address.stat().st_mode) == 0o600
        assert send(d, TAG).status().startswith("tag")
        d.process.kill()
        d.process.wait()
        assert address.exists()
        d.start()                     # a stale socket is replaced
        assert send(d, TAG).status().startswith("tag")
    assert not address.exists()


def test_another_file_in_the_way(daemon, folder, run):
    (folder / "sock").write_text("precious")
    status, said = run(*daemon(address=folder / "sock").command[1:])
    assert status == os.EX_OSERR and "no socket is in the way" in said
    assert (folder / "sock").read_text() == "precious"


def test_another_program_on_the_socket(daemon, folder, run):
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(folder / "sock"))
        s.listen()
        os.chmod(folder / "sock", 0o777)
        status, said = run(*daemon(address=folder / "sock").command[1:])
        assert status == os.EX_UNAVAILABLE and "in use" in said


def test_inherited_socket(daemon):
    port = free_port()
    d = daemon(address=port)
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        s.listen(64)
        os.set_inheritable(s.fileno(), True)
        d.command[d.command.index("-p") + 1] = f"fd:{s.fileno()}"
        with d.start(close_fds=False):
            assert send(d, TAG).status().startswith("tag")
        # What connects between two instances waits, and the next one answers.
        waiting = socket.create_connection(("127.0.0.1", port), 5)
        with d.start(close_fds=False):
            assert send(d, TAG).status().startswith("tag")
        waiting.close()


def test_status_socket(daemon, folder):
    path = folder / "status"
    with daemon(status_socket=f"local:{path}") as d:
        send(d, TAG)
        send(d, CLEAN)
        send(d, CLEAN, recipients=["abuse@example.jp"])

        def read(request=b""):
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(5)
                s.connect(str(path))
                s.sendall(request)
                return b"".join(iter(lambda: s.recv(65536), b"")).decode()

        plain = read()
        assert "lure_milter_messages_total 2\n" in plain
        assert "lure_milter_verdict_tag_total 1\n" in plain
        assert "lure_milter_messages_unread_total 1\n" in plain
        assert 'umbrella' in plain
        web = read(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        head, text = web.split("\r\n\r\n", 1)
        assert head.startswith("HTTP/1.0 200 ") and f"Content-Length: {len(text)}" in head
        assert text.startswith("# HELP")
        # A client that says nothing and reads nothing holds up nobody for long.
        s = socket.socket(socket.AF_UNIX)
        s.connect(str(path))
        assert "lure_milter_" in read()
        s.close()
    assert not path.exists()


# --- start --------------------------------------------------------------------------------------------------------------


def test_exit_statuses(run, folder, patterns):
    common = ["-c", "/dev/null", "-o", f"patterns={patterns}", "-o", "syslog=no"]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    broken = folder / "broken.yaml"
    broken.write_text(patterns.read_text().replace("points: 6.0", "pionts: 6.0"))
    cases = [
        (["-V"], 0, "lure-milter "),
        (["-x"], os.EX_USAGE, "usage:"),
        (["-f", "surplus"], os.EX_USAGE, "usage:"),
        (["-n", *common], 0, ""),
        (["-n", "-c", folder / "none.conf"], os.EX_CONFIG, "cannot be read"),
        (["-n", *common, "-o", "mode=sleep"], os.EX_CONFIG, "mode"),
        (["-n", *common, "-o", "tag_point=3"], os.EX_CONFIG, "did you mean 'tag_points'?"),
        (["-n", *common, "-o", "tag_points"], os.EX_CONFIG, "NAME=VALUE"),
        (["-n", *common, "-o", "exempt_networks=1.2.3"], os.EX_CONFIG, "is no network"),
        (["-n", *common, "-o", "subject_mark=" + "x" * 60], os.EX_CONFIG, "subject_mark"),
        (["-n", *common, "-o", f"recipients={folder}/none"], os.EX_CONFIG, "cannot be read"),
        (["-n", "-c", "/dev/null", "-o", f"patterns={broken}"], os.EX_CONFIG, "broken.yaml:10:5: error:"),
        (["-f", "-c", "/dev/null", "-o", f"patterns={broken}", *user], os.EX_CONFIG, "broken.yaml:10:5: error:"),
        (["-f", *common, "-p", "nonsense", *user], os.EX_CONFIG, "socket nonsense"),
        (["-f", *common, "-p", "inet:0@127.0.0.1", *user], os.EX_CONFIG, "a port is needed"),
        (["-f", *common, "-p", "inet:8895@no-such-host.invalid", *user], os.EX_NOHOST, "no-such-host"),
        (["-f", *common, "-p", f"local:{folder}/missing/sock", *user], os.EX_OSERR, "No such file"),
        (["-f", *common, "-p", "fd:77", *user], os.EX_UNAVAILABLE, "no listening socket"),
        (["-f", *common, "-o", f"reputation_key={folder}/none", *user], os.EX_CONFIG, "the key cannot be read"),
        (["-f", *common, "-P", f"{folder}/missing/pid", *user], os.EX_CANTCREAT, "missing/pid"),
    ]
    if os.geteuid() == 0:
        cases += [
            (["-f", *common], os.EX_CONFIG, "needs a user"),
            (["-f", *common, "-u", "no-such-user"], os.EX_NOUSER, "no such user"),
            (["-f", *common, "-u", "nobody:no-such-group"], os.EX_NOUSER, "no such group"),
            (["-f", *common, "-u", "root"], os.EX_CONFIG, "does not run as root"),
        ]
    for arguments, expected, words in cases:
        status, said = run(*arguments)
        assert (status, words in said) == (expected, True), (arguments, status, said)


def test_all_mistakes_at_once(run, folder, patterns):
    (folder / "conf").write_text("mode: sleep\ntag_point: 3\nreject: maybe\n")
    (folder / "recipients").write_text("a@example.jp\nb@example.jp perhaps\n")
    patterns.write_text(patterns.read_text().replace("points: 6.0", "pionts: 6.0"))
    status, said = run("-n", "-c", folder / "conf", "-o", f"patterns={patterns}", "-o", f"recipients={folder}/recipients")
    assert status == os.EX_CONFIG
    for place in ["conf:1:", "conf:2:", "conf:3:", "recipients:1:", "recipients:2:", "umbrella.yaml:10:"]:
        assert place in said, said


def test_failing_case_keeps_it_from_starting(run, patterns):
    text = patterns.read_text()
    patterns.write_text(text + "cases:\n  - {body: '青い傘を預けてください。', expect: none}\n")
    status, said = run("-n", "-c", "/dev/null", "-o", f"patterns={patterns}")
    assert status == os.EX_CONFIG and f"umbrella.yaml:{text.count(chr(10)) + 2}:5: error:" in said, said


def test_detached_with_pid_file(folder, patterns):
    port, pid_file = free_port(), folder / "pid"
    d = Daemon(folder, patterns, address=port)
    d.command = [a for a in d.command if a != "-f"] + ["-P", str(pid_file)]
    assert subprocess.run(d.command, timeout=20).returncode == 0
    wait_for(lambda: pid_file.exists() and pid_file.read_text().strip(), 5, "pid file")
    pid = int(pid_file.read_text())
    try:
        assert send(d, TAG).status().startswith("tag")
        assert os.readlink(f"/proc/{pid}/fd/2") == "/dev/null"
        limits = open(f"/proc/{pid}/limits").read()
        assert "Max core file size        0                    0" in limits
        if os.geteuid() == 0:
            assert os.stat(f"/proc/{pid}/stat").st_uid in (0, 65534)
            assert "Uid:\t65534\t65534\t65534\t65534" in open(f"/proc/{pid}/status").read()
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not os.path.exists(f"/proc/{pid}") or "Z (zombie)" in open(f"/proc/{pid}/status").read(), 10, "end")
        assert not pid_file.exists() or pid_file.read_text() == ""
    finally:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def test_pid_file_follows_no_link(run, folder, patterns):
    (folder / "victim").write_text("precious")
    (folder / "pid").symlink_to(folder / "victim")
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    status, _ = run("-f", "-c", "/dev/null", "-o", f"patterns={patterns}", "-P", folder / "pid", *user)
    assert status == os.EX_CANTCREAT
    assert (folder / "victim").read_text() == "precious"


# --- reputation ---------------------------------------------------------------------------------------------------------


def test_reputation_is_fed_kept_and_shown(daemon, folder):
    key = folder / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(key, 65534, -1)
    options = dict(reputation="memory", reputation_key=key, reputation_file=folder / "store", internal_networks="[203.0.113.0/24]")
    with daemon(**options) as d:
        send(d, TAG)
        assert "standing=new" in d.text()
        for i in range(4):
            send(d, TAG + f"number {i}\r\n".encode() * 9)
        assert "standing=0." in d.text()
        before = d.count("standing=off")
        send(d, TAG, client="203.0.113.5")
        assert d.count("standing=off") == before + 1
    assert (folder / "store").stat().st_size > 36
    with d.start():
        send(d, CLEAN)
        assert "standing=0." in d.text()
    assert b"198.51.100.9" not in (folder / "store").read_bytes()
