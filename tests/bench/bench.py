#!/usr/bin/python3
"""
bench.py [OUT.json]: what a message costs, beside a filter that does nothing, and beside rspamd where it is installed.

Reads top_builddir, and from the environment BENCH_ROUNDS (9), BENCH_MESSAGES of a round (4000), BENCH_MAILS that differ
(400) and BENCH_PATTERNS ("10 100 1000 10000"), all of which the smoke test makes small. HACKING says how it measures.
"""
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import filters
import mails
import patterns
from filters import Floor, LureMilter, Rspamd, Trouble

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "4000"))
MAILS = int(os.environ.get("BENCH_MAILS", "400"))
COUNTS = [int(n) for n in os.environ.get("BENCH_PATTERNS", "10 100 1000 10000").split()]
IDLE = min(5000, 2 * MESSAGES)
CONNECTIONS = [1, 4, 16, 64]
MAIN_CONNECTIONS = 16
PER_CONNECTION = 50
WARM_UP = max(20, MESSAGES // 10)
MEGABYTE, KILOBYTE = 1e6, 1e3


def say(text):
    print(text, file=sys.stderr, flush=True)


def table(title, head, rows):
    """Columns as wide as they must be; all but the first to the right."""
    rows = [head] + [[cell if isinstance(cell, str) else f"{cell:.3g}" if cell < 100 else f"{cell:,.0f}"
                      for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [(row[0].ljust(widths[0]) + "".join("  " + c.rjust(w) for c, w in zip(row[1:], widths[1:])))
             for row in rows]
    print(f"\n{title}\n" + "\n".join(lines), flush=True)


def machine():
    model = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return f"{model[0] if model else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"


def medians(results):
    """Of each figure of several rounds the median; hits are those of one round."""
    return {key: statistics.median(r[key] for r in results) if isinstance(value, (int, float)) else value
            for key, value in results[0].items()}


def interleaved(running, texts, rounds, *arguments):
    """One after the other, round by round, so that what disturbs the machine disturbs all of them."""
    for f in running:
        f.load(texts, *arguments, "-m", WARM_UP)
    results = [[] for _ in running]
    for k in range(rounds):
        say(f"round {k + 1} of {rounds}")
        for f, got in zip(running, results):
            got.append(f.load(texts, *arguments))
    return [medians(got) for got in results]


class Bench:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.texts = mails.write(self.folder / "mails", MAILS)
        self.sets = {n: patterns.write(self.folder / f"patterns-{n}", n) for n in COUNTS}
        self.main = 1000 if 1000 in COUNTS else COUNTS[-1]
        self.out = {"machine": machine(), "rounds": ROUNDS, "messages": MESSAGES, "mails": len(self.texts),
                    "mail_bytes": statistics.mean(len(p.read_bytes()) for p in self.texts)}
        self.floor = Floor(self.folder, "floor")
        self.protocol = None

    def lure(self, name, count=None, **options):
        """A lure-milter with the shipped patterns, and so many besides."""
        return LureMilter(self.folder, name, [filters.SHIPPED] + ([self.sets[count]] if count else []), **options)

    def arguments(self, connections=MAIN_CONNECTIONS, messages=MESSAGES, protocol=True):
        # All filters are offered what lure-milter takes: all of them leave the same steps unanswered.
        offer = ["-p", self.protocol] if protocol else []
        return ["-c", connections, "-m", messages, "-k", PER_CONNECTION, *offer]

    def by_patterns(self):
        """The main figure, and what more patterns cost."""
        running = [self.floor, self.lure("shipped")] + [self.lure(f"shipped + {n:,}", n) for n in COUNTS]
        try:
            for f in running:
                f.start()
            self.protocol = running[1].protocol(self.texts[0])
            results = interleaved(running, self.texts, ROUNDS, *self.arguments())
            free = medians([self.floor.load(self.texts, *self.arguments(protocol=False)) for _ in range(3)])
        finally:
            for f in running:
                f.stop()
        if not all(r["hits"] for r in results[1:]):
            raise Trouble("a lure-milter found nothing at all")
        for f, r in zip(running, results):
            r["name"], r["ratio"] = f.name, r["cpu_ms"] / results[0]["cpu_ms"]
        self.out.update(patterns=results, floor_without_replies=free, protocol=self.protocol)
        main = results[2 + COUNTS.index(self.main)]
        self.out["ratio"] = main["ratio"]
        self.out["throughput_ratio"] = main["per_second"] / results[0]["per_second"]
        table(f"{MAIN_CONNECTIONS} connections, unix socket, medians of {ROUNDS} interleaved rounds of {MESSAGES} messages",
              ["filter", "CPU ms", "x floor", "msg/s", "p50 ms", "p99 ms", "MB", "hits a message"],
              [[r["name"], r["cpu_ms"], r["ratio"], r["per_second"], r["p50_ms"], r["p99_ms"], r["memory"] / MEGABYTE,
                "-" if r["hits"] is None else r["hits"] / r["messages"]] for r in results])
        print(f"protocol flags {self.protocol:#x} for all; with all that it takes ({free['protocol']:#x}) "
              f"the floor is {free['cpu_ms']:.3f} ms, {free['per_second']:,.0f} msg/s")

    def by_connections(self):
        with self.floor as floor, self.lure("latency", self.main) as lure:
            rows = []
            for n in CONNECTIONS:
                for f, r in zip((floor, lure), interleaved((floor, lure), self.texts, max(1, ROUNDS // 3),
                                                           *self.arguments(n, MESSAGES // 2))):
                    rows.append({"name": f.name if f is floor else f"shipped + {self.main:,}", **r})
        self.out["connections"] = rows
        table("By connections", ["filter", "connections", "CPU ms", "msg/s", "p50 ms", "p99 ms"],
              [[r["name"], str(r["connections"]), r["cpu_ms"], r["per_second"], r["p50_ms"], r["p99_ms"]]
               for r in rows])

    def stages(self):
        """Where the time goes in a scan, over these mails and over mails of varied text: lurectl bench."""
        self.out["stages"], rows = {}, []
        varied = mails.write(self.folder / "varied", len(self.texts), varied=True)
        for name, texts in (("bench", self.texts), ("varied", varied)):
            command = [filters.BUILD / "lurectl", "bench", "--json", "--config", "/dev/null", "--rounds", ROUNDS,
                       "--patterns", filters.SHIPPED, "--patterns", self.sets[self.main], *texts]
            done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600)
            if done.returncode != 0:
                raise Trouble(f"lurectl bench: {done.stderr}")
            got = self.out["stages"][name] = json.loads(done.stdout)
            us = {s["stage"]: s["us"] for s in got["stages"]}
            rows.append([f"{name} mails", *us.values(), got["front_mb_per_second"], got["search_mb_per_second"]])
        table(f"Stages of a scan, shipped + {self.main:,} patterns: us of CPU a message, and MB/s of decoded text",
              ["", *us, "decode - fold MB/s", "find, confirm MB/s"], rows)

    def tcp(self):
        with self.lure("unix", self.main) as unix, self.lure("tcp", self.main, tcp=True) as tcp:
            a, b = interleaved((unix, tcp), self.texts, max(1, ROUNDS // 3), *self.arguments(1, MESSAGES // 4))
        self.out["tcp"] = {"unix_p50_ms": a["p50_ms"], "tcp_p50_ms": b["p50_ms"], "ratio": b["p50_ms"] / a["p50_ms"]}
        table("One connection", ["socket", "p50 ms", "p99 ms"],
              [["unix", a["p50_ms"], a["p99_ms"]], ["TCP", b["p50_ms"], b["p99_ms"]]])

    def loading(self):
        rows = []
        for count in (None, COUNTS[-1]):
            f = self.lure("loading", count)
            seconds = f.start()
            rows.append({"patterns": count or 0, "seconds": seconds, "cpu_s": f.cpu(), "memory": f.memory()})
            f.stop()
        self.out["loading"] = rows
        table("Start without examples", ["patterns", "seconds", "CPU s", "MB"],
              [[f"shipped + {r['patterns']:,}", r["seconds"], r["cpu_s"], r["memory"] / MEGABYTE] for r in rows])

    def memory(self):
        """Of connections that say nothing, and of one message that is far too large."""
        with self.lure("idle", self.main, max_connections=IDLE + 10) as f:
            before = f.memory()
            with subprocess.Popen([filters.LOAD, "-i", "-c", str(IDLE), f.socket], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE) as load:
                said = load.stdout.readline()
                after = f.memory()
                load.stdin.close()
            if not said:
                raise Trouble(f"{IDLE} idle connections were not taken")
        huge = self.folder / "huge.eml"
        huge.write_bytes(mails.worst(60 << 20))
        with self.lure("huge", self.main) as f:
            f.load(self.texts[:20])
            least = f.memory("VmHWM")
            f.load([huge])
            most = f.memory("VmHWM")
        allowed = filters.SCAN_BYTES + 24 * filters.TEXT_BYTES
        self.out["memory"] = {"idle_connections": IDLE, "before": before, "idle": after, "each": (after - before) / IDLE,
                              "huge_adds": most - least, "huge_allowed": allowed}
        table("Memory", ["", "MB", "grows by"],
              [[f"{IDLE} idle connections", after / MEGABYTE, f"{(after - before) / IDLE / KILOBYTE:.2f} KB each"],
               ["a message of 60 MB", most / MEGABYTE,
                f"{(most - least) / MEGABYTE:.1f} MB (limits: {allowed / MEGABYTE:.1f})"]])

    def worst(self):
        """A body of one literal over and over; also where PCRE2 has to interpret."""
        worst = self.folder / "worst.eml"
        worst.write_bytes(mails.worst(filters.TEXT_BYTES))
        rows = []
        for jit in (True, False):
            if not jit and not filters.can_forbid_code():
                say("the system cannot forbid new code: nothing is measured without JIT")
                continue
            try:
                with self.lure("worst", self.main, jit=jit, message_time="60s") as f:
                    r = medians([f.load([worst], "-c", 1, "-m", 3) for _ in range(max(1, ROUNDS // 3))])
                    mean = f.load(self.texts, *self.arguments(1, MESSAGES // 10))
            except Trouble as e:
                print(f"\nwith{'' if jit else 'out'} JIT: {str(e)[:200]}")
                continue
            rows.append({"jit": jit, "p50_ms": r["p50_ms"], "cpu_ms": r["cpu_ms"], "mean_cpu_ms": mean["cpu_ms"]})
        self.out["worst"] = rows
        table(f"The worst mail, {filters.TEXT_BYTES >> 10} KB of one literal, and the mean of all mails",
              ["PCRE2", "ms", "CPU ms", "CPU ms of all"],
              [["JIT" if r["jit"] else "interpreter", r["p50_ms"], r["cpu_ms"], r["mean_cpu_ms"]] for r in rows])

    def rspamd(self):
        if filters.RSPAMD is None:
            print("\nrspamd is not installed: not compared")
            return
        twenty = patterns.write_file(self.folder / "twenty", "bench-twenty", patterns.TWENTY)
        lure = LureMilter(self.folder, "lure-milter", [twenty])
        with lure, Rspamd(self.folder, "rspamd") as rspamd:
            rows = interleaved((lure, rspamd), self.texts, max(1, ROUNDS // 3),
                               *self.arguments(messages=max(1, MESSAGES // 8), protocol=False))
        for f, r in zip((lure, rspamd), rows):
            r["name"] = f.name
        self.out["rspamd"] = {"filters": rows, "ratio": rows[0]["cpu_ms"] / rows[1]["cpu_ms"]}
        table("The same 20 patterns and nothing else", ["filter", "CPU ms", "msg/s", "p50 ms", "p99 ms", "MB", "hits"],
              [[r["name"], r["cpu_ms"], r["per_second"], r["p50_ms"], r["p99_ms"], r["memory"] / MEGABYTE,
                r["hits"]] for r in rows])

    def run(self):
        for part in (self.by_patterns, self.by_connections, self.stages, self.tcp, self.loading, self.memory,
                     self.worst, self.rspamd):
            say(part.__name__)
            part()


def main():
    with tempfile.TemporaryDirectory(prefix="lure-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(folder)
        print(f"{bench.out['machine']}; {bench.out['mails']} mails of {bench.out['mail_bytes'] / KILOBYTE:.1f} KB")
        bench.run()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(bench.out, indent=1) + "\n")
        print(f"\nwritten to {sys.argv[1]}")


if __name__ == "__main__":
    try:
        main()
    except Trouble as e:
        sys.exit(f"bench: {e}")
