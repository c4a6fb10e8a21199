"""The examples and cases of the shipped pattern files, and what they make of ordinary mail."""
import re
from dataclasses import dataclass
from pathlib import Path

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"

KEY = re.compile(r"(?:- )?([a-z-]+):(?: +(.*))?$")


@dataclass(frozen=True)
class Example:
    name: str         # file:line
    lure: str         # what the file describes
    expect: str       # a lure, "none", or "" for an example of a rule that must hold, whatever the verdict
    subject: str
    body: str


def scalar(text):
    if text.startswith("'"):
        assert text.endswith("'") and len(text) > 1, text
        return text[1:-1].replace("''", "'")
    assert not re.match(r'["{\[&*!>|]', text), f"a form that this reader does not know: {text}"
    return text


def lines_of(path):
    """Number, indentation and text of what is neither blank nor a comment."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, len(line) - len(line.lstrip()), line.strip()


def read(path):
    """Every `match` and `pass` example and every case: as much of YAML as the shipped files have of it."""
    lure, listing, case, block, found = "", "", None, None, []
    for number, indent, line in lines_of(path):
        if block is not None and indent > block:
            case["body"] += line + "\n"
            continue
        block = None
        key = KEY.match(line)
        if listing in ("match", "pass") and line.startswith("- ") and not key:
            found.append(Example(f"{path.stem}:{number}", lure, "none" if listing == "pass" else "", "", scalar(line[2:])))
        elif listing == "cases" and key:
            if line.startswith("- "):
                case = {"name": f"{path.stem}:{number}", "lure": lure, "expect": "", "subject": "", "body": ""}
            if key[1] == "body" and key[2] == "|":
                block = indent
            elif key[1] in ("subject", "body", "expect"):
                case[key[1]] = scalar(key[2])
            if key[1] == "expect":
                found.append(Example(**case))
        elif key and not line.startswith("- "):
            listing = key[1] if not key[2] else ""
            lure = key[2] if key[1] == "lure" else lure
    return found


def examples():
    found = [example for path in sorted(PATTERNS.glob("*.yaml")) for example in read(path)]
    assert len({e.lure for e in found}) >= 10, "the pattern files are not where they should be"
    return found


def tagged_by_skeleton(verdicts):
    """The messages whose tag rests on the rougher spelling: file -> what was found in it."""
    def rough(v):
        return [rule for rule in v["rules"] if rule["view"] == "skeleton" and rule["points"] > 0]
    return {Path(v["file"]).name: rough(v) for v in verdicts
            if v["verdict"] != "none" and v["points"] - sum(rule["points"] for rule in rough(v)) < 5}
