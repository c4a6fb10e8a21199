"""Makes mails byte by byte, so that a case can say exactly what stands on the wire."""
import base64
import quopri

JIS, SJIS, EUC, UTF8 = "iso-2022-jp", "cp932", "euc_jp", "utf-8"


def mail(body=b"", *headers, **named):
    """A message: raw header lines, then From, To, Subject where they are not given; body bytes as they are."""
    lines = [h if isinstance(h, bytes) else h.encode("utf-8") for h in headers]
    given = {line.split(b":", 1)[0].strip().lower() for line in lines}
    defaults = {b"from": b"From: sender@shop.example", b"to": b"To: reader@home.example", b"subject": b"Subject: test"}
    if named.get("bare"):
        defaults = {}
    lines = [value for name, value in defaults.items() if name not in given] + lines
    return b"\n".join(lines) + b"\n\n" + body


def text(body, charset=None, label=None, cte=None, *headers, subtype="plain"):
    """A text mail: `body` encoded in `charset` and labelled `label` (None: no Content-Type, "": one without charset)."""
    raw = body.encode(charset) if isinstance(body, str) else body
    lines = list(headers)
    if label is not None:
        lines.append("MIME-Version: 1.0")
        lines.append(f"Content-Type: text/{subtype}" + (f"; charset={label}" if label else ""))
    if cte:
        lines.append(f"Content-Transfer-Encoding: {cte}")
    if cte == "base64":
        raw = base64.encodebytes(raw)
    elif cte == "quoted-printable":
        raw = quopri.encodestring(raw)
    return mail(raw, *lines)


def multipart(*parts, subtype="mixed", boundary="=_b", preamble=b"", epilogue=b"", close=True):
    """The value of Content-Type and the body: each part is bytes with its own headers."""
    body = preamble
    for p in parts:
        body += f"--{boundary}\n".encode() + p + b"\n"
    if close:
        body += f"--{boundary}--\n".encode()
    return f'multipart/{subtype}; boundary="{boundary}"', body + epilogue


def part(body, content_type="text/plain; charset=utf-8", *headers, charset=UTF8, cte=None):
    raw = body.encode(charset) if isinstance(body, str) else body
    if cte == "base64":
        raw = base64.encodebytes(raw).rstrip()
    elif cte == "quoted-printable":
        raw = quopri.encodestring(raw)
    lines = ([f"Content-Type: {content_type}"] if content_type else []) + list(headers)
    if cte:
        lines.append(f"Content-Transfer-Encoding: {cte}")
    return "\n".join(lines).encode() + b"\n\n" + raw


def word(raw, label, kind="B"):
    """One encoded-word of raw bytes."""
    if kind == "B":
        coded = base64.b64encode(raw).decode()
    else:
        coded = "".join(chr(b) if chr(b).isalnum() and b < 128 else f"={b:02X}" for b in raw)
    return f"=?{label}?{kind}?{coded}?="


def subject(*words, between="\n "):
    return "Subject: " + between.join(words)
