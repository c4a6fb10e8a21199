"""
What senders do to a text in HTML.

TRICKS: trick -> variant -> function from text to HTML, of which a mail program shows the text.
"""
import html
import random

from evade import is_letter

TRICKS = {}


def trick(name, **variants):
    TRICKS[name] = variants


def lined(text, f=html.escape):
    return "<br>\n".join(f(line) for line in text.rstrip("\n").split("\n"))


def page(inner, style="", body="<body>"):
    return f"<html><head><style>{style}</style></head>{body}{inner}</body></html>"


def inside(junk, style="", body="<body>"):
    """HTML between each two letters; {} in it is for a letter of no meaning."""
    def f(text):
        rng = random.Random(text)

        def one(line):
            out = ""
            for i, c in enumerate(line):
                out += html.escape(c)
                if i + 1 < len(line) and is_letter(c) and is_letter(line[i + 1]):
                    out += junk.replace("{}", rng.choice("あかさたなはまやらわ山川田中春夏秋冬abc123"))
            return out
        return page(f"<p>{lined(text, one)}</p>", style, body)
    return f


def each(form, join="", before="<p>", after="</p>", style="", size=1):
    """Each letter, or piece of `size` letters, in HTML of its own."""
    def f(text):
        return page(before + lined(text, lambda line: join.join(
            form.replace("{}", html.escape(line[i:i + size])) for i in range(0, len(line), size))) + after, style)
    return f


def coded(form, end=";"):
    return lambda text: page("<p>" + lined(text, lambda line: "".join(form(c) + end for c in line)) + "</p>")


def unseen(style):
    return inside(f'<span style="{style}">{{}}</span>')


def ruled(selector, rule, mark):
    return inside(f"<span {mark}>{{}}</span>", f"{selector} {{{rule}}}")


def transformed(text):
    return page(f'<p style="text-transform:uppercase">{lined(text.lower())}</p>')


trick("tags-in-words", empty=inside("<b></b>"), span=each("<span>{}</span>"), font=each('<font color="red" size=4>{}</font>'),
      nested=each("<b><i><u>{}</u></i></b>"), unknown=inside("<x-y></x-y>"), closing=inside("</q>"),
      anchor=each('<a href="https://shop.example/">{}</a>'), uneven=inside("<span class=\"a>b\">"),
      long_attribute=inside('<span title="a &gt; b > c"></span>'), image=inside('<img src="cid:1" width=1 height=1>'),
      slash=inside("<b/></b>"), self_closed=inside("<i />"))
trick("comments-in-words", plain=inside("<!-- {} -->"), empty=inside("<!---->"), bogus=inside("<!{}>"), question=inside("<?{}?>"),
      short=inside("<!-->"), bang=inside("<!-- {} --!>"), end_tag=inside("</ {}>"), greater=inside("<!-- > {} -->"),
      conditional=inside("<!--[if mso]>{}<![endif]-->"), cdata=inside("<![CDATA[{}]]>"))
trick("references", decimal=coded(lambda c: f"&#{ord(c)}"), hexadecimal=coded(lambda c: f"&#x{ord(c):x}"),
      upper=coded(lambda c: f"&#X{ord(c):X}"), zeros=coded(lambda c: f"&#{ord(c):09}"), open_decimal=coded(lambda c: f"&#{ord(c)}", ""),
      open_hexadecimal=coded(lambda c: f"&#x{ord(c):04X}", ""),
      mixed=coded(lambda c: c if is_letter(c) and ord(c) % 2 else f"&#{ord(c)};", ""))
trick("breaks-in-words", br=inside("<br>"), wbr=inside("<wbr>"), both=inside("<wbr/><br/>"), three=each("{}", join="<br>", size=3),
      seven=each("{}", join="<br />\n", size=7), shy=inside("&shy;"), non_joiner=inside("&zwnj;&zwj;"), nbsp=inside("&nbsp;"),
      ensp=inside("&ensp;&thinsp;"), zero_width=inside("&#8203;"), newline=inside("\n"), line=inside("&NewLine;"), tab=inside("&Tab;"),
      nobr=each("<nobr>{}</nobr>"))
trick("hidden-by-style", display=unseen("display:none"), important=unseen("DISPLAY : none !important"),
      visibility=unseen("visibility:hidden"), collapse=unseen("visibility:collapse"), size=unseen("font-size:0"),
      size_px=unseen("font-size: 0px"), small=unseen("font-size:0.1px"), shorthand=unseen("font:0/0 a"), opacity=unseen("opacity:0"),
      pixel=unseen("font-size:1px"), half_opacity=unseen("opacity:0.01"), line=unseen("font-size:0;line-height:0"),
      filter=unseen("filter:opacity(0)"), em=unseen("font-size:0em"), percent=unseen("font-size:0%"), upper=unseen("FONT-SIZE:0PX"),
      calc=unseen("font-size:calc(0px)"), escaped=unseen("d\\69splay:none"), comment=unseen("display:/**/none"),
      mso=unseen("display:none;mso-hide:all"))
trick("hidden-by-colour", font=inside("<font color=white>{}</font>", body="<body bgcolor=white>"),
      hexadecimal=inside('<font color="#ffffff">{}</font>'), near=inside('<font color="#fefefe">{}</font>'), style=unseen("color:#fff"),
      rgb=unseen("color: rgb(255, 255, 255)"), transparent=unseen("color:transparent"), alpha=unseen("color:rgba(0,0,0,0)"),
      hsl=unseen("color:hsl(0,0%,100%)"),
      dark=inside('<span style="color:#000">{}</span>', body='<body style="background:#000;color:#fff">'),
      own=unseen("color:#f00;background:#f00"))
trick("hidden-by-place", left=unseen("position:absolute;left:-9999px"), top=unseen("position:absolute;top:-999em"),
      clip=unseen("position:absolute;clip:rect(0,0,0,0)"), box=unseen("display:inline-block;width:0;height:0;overflow:hidden"),
      height=unseen("max-height:0;overflow:hidden;display:inline-block"),
      indent=unseen("display:inline-block;text-indent:-9999px;overflow:hidden;width:1px"),
      scale=unseen("display:inline-block;position:absolute;transform:scale(0)"),
      clip_path=unseen("position:absolute;clip-path:inset(100%)"), readers=unseen("position:absolute;width:1px;height:1px;overflow:hidden"),
      margin=unseen("position:absolute;margin-left:-9999px"), translate=unseen("position:absolute;transform:translateX(-9999px)"),
      fixed=unseen("position:fixed;top:-2000px"), right=unseen("position:absolute;right:9999px"),
      narrow=unseen("display:inline-block;max-width:0;max-height:0;overflow:hidden"))
trick("hidden-by-rule", class_=ruled(".k", "display:none", "class=k"), id_=ruled("#k", "display:none", "id=k"),
      tag=inside("<s>{}</s>", "s{display:none}"), list_=ruled("h1, .k , h2", "font-size:0", 'class="a k"'),
      child=ruled("p > .k", "display:none", "class=k"), descendant=ruled("body p span.k", "visibility:hidden", "class=k"),
      attribute=ruled('[data-k="1"]', "display:none", "data-k=1"),
      media=inside("<span class=k>{}</span>", "@media screen { .k { display:none } }"),
      later=lambda text: inside("<span class=k>{}</span>")(text).replace("</body>", "<style>.k{display:none}</style></body>"))
trick("hidden-by-element", hidden=inside("<span hidden>{}</span>"), template=inside("<template>{}</template>"),
      script=inside("<script>{}</script>"), style=inside("<style>{}</style>"), title=inside("<title>{}</title>"),
      object_=inside("<noframes>{}</noframes>"), iframe=inside("<iframe>{}</iframe>"),
      nested=inside("<span style='display:none'>{}<b>{}<i>{}</i></b>{}</span>"), rp=inside("<rp>{}</rp>"),
      dialog=inside("<dialog>{}</dialog>"), hidden_input=inside('<input type=hidden value="{}">'), noembed=inside("<noembed>{}</noembed>"),
      empty_font=inside("<font style='font-size:0'>{}</font>"), datalist=inside("<datalist><option>{}</datalist>"))
trick("a-letter-a-cell", row=each("<td>{}</td>", before="<table><tr>", after="</tr></table>"),
      tables=each("<td><table><tr><td>{}</td></tr></table></td>", before="<table><tr>", after="</tr></table>"),
      rows=each("<tr><td>{}</td></tr>", before="<table>", after="</table>"), divs=each("<div>{}</div>", before="", after=""),
      floats=each('<div style="float:left">{}</div>', before="", after=""), items=each("<li>{}</li>", before="<ul>", after="</ul>"),
      paragraphs=each("<p>{}</p>", before="", after=""), two=each("<td>{}</td>", before="<table><tr>", after="</tr></table>", size=2))
trick("pieces-in-the-line", divs=each('<div style="display:inline">{}</div>', before="", after="", size=4),
      blocks=each('<div style="display:inline-block">{}</div>', before="", after="", size=5),
      paragraphs=each("<p class=i>{}</p>", before="", after="", style=".i{display:inline}", size=4),
      floats=each('<div style="float:left">{}</div>', before="", after="", size=5), spans=each("<span>{}</span>\n", size=4),
      buttons=each("<button>{}</button>", size=4), labels=each("<label>{}</label>", size=6))
trick("ruby", reading=each("<ruby>{}<rt>よみ</rt></ruby>", size=2), parentheses=each("<ruby>{}<rp>(</rp><rt>よ</rt><rp>)</rp></ruby>", size=3),
      open_=each("<ruby>{}<rt>よみ</ruby>", size=2), base=each("<ruby><rb>{}</rb><rt>よ</rt></ruby>", size=2))
trick("other-elements", transform=transformed, marquee=each("<marquee>{}</marquee>", size=400),
      pre=each("<pre>{}</pre>", before="", after="", size=400), heading=each("<h1>{}</h1>", before="", after="", size=400),
      textarea=each("<textarea>{}</textarea>", size=400), noscript=each("<noscript>{}</noscript>", size=400),
      svg=each("<svg><text>{}</text></svg>", size=400), alt=each('<img src="cid:1" alt="{}">', size=400),
      button=each("<button>{}</button>", size=400), value=each('<input type=button value="{}">', size=400),
      details=each("<details open><summary>{}</summary></details>", size=400),
      shown_again=each('<span style="display:none">あ<span style="display:block">い</span></span>{}', size=5),
      option=each("<select><option>{}</select>", size=400))
trick("broken-html", no_html=lambda t: lined(t), unclosed=lambda t: "<html><body><div><p><b>" + lined(t), nul=inside("<b\0></b>"),
      doctype=lambda t: "<!DOCTYPE html>" + page(lined(t)), quote=lambda t: page(f'<p title="x>y" class=\'a">b\'>{lined(t)}</p>'),
      twice=lambda t: page("<p>1</p>") + page(f"<p>{lined(t)}</p>"),
      frames=lambda t: f"<html><frameset></frameset><body>{lined(t)}</body></html>",
      after_end=lambda t: "<html><body></body></html>" + lined(t), comment_open=lambda t: page(f"<p>{lined(t)}</p><!-- "),
      less=inside("<b <i></i></b>"), plaintext=lambda t: page("<plaintext>" + t))
