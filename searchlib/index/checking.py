"""Does the index hold what its documents say?

The store compares files with each other (`store/check.py`). Here keys are looked for twice, and,
in a deep check, the stored documents are analyzed again and compared with what is indexed of them:
the live documents of a segment, merged and built anew, are the same bytes.
"""

import os
from collections.abc import Iterator, Sequence

import attrs

from ..analysis.samples import Recorder
from ..errors import CorruptIndexError, DocumentError, IndexVersionError, shown
from ..search.searcher import Searcher
from ..store.check import Finding, Report, check_index
from ..store.components import Callables, Components
from ..store.deletes import DeleteSet, all_but
from ..store.files import DiskFiles, MemoryFiles
from ..store.generation import Generation, open_generation
from ..store.segment import Segment, SegmentStore

CHUNK_DOCS = 65_536  # looked at together: few merges of a segment, little memory
MAX_FINDINGS = 20  # of one segment in a deep check


def check(
    path: str | os.PathLike[str], *, deep: bool = False, components: Callables | None = None
) -> Report:
    """Check the index in the directory `path`, also one that cannot be opened; see `Index.check`.

    `components` as in `open`; a deep check needs them.

    Raises:
        FileNotFoundError: no index stands there.
        OSError: the manifest cannot be read.
    """
    return check_store(SegmentStore(DiskFiles(path), Components(components)), deep=deep)


def check_store(store: SegmentStore, *, deep: bool) -> Report:
    """Check the newest generation; the documents only where the files are sound."""
    report = check_index(store)
    if not report.ok:
        return report
    try:
        generation = open_generation(store)
        findings = list(_twice(generation))
        if deep:
            for segment in generation.segments:
                findings += _compare(store, generation, segment)
    except (CorruptIndexError, IndexVersionError) as error:
        findings = [Finding(os.path.basename(error.path), None, str(error))]  # noqa: PTH119
    return attrs.evolve(report, findings=tuple(findings))


def _twice(generation: Generation) -> Iterator[Finding]:
    """Keys that two live documents have."""
    schema = generation.manifest.schema
    if schema.key is None:
        return
    searcher = Searcher(schema, generation.segments)
    first = 0
    for segment in generation.segments:
        for docs in _chunks(_live(segment)):
            numbers = [first + doc for doc in docs]
            keys = [key or "" for key in searcher.keys(numbers)]
            for number, key, found in zip(numbers, keys, searcher.find(keys), strict=True):
                if number != found:
                    what = f"document {number - first}: key {shown(key)} is that of another, too"
                    yield Finding(segment.entry.name, None, what)
        first += segment.entry.doc_count


def _compare(store: SegmentStore, generation: Generation, segment: Segment) -> list[Finding]:
    """What is indexed otherwise than the stored documents say."""
    findings: list[Finding] = []
    for docs in _chunks(_live(segment)):
        for doc, what in _differences(store, generation, segment, docs):
            if len(findings) == MAX_FINDINGS:
                return findings
            findings.append(Finding(segment.entry.name, None, f"document {doc}: {what}"))
    return findings


def _differences(
    store: SegmentStore, generation: Generation, segment: Segment, docs: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """(document, what differs), narrowed down by halves."""
    what = _difference(store, generation, segment, docs)
    if what is None:
        return
    if len(docs) == 1:
        yield docs[0], what
        return
    middle = len(docs) // 2
    yield from _differences(store, generation, segment, docs[:middle])
    yield from _differences(store, generation, segment, docs[middle:])


def _difference(
    store: SegmentStore, generation: Generation, segment: Segment, docs: Sequence[int]
) -> str | None:
    """How the documents, merged out of their segment, differ from the same ones built anew."""
    schema = generation.manifest.schema
    searcher = Searcher(schema, [segment.without(None)])
    memory = SegmentStore(MemoryFiles(), store.components)
    builder = memory.builder(schema, Recorder(dict(generation.manifest.samples)))
    try:
        rows = [schema.row(searcher.document(doc)) for doc in docs]
        builder.add(rows)
    except (DocumentError, ValueError) as error:
        return f"what is stored is no document: {error}"
    made = memory.write(builder, 1)
    held = memory.merge([segment.without(all_but(docs, segment.entry.doc_count))], 2, schema)
    found = held.handle.differences(made.handle)
    return "; ".join(found) + " than its stored values give" if found else None


def _live(segment: Segment) -> list[int]:
    deletes = DeleteSet(segment.entry.doc_count, segment.deletes)
    return [doc for doc in range(segment.entry.doc_count) if doc not in deletes]


def _chunks(docs: Sequence[int]) -> Iterator[Sequence[int]]:
    return (docs[start : start + CHUNK_DOCS] for start in range(0, len(docs), CHUNK_DOCS))
