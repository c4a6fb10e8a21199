#!/usr/bin/python3
"""
instructions.py [write]: instructions a message, stage by stage, beside those of instructions.tsv; or write that file.

Counted by valgrind's callgrind, over mails and patterns that are the same on every machine: unlike time, the figures do
not depend on what else a machine does, and a change of one per cent is one. They do depend on compiler and C library.
"""
import concurrent.futures
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import filters
import mails
import patterns
from filters import Trouble

BASELINE = Path(__file__).with_name("instructions.tsv")
MAILS, PATTERNS = 32, 1000
SHOWN = 0.5  # per cent: less is shown as no change
SETS = ("shipped", "generated")
# Stages in their order: functions whose calls they are, and functions in those that are stages of their own.
STAGES = {
    "decode": (["mail_decode"], []),
    "extract": (["visible_extract"], []),
    "fold": (["fold_prose", "fold_plain"], []),
    "find": (["find_candidates"], []),
    "confirm": (["evaluate_all"], []),
    "layout": (["matcher_run"], ["fold_prose", "fold_plain", "find_candidates", "evaluate_all"]),
    "score": (["score"], []),
    "all": (["inspect"], []),
}
MAY_BE_MISSING = {"fold_plain"}  # no pattern looks at what is no prose


def inclusive(annotated):
    """callgrind_annotate's lines: the instructions of each function with all that it calls."""
    counts = {}
    for n, name in re.findall(r"^\s*([\d,]+) \(.*?\)\s+\S*?:([\w.]+)(?:'2)?(?: \[.*\])?$", annotated, re.M):
        counts[name] = max(counts.get(name, 0), int(n.replace(",", "")))
    return counts


def stages(counts):
    """By stage, a message."""
    missing = {f for names, less in STAGES.values() for f in names + less if f not in counts} - MAY_BE_MISSING
    if missing:
        raise Trouble(f"callgrind saw no {', '.join(sorted(missing))}: have they other names? See STAGES")
    return {stage: (sum(counts.get(f, 0) for f in names) - sum(counts.get(f, 0) for f in less)) // MAILS
            for stage, (names, less) in STAGES.items()}


def count(folder, name, paths, texts):
    out = Path(folder) / f"callgrind-{name}"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--collect-atstart=no",
               "--toggle-collect=inspect", filters.BUILD / "lurectl", "scan", "--json", "--config", "/dev/null",
               "-o", "message_time=600s"]
    for path in paths:
        command += ["--patterns", path]
    done = subprocess.run([*map(str, command), *map(str, texts)], capture_output=True, text=True, timeout=1200)
    if done.returncode not in (0, 1):  # as lurectl scan says: found something, or not
        raise Trouble(f"valgrind: {done.stderr[-1000:]}")
    done = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", str(out)],
                          capture_output=True, text=True, timeout=300)
    return stages(inclusive(done.stdout))


def measure():
    """{(set, stage): instructions}"""
    with tempfile.TemporaryDirectory(prefix="lure-instructions-") as folder:
        texts = mails.write(Path(folder) / "mails", MAILS)
        paths = {"shipped": filters.SHIPPED, "generated": patterns.write(Path(folder) / "patterns", PATTERNS)}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = {name: pool.submit(count, folder, name, [paths[name]], texts) for name in SETS}
            return {(name, stage): n for name in SETS for stage, n in runs[name].result().items()}


def compiler():
    """What built lurectl, as it says itself."""
    comment = subprocess.run(["readelf", "-p", ".comment", str(filters.BUILD / "lurectl")], capture_output=True, text=True)
    names = re.findall(r"\]\s+(\S.*)", comment.stdout)
    return names[-1] if names else "unknown compiler"


def read(text):
    """The baseline's lines: its compiler, and {(set, stage): instructions}."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    built = re.search(r"^# built by (.*)$", text, re.M)
    return built[1] if built else "", {(name, stage): int(n) for name, stage, n in rows}


def write(counts, built):
    lines = [f"{name}\t{stage}\t{n}" for (name, stage), n in counts.items()]
    return "\n".join(["# Instructions a message: set, stage, number. Written by make bench-instructions BASELINE=write.",
                      f"# built by {built}", *lines]) + "\n"


def compare(before, now):
    """A table of lines; what is new has no baseline."""
    lines = [f"{'patterns':10} {'stage':8} {'baseline':>12} {'now':>12} {'change':>9}"]
    for (name, stage), n in now.items():
        was = before.get((name, stage))
        change = "new" if not was else f"{100 * (n - was) / was:+.1f} %"
        if was and abs(n - was) * 100 < SHOWN * was:
            change = "-"
        lines.append(f"{name:10} {stage:8} {was or '':>12} {n:>12} {change:>9}")
    return lines


def main():
    if sys.argv[1:] not in ([], ["write"]):
        sys.exit(__doc__)
    for needed in ("valgrind", "callgrind_annotate"):
        if shutil.which(needed) is None:
            sys.exit(f"instructions: {needed} is not installed; Debian has it in valgrind")
    now, built = measure(), compiler()
    built_before, before = read(BASELINE.read_text()) if BASELINE.exists() else ("", {})
    print("\n".join(compare(before, now)))
    if sys.argv[1:]:
        BASELINE.write_text(write(now, built))
        print(f"written to {BASELINE}")
    elif built_before != built:
        print(f"The baseline was built by {built_before}, this by {built}: some of the change is theirs.")


if __name__ == "__main__":
    try:
        main()
    except Trouble as e:
        sys.exit(f"instructions: {e}")
