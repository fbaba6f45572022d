"""Lucene: a Java program that Maven builds, in a process of its own.

Its calls are timed inside Java after warming up, text in and keys out, so they carry nothing of
Python; all other engines carry their call. The newest release that runs on the JDK found is taken.
"""

import functools
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ..corpus import Document, Wording
from ..question import Question, Scope
from .base import Ask, Cost, Engine

PROGRAM = Path(__file__).parents[1] / "lucene"
RELEASES = {21: "10.6.0", 17: "9.12.3"}  # least JDK -> Lucene
MAX_HEAP = "-Xmx6g"


class Lucene(Engine):
    name = "lucene"
    package = "java"
    distribution = "lucene-core"
    note = "timed inside Java: QueryParser, search, doc values of each hit's key"

    @classmethod
    def missing(cls) -> str | None:
        for command in ("java", "mvn"):
            if shutil.which(command) is None:
                return f"no {command} is found"
        if _java() < min(RELEASES):
            return f"Java {_java()} is found, {min(RELEASES)} is needed"
        return None

    @classmethod
    def version(cls) -> str:
        return next(release for least, release in RELEASES.items() if _java() >= least)

    @classmethod
    def build(
        cls, documents: Sequence[Document], folder: Path, wording: Wording, memory_bytes: int
    ) -> None:
        raise NotImplementedError("Lucene builds outside of Python")

    @classmethod
    def build_outside(
        cls, corpus: Path, folder: Path, wording: Wording, memory_bytes: int, limit: int | None
    ) -> Cost:
        """Build and merge in Java, which prints a `Cost`."""
        options = [corpus, folder, wording, memory_bytes, *([limit] if limit else [])]
        done = subprocess.run(
            [*_command("Build"), *map(str, options)], capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        cost: Cost = json.loads(done.stdout.splitlines()[-1])
        return cost

    def open(self, folder: Path, wording: Wording) -> None:
        self.process = subprocess.Popen(
            [*_command("Serve"), str(folder), wording],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: Question, scope: Scope) -> Ask | None:
        joint = " AND " if question.kind == "and" else " "
        text = joint.join(question.words)
        text = {"phrase": f'"{text}"', "prefix": f"{text}*", "fuzzy": f"{text}~1"}.get(
            question.kind, text
        )
        first, last = question.days() if question.year is not None else (0, 0)
        parts = (scope, question.limit, int(question.by_date), first, last, question.source or "")
        return LuceneAsk(self, int(self._reply("question", *parts, text)), question.limit)

    def warm_up(self, asks: Sequence[Ask], seconds: float) -> None:
        """Ask again and again, for the just-in-time compiler."""
        self._reply("warm", round(seconds * 1000), *_numbers(asks))

    def times_ns(self, asks: Sequence[Ask], order: Sequence[int]) -> list[int]:
        numbers = _numbers(asks)
        reply = self._reply("time", *(numbers[place] for place in order)).split("\t")
        times = [0] * len(asks)
        for place, time in zip(order, reply, strict=True):
            times[place] = int(time)
        return times

    def segment_count(self) -> int:
        return int(self._reply("segments"))

    def delete(self, keys: Sequence[str]) -> bool:
        self._reply("delete", *keys)
        return True

    def close(self) -> None:
        self.process.communicate()

    def _reply(self, *parts: object) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join(map(str, parts)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"Lucene ended at {parts[:8]!r}")
        return line.rstrip("\n")


class LuceneAsk:
    """A question that the Java process knows by its number."""

    def __init__(self, engine: Lucene, number: int, limit: int) -> None:
        self.engine, self.number, self.limit = engine, number, limit

    def __call__(self) -> list[str] | int:
        reply = self.engine._reply("answer", self.number)
        if not self.limit:
            return int(reply)
        return reply.split("\t") if reply else []


def _numbers(asks: Sequence[Ask]) -> list[int]:
    return [ask.number for ask in asks if isinstance(ask, LuceneAsk)]


@functools.cache
def _java() -> int:
    """The major version of the JDK."""
    text = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', text)
    return int(found[1]) if found else 0


@functools.cache
def _command(main: str) -> list[str]:
    """How to start a class of the program, which is built where it is not yet."""
    target = PROGRAM / "target"
    if not _is_built(target):
        command = ["mvn", "-q", "-B", f"-Dlucene.version={Lucene.version()}", "clean", "package"]
        done = subprocess.run(command, cwd=PROGRAM, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"mvn package failed in {PROGRAM}: {done.stdout[-2000:]}")
    path = f"{target / 'bench.jar'}:{target / 'lib'}/*"
    vectors = ["--add-modules", "jdk.incubator.vector"] if _java() >= 21 else []
    return ["java", MAX_HEAP, "-XX:+UseSerialGC", *vectors, "-cp", path, f"bench.{main}"]


def _is_built(target: Path) -> bool:
    """Whether the program was built from these sources, with this release."""
    jar, core = target / "bench.jar", target / "lib" / f"lucene-core-{Lucene.version()}.jar"
    sources = [PROGRAM / "pom.xml", *PROGRAM.glob("src/**/*.java")]
    return (
        jar.exists()
        and core.exists()
        and all(source.stat().st_mtime < jar.stat().st_mtime for source in sources)
    )
