"""The protocol of commits, queue and readers as a small model, all of whose runs are explored.

    python -m tests.damage.protocol [--writers 3] [--changes 1] [--readers 1]

The model knows no bytes. A process is a list of atomic steps; the disk has what is visible and
what is durable. Every interleaving of the processes is walked through, with a crash of all of them
(a loss of power, which keeps any combination of what was not synced), or of one (a kill), before
every step. States that were seen are not walked through again, so the walk ends.

What must hold in every state:
- a reader that opens finds a generation whose files are all there, or looks again;
- after a loss of power the manifest names only files that are there;
- a change that was acknowledged is in the manifest, or in the queue in front of which it waits;
- no change is applied twice, and the changes of one process are applied in order;
- when all processes have ended, nothing waits in the queue.
The larger runs are for the command; `test_protocol.py` walks through smaller ones.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import chain, combinations
from typing import NamedTuple

Change = tuple[str, int]  # (process, number): the changes of a process are numbered


class Manifest(NamedTuple):
    generation: int
    segments: frozenset[int]  # numbers of files that it names
    applied: tuple[Change, ...]  # what the generation holds, in order
    last_batch: int


class Disk(NamedTuple):
    """What a process sees, and what is for good; entries synced one by one or as a directory."""

    files: frozenset[int]  # segment files whose bytes are synced
    batches: tuple[tuple[int, Change], ...]  # (number, change), rising
    manifest: Manifest
    lasting_files: frozenset[int]
    lasting_batches: tuple[tuple[int, Change], ...]
    lasting_manifest: Manifest


class Process(NamedTuple):
    name: str
    place: str  # the step that comes next
    left: int  # changes that it has still to make
    change: Change | None = None  # that it is making
    known: Manifest | None = None  # that it read when it took the lock
    file: int = 0  # that it wrote
    took: tuple[tuple[int, Change], ...] = ()  # batches that it is applying
    own: bool = False  # is it committing its own change rather than the queue?
    opened: frozenset[int] = frozenset()  # by a reader


class World(NamedTuple):
    disk: Disk
    processes: tuple[Process, ...]
    writer_lock: str | None
    queue_lock: str | None
    acknowledged: frozenset[Change]
    killed: bool  # has any process been killed?


class Rules(NamedTuple):
    """What the protocol does; a test turns each off, and the walk must then find a fault."""

    syncs_directory_before_manifest: bool = True
    looks_again_after_release: bool = True
    applies_queue_before_own: bool = True
    manifest_records_batch: bool = True
    readers_look_again: bool = True
    syncs_directory_after_batch: bool = True


class ProtocolError(Exception):
    """What must hold does not; the text says what."""


def start(writers: int, changes: int, readers: int) -> World:
    empty = Manifest(0, frozenset(), (), 0)
    disk = Disk(frozenset(), (), empty, frozenset(), (), empty)
    processes = [Process(f"w{n}", "begin", changes) for n in range(writers)]
    processes += [Process(f"r{n}", "read manifest", 1) for n in range(readers)]
    return World(disk, tuple(processes), None, None, frozenset(), killed=False)


def explore(world: World, rules: Rules, *, kills: bool = True) -> tuple[int, int, int]:
    """Walk through every run; returns how many states, steps and crashes there were.

    Raises ProtocolError at the first state in which what must hold does not.
    """
    seen = {world}
    waiting = [world]
    steps = crashes = 0
    while waiting:
        world = waiting.pop()
        for left in losses(world):
            crashes += 1
            check_after_loss(world, left)
        following = list(moves(world, rules))
        if not following:
            check_at_rest(world, rules)
        if kills:
            following += list(deaths(world))
        for each in following:
            steps += 1
            check(each)
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return len(seen), steps, crashes


def moves(world: World, rules: Rules) -> Iterator[World]:
    """Every world one step of one process away."""
    for index, process in enumerate(world.processes):
        for after, changed in step(world, process, rules):
            processes = (*world.processes[:index], after, *world.processes[index + 1 :])
            yield changed._replace(processes=processes)


def deaths(world: World) -> Iterator[World]:
    """Every world in which one process was killed: its locks are free, its files stay."""
    for index, process in enumerate(world.processes):
        if process.place in ("ended", "dead") or process.name.startswith("r") or world.killed:
            continue
        dead = Process(process.name, "dead", 0)
        yield world._replace(
            processes=(*world.processes[:index], dead, *world.processes[index + 1 :]),
            writer_lock=None if world.writer_lock == process.name else world.writer_lock,
            queue_lock=None if world.queue_lock == process.name else world.queue_lock,
            killed=True,
        )


def step(world: World, me: Process, rules: Rules) -> Iterator[tuple[Process, World]]:
    """What the process does next; nothing where it waits for a lock or has ended."""
    disk = world.disk
    match me.place:
        case "begin" if me.left == 0:
            yield me._replace(place="ended"), world
        case "begin":
            change = (me.name, me.left)
            me = me._replace(change=change, left=me.left - 1)
            if world.writer_lock is None:
                took = world._replace(writer_lock=me.name)
                first = "look" if rules.applies_queue_before_own else "own"
                yield me._replace(place=first, own=True), took
            else:
                yield me._replace(place="lock queue"), world
        # A batch takes its number, under a lock of its own.
        case "lock queue" if world.queue_lock is None:
            yield me._replace(place="name batch"), world._replace(queue_lock=me.name)
        case "name batch" if me.change is not None:
            last = max([disk.manifest.last_batch, *(number for number, _ in disk.batches)])
            batches = (*disk.batches, (last + 1, me.change))
            yield (
                me._replace(place="sync batch"),
                world._replace(disk=disk._replace(batches=batches)),
            )
        case "sync batch" if me.change is not None:
            synced = synced_directory(disk) if rules.syncs_directory_after_batch else disk
            yield (
                me._replace(place="try lock", change=None),
                world._replace(
                    disk=synced,
                    queue_lock=None,
                    acknowledged=world.acknowledged | {me.change},
                ),
            )
        case "try lock":
            if world.writer_lock is None:
                yield me._replace(place="look"), world._replace(writer_lock=me.name)
            else:
                yield me._replace(place="begin"), world
        # With the writer lock: the queue first, then what the process itself has.
        case "look" if world.queue_lock is None:
            known = disk.manifest
            took = tuple(each for each in disk.batches if each[0] > known.last_batch)
            if took:
                yield me._replace(place="write file", known=known, took=took), world
            else:
                yield me._replace(place="own"), world
        case "own" if me.own:
            yield me._replace(place="write file", known=disk.manifest, took=()), world
        case "own":
            yield me._replace(place="release"), world
        case "write file" if me.known is not None:
            file = max([0, *disk.files, *me.known.segments]) + 1
            files = disk.files | {file}
            yield (
                me._replace(place="sync directory", file=file),
                world._replace(disk=disk._replace(files=files)),
            )
        case "sync directory":
            synced = synced_directory(disk) if rules.syncs_directory_before_manifest else disk
            yield me._replace(place="rename manifest"), world._replace(disk=synced)
        case "rename manifest" if me.known is not None:
            changes = tuple(change for _, change in me.took)
            if not me.took and me.change is not None:
                changes = (me.change,)
            last = me.took[-1][0] if me.took else me.known.last_batch
            # Every commit merges here: the old files go, so that readers lose races.
            manifest = Manifest(
                me.known.generation + 1,
                frozenset({me.file}),
                me.known.applied + changes,
                last if rules.manifest_records_batch else me.known.last_batch,
            )
            yield (
                me._replace(place="sync manifest"),
                world._replace(disk=disk._replace(manifest=manifest)),
            )
        case "sync manifest":
            acknowledged = world.acknowledged
            if not me.took and me.change is not None:
                acknowledged |= {me.change}
            yield (
                me._replace(place="remove"),
                world._replace(disk=synced_directory(disk), acknowledged=acknowledged),
            )
        case "remove":
            manifest = disk.manifest
            done = {number for number, _ in me.took} | {
                number for number, _ in disk.batches if number <= manifest.last_batch
            }
            batches = tuple(each for each in disk.batches if each[0] not in done)
            files = disk.files & manifest.segments
            own_comes = bool(me.took) and me.own
            yield (
                me._replace(
                    place="own" if own_comes else "release",
                    known=None,
                    file=0,
                    took=(),
                    own=me.own and own_comes,
                    change=me.change if own_comes else None,
                ),
                world._replace(disk=disk._replace(files=files, batches=batches)),
            )
        case "release":
            place = "look again" if rules.looks_again_after_release else "begin"
            yield me._replace(place=place, own=False, change=None), world._replace(writer_lock=None)
        case "look again":
            waits = any(number > disk.manifest.last_batch for number, _ in disk.batches)
            yield me._replace(place="try lock" if waits else "begin"), world
        # A reader takes no lock.
        case "read manifest":
            yield me._replace(place="open files", known=disk.manifest), world
        case "open files" if me.known is not None:
            if me.known.segments <= disk.files:
                yield me._replace(place="ended", opened=me.known.segments, known=None), world
            elif rules.readers_look_again and me.known != disk.manifest:
                yield me._replace(place="read manifest", known=None), world
            else:
                raise ProtocolError(
                    f"a reader finds files of generation {me.known.generation} gone"
                )


def synced_directory(disk: Disk) -> Disk:
    return disk._replace(
        lasting_files=disk.files, lasting_batches=disk.batches, lasting_manifest=disk.manifest
    )


def losses(world: World) -> Iterator[Disk]:
    """Every disk that a loss of power may leave: each pending entry is there or not."""
    disk = world.disk
    pending: list[tuple[str, object]] = [
        *(("file", each) for each in disk.files ^ disk.lasting_files),
        *(("batch", each) for each in set(disk.batches) ^ set(disk.lasting_batches)),
    ]
    if disk.manifest != disk.lasting_manifest:
        pending.append(("manifest", None))
    for kept in chain.from_iterable(combinations(pending, n) for n in range(len(pending) + 1)):
        files = disk.lasting_files ^ {each for what, each in kept if what == "file"}
        batches = set(disk.lasting_batches) ^ {each for what, each in kept if what == "batch"}
        new = any(what == "manifest" for what, _ in kept)
        yield Disk(
            frozenset(files),
            tuple(sorted(batches)),
            disk.manifest if new else disk.lasting_manifest,
            frozenset(),
            (),
            disk.lasting_manifest,
        )


def check(world: World) -> None:
    manifest = world.disk.manifest
    check_applied(manifest)
    if not manifest.segments <= world.disk.files:
        raise ProtocolError("the manifest names a file that is not there")
    check_acknowledged(world.acknowledged, world.disk, "in the index")


def check_after_loss(world: World, disk: Disk) -> None:
    if not disk.manifest.segments <= disk.files:
        raise ProtocolError("after a loss of power the manifest names a file that is gone")
    check_acknowledged(world.acknowledged, disk, "after a loss of power")
    # What recovery makes of it: the queue on top of the manifest.
    waiting = tuple(each for number, each in disk.batches if number > disk.manifest.last_batch)
    check_applied(disk.manifest._replace(applied=disk.manifest.applied + waiting))


def check_acknowledged(acknowledged: frozenset[Change], disk: Disk, where: str) -> None:
    waiting = {change for number, change in disk.batches if number > disk.manifest.last_batch}
    lost = acknowledged - set(disk.manifest.applied) - waiting
    if lost:
        raise ProtocolError(f"acknowledged changes are lost {where}: {sorted(lost)}")


def check_applied(manifest: Manifest) -> None:
    if len(set(manifest.applied)) != len(manifest.applied):
        raise ProtocolError(f"a change was applied twice: {manifest.applied}")
    for name in {name for name, _ in manifest.applied}:
        numbers = [number for process, number in manifest.applied if process == name]
        if numbers != sorted(numbers, reverse=True):  # a process counts down
            raise ProtocolError(f"changes of {name} are out of order: {manifest.applied}")


def check_at_rest(world: World, rules: Rules) -> None:
    if any(process.place not in ("ended", "dead") for process in world.processes):
        raise ProtocolError(f"a deadlock: {[process.place for process in world.processes]}")
    waiting = [
        number for number, _ in world.disk.batches if number > world.disk.manifest.last_batch
    ]
    if waiting and not world.killed:
        raise ProtocolError(f"batches wait for nobody: {waiting}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Explore every run of the protocol.")
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--changes", type=int, default=1, help="of each writer")
    parser.add_argument("--readers", type=int, default=1)
    asked = parser.parse_args()
    world = start(asked.writers, asked.changes, asked.readers)
    states, steps, crashes = explore(world, Rules())
    print(f"{states:,} states, {steps:,} steps, {crashes:,} losses of power: no fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
