"""HTML: what is seen, what is not, and where links lead."""
from mail import text

LINE = "鍵は管理人室に預けてあります。"


def html(source, charset="utf-8"):
    return text(source, charset, charset, "base64", subtype="html")


def unseen(style):
    return html(f"<p>見える文章です。<span {style}>{LINE}</span></p>"), {"body": "見える文章です。", "hidden_has": LINE, "flaws_have": ["hidden-text"]}


CASES = {
    "entities": (html("".join(f"&#{ord(c)};" for c in LINE)), {"body": LINE, "flaws": []}),
    "entities-hex-without-semicolon": (html("".join(f"&#x{ord(c):x} " for c in "鍵は")), {"body": "鍵 は"}),
    "named-entities": (html("A&amp;B &copy; 2026 &notin; &lt;x&gt;"), {"body": "A&B © 2026 ∉ <x>"}),
    "tags-inside-a-word": (html("鍵は<b></b>管<span>理</span>人<!-- x -->室に預けてあります。"), {"body": LINE}),
    "break-inside-a-word": (html("鍵は管理<br>人室に預けてあります。"), {"body": "鍵は管理\n人室に預けてあります。"}),
    "blocks-and-cells": (html("<table><tr><td>朝</td><td>夜</td></tr></table><p>一</p><p>二</p>"), {"body_has": ["朝", "夜", "一", "二"]}),
    "script-and-style": (html(f"<style>p {{ color: red }}</style><script>alert('x')</script><p>{LINE}</p>"), {"body": LINE}),
    "textarea-and-title": (html(f"<title>題</title><textarea><b>{LINE}</b></textarea>"), {"body_has": ["<b>" + LINE + "</b>"]}),
    "unclosed-comment": (html(f"<p>{LINE}</p><!-- open"), {"body": LINE}),
    "hidden-by-display": unseen('style="display:none"'),
    "hidden-by-visibility": unseen('style="visibility: hidden"'),
    "hidden-by-size": unseen('style="font-size:0"'),
    "hidden-by-opacity": unseen('style="opacity:0"'),
    "hidden-by-colour": (html(f'<body bgcolor="#ffffff"><p>見える文章です。<font color="#fffffe">{LINE}</font></p>'),
                         {"body": "見える文章です。", "hidden_has": LINE, "flaws_have": ["hidden-text"]}),
    "hidden-off-screen": unseen('style="position:absolute; left:-9999px"'),
    "hidden-by-attribute": unseen("hidden"),
    "hidden-by-class": (html(f"<style>.k {{ display: none }}</style><p>見える文章です。<span class=k>{LINE}</span></p>"),
                        {"body": "見える文章です。", "hidden_has": LINE}),
    "link-differs": (html('<a href="https://trap.example/x">https://bank.example/</a>'),
                     {"flaws_have": ["link-differs"], "links": [("https://trap.example/x", "https://bank.example/")]}),
    "link-same": (html('<a href="https://www.bank.example/login">bank.example</a>'), {"flaws": []}),
}
