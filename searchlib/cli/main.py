"""The commands, their options and help, and what each way of ending means.

Each command's work lies in a module of its own, imported when it is called, so that a search does
not pay for the rest.
"""

import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Sequence

import click

from .. import CorruptIndexError, SearchlibError
from .options import (
    Dialect,
    Operator,
    dialect_option,
    fields_option,
    operator_option,
    ranking_option,
    timezone_option,
)
from .problems import CommandError, system_message

FOUND, NOTHING_FOUND, ERROR, INTERRUPTED = 0, 1, 2, 130
VERSION: str = sys.modules[__name__.partition(".")[0]].__version__  # of the package that runs


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; never raises, but for `SystemExit`.

    0: found or done. 1: nothing found. 2: wrong use or an error, with one line on standard error.
    130: interrupted, and the transaction rolled back. A closed pipe ends quietly, status 0.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character shows its number
            stream.reconfigure(errors="backslashreplace")
    status = FOUND  # of a closed pipe
    with contextlib.suppress(BrokenPipeError):
        status = _run(args)
    try:
        sys.stdout.flush()
    except OSError:
        # What is still buffered goes nowhere, or the interpreter complains about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _run(args: Sequence[str] | None) -> int:
    try:
        words = list(sys.argv[1:] if args is None else args)
        with commands.make_context("searchlib", words) as context:
            status = int(commands.invoke(context) or 0)
        sys.stdout.flush()  # here, so that output that cannot be written is an error like others
        return status
    except click.exceptions.Exit as error:
        return error.exit_code
    except BrokenPipeError:
        raise
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted; nothing of this run was committed", INTERRUPTED)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx is not None else "searchlib"
        return _say(f"{_lower(error.format_message())}; see {path} --help")
    except CorruptIndexError as error:
        if os.path.basename(error.path) == "manifest":  # noqa: PTH119 (pathlib is slow to import)
            what = "restore the index from a copy, or make it again in another folder"
        else:
            what = "searchlib check INDEX --repair keeps what can still be read"
        return _say(f"{error}; {what}")
    except (CommandError, SearchlibError) as error:
        return _say(str(error))
    except OSError as error:
        return _say(_system_line(error))
    except Exception:
        traceback.print_exc()
        return _say("this is a defect of searchlib; please report it with the lines above")


def _say(message: str, status: int = ERROR) -> int:
    line = " ".join(message.split())
    print(f"searchlib: {line}", file=sys.stderr)
    return status


def _lower(message: str) -> str:
    """The first letter small, no full stop: how our own messages look."""
    message = message.split("\n")[0].rstrip(".")
    return message[:1].lower() + message[1:]


def _system_line(error: OSError) -> str:
    if error.filename is None:  # everything else that is read or written here has a name
        return f"standard output: {system_message(error)}"
    where = f"{error.filename}: "
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        full = "the disk is full" if error.errno == errno.ENOSPC else system_message(error)
        return f"{where}{full}; the index is as it was; make room and run the command again"
    return f"{where}{system_message(error)}"


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    no_args_is_help=False,
)
@click.version_option(VERSION, message="searchlib %(version)s")
def commands() -> None:
    """Index articles, search them, see the passages that match.

    \b
    Examples:
      searchlib demo
      searchlib index indexes/news articles/ news.jsonl.gz
      searchlib search indexes/news '"foreign troops" syria'
      searchlib info indexes/news

    \b
    Exit status: 0 found or done, 1 nothing found, 2 wrong use or an error,
    130 interrupted and rolled back.
    """


@commands.command("index", short_help="Put text files, JSON lines and CSV into an index.")
@click.argument("index")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--schema", "schema_file", metavar="FILE", help="Schema of a new index, as JSON.")
@click.option("--key", metavar="FIELD", help="Field that names a record; else id, key or path.")
@click.option(
    "--analyzer",
    metavar="NAME",
    help='Analyzer of text fields in a new index: "english" (the default) stems English words, '
    '"standard" leaves every language\'s words as they are; searchlib analyze --list names all.',
)
@click.option("--prune", is_flag=True, help="Remove documents whose text files are gone.")
@click.option("--strict", is_flag=True, help="Stop at the first problem and commit nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as one JSON object.")
def index_command(
    index: str,
    paths: tuple[str, ...],
    schema_file: str | None,
    key: str | None,
    analyzer: str | None,
    prune: bool,
    strict: bool,
    as_json: bool,
) -> int:
    """Put files into the folder INDEX, which is made where there is none.

    A PATH is a file, a folder (searched recursively; names that start with a dot are passed
    over) or - for JSON lines on standard input. Files that are read: .txt and .md, one document
    each; .jsonl, one JSON object a line; .csv, with a header; each also gzipped (.gz). Text is
    UTF-8. One run is one transaction.

    Text files: the path is the key, and an unchanged file is skipped. A leading
    "date YYYY-MM-DD" is the date. A first line of at most 160 characters before a blank line is
    the title, else the first sentence is. Fields: path, title, body, date.

    Records: a new index gets a schema from the first thousand of them, and shows it: id, key or
    path is the key; title and body are text; dates in ISO 8601 are dates, numbers numbers; short
    values that repeat are keywords; other text is text. Fields that come up later are named once
    and left out. A record whose key is in the index replaces the document there.

    A file or line that cannot be read is reported and left out, and the exit status is 2.

    \b
    Examples:
      searchlib index indexes/news articles/
      searchlib index indexes/news articles/ --prune
      searchlib index indexes/wire wire.jsonl.gz more.csv --analyzer standard
      zcat wire.jsonl.gz | searchlib index indexes/wire - --key id
    """
    from .indexing import Request, index_files

    return index_files(Request(index, paths, schema_file, key, analyzer, prune, strict, as_json))


@commands.command("search", short_help="Print the documents that match a query, best first.")
@click.argument("index")
@click.argument("query")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Hits to print; 0 prints the total alone.",
)
@click.option(
    "--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Hits to pass over first."
)
@fields_option
@click.option(
    "--filter",
    "filter_",
    metavar="QUERY",
    help="A second query that hits must match and that does not count for the rank.",
)
@operator_option
@dialect_option
@timezone_option
@ranking_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a hit.")
def search_command(
    index: str,
    query: str,
    limit: int,
    offset: int,
    fields: tuple[str, ...],
    filter_: str | None,
    operator: Operator | None,
    dialect: Dialect,
    timezone: str | None,
    ranking: str,
    as_json: bool,
) -> int:
    """Print the documents of INDEX that match QUERY, best first, with the passages that match.

    A query is words, "phrases", field:word, prefix*, AND, OR, NOT, +must, -must not, (groups)
    and weights like word^2. What cannot be read as that is taken as words, and a note on
    standard error says so. Put the query in single quotes; -- before a query that starts with -.

    \b
    Examples:
      searchlib search indexes/news 'withdrawal of "foreign troops" from Syria'
      searchlib search indexes/news 'title:ferry OR harbo*' --filter source:wire
      searchlib search indexes/news ferry --limit 3 --json
    """
    from .searching import Request, search_index

    return search_index(
        Request(
            *(index, query, limit, offset, fields or None, filter_),
            *(operator, dialect, timezone, ranking, as_json),
        )
    )


@commands.command("explain", short_help="Print why a document has its score, or is not found.")
@click.argument("index")
@click.argument("query")
@click.argument("key")
@fields_option
@click.option("--filter", "filter_", metavar="QUERY", help="A second query that must match.")
@operator_option
@dialect_option
@timezone_option
@ranking_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain_command(
    index: str,
    query: str,
    key: str,
    fields: tuple[str, ...],
    filter_: str | None,
    operator: Operator | None,
    dialect: Dialect,
    timezone: str | None,
    ranking: str,
    as_json: bool,
) -> int:
    """Print how the score of the document KEY of INDEX for QUERY is made up.

    Where the document does not match, print the first condition that fails, with the query's
    words and the document's side by side, and what holds of the others; the exit status is 1.
    The last two lines tell how much of the index a search for ten hits scores and reads.

    \b
    Examples:
      searchlib explain indexes/news 'foreign troops' articles/a.txt
      searchlib explain indexes/news 'title:running' articles/a.txt --json
    """
    from .explaining import Request, explain_document

    return explain_document(
        Request(
            *(index, query, key, fields or None, filter_),
            *(operator, dialect, timezone, ranking, as_json),
        )
    )


@commands.command("info", short_help="Print the schema and the size of an index.")
@click.argument("index")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info_command(index: str, as_json: bool) -> int:
    """Print the schema of INDEX, and how many documents, segments and bytes it has.

    \b
    Examples:
      searchlib info indexes/news
      searchlib info indexes/news --json > schema.json
      searchlib index indexes/other other.jsonl --schema schema.json
    """
    from .show import show_index

    return show_index(index, as_json=as_json)


@commands.command("check", short_help="Look for damage in an index, and repair it.")
@click.argument("index")
@click.option("--deep", is_flag=True, help="Analyze the documents again, and compare.")
@click.option("--repair", is_flag=True, help="Keep what can be read; say what is lost.")
@click.option(
    "--schema", "schema_file", metavar="FILE", help="To repair without a manifest: its schema."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check_command(
    index: str, deep: bool, repair: bool, schema_file: str | None, as_json: bool
) -> int:
    """Compare every checksum, count and order in INDEX, and print what is wrong.

    With --repair every document that can still be read is kept, and damaged files are set aside
    under a name that ends with .damaged. The exit status is 2 where something is wrong, or lost.
    Where nothing of the manifest is left, --schema says what the schema was, as searchlib info
    --json prints it.

    \b
    Examples:
      searchlib check indexes/news
      searchlib check indexes/news --deep
      searchlib check indexes/news --repair
      searchlib check indexes/news --repair --schema schema.json
    """
    from .upkeep import check_index, repair_index

    if deep and repair:
        raise click.UsageError("give either --deep or --repair")
    if schema_file and not repair:
        raise click.UsageError("--schema is for --repair")
    if repair:
        return repair_index(index, schema_file, as_json=as_json)
    return check_index(index, deep=deep, as_json=as_json)


@commands.command("merge", short_help="Merge all segments of an index into one.")
@click.argument("index")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def merge_command(index: str, as_json: bool) -> int:
    """Merge all segments of INDEX into one, without the deleted documents.

    Commits merge by themselves as much as searching needs; this is for an index that has come to
    rest. It reads and writes all of it.

    \b
    Example:
      searchlib merge indexes/news
    """
    from .upkeep import merge_index

    return merge_index(index, as_json=as_json)


@commands.command("backup", short_help="Copy an index, also while others write.")
@click.argument("index")
@click.argument("target")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backup_command(index: str, target: str, as_json: bool) -> int:
    """Copy the newest generation of INDEX to a new index in the folder TARGET.

    On the same file system files get a second name instead of a copy, which takes no room.

    \b
    Example:
      searchlib backup indexes/news /backup/news
    """
    from .upkeep import backup_index

    return backup_index(index, target, as_json=as_json)


@commands.command("export", short_help="Print the documents of an index as JSON lines.")
@click.argument("index")
def export_command(index: str) -> int:
    """Print every document of INDEX as one JSON object a line, in order of insertion.

    With the schema, which searchlib info gives, searchlib index makes the same index of them.
    Fields that are not stored are not printed.

    \b
    Examples:
      searchlib export indexes/news | gzip > news.jsonl.gz
      searchlib info indexes/news --json > schema.json
      searchlib index indexes/again news.jsonl.gz --schema schema.json
    """
    from .upkeep import export_index

    return export_index(index)


@commands.command("analyze", short_help="Print the words that an analyzer makes of a text.")
@click.argument("text", required=False)
@click.option("--analyzer", metavar="NAME", help='A named analyzer. Default: "standard".')
@click.option("--index", metavar="INDEX", help="Take the analyzer of a field of this index.")
@click.option("--field", metavar="FIELD", help="The text field of the index.")
@click.option(
    "--choice",
    metavar="NAME",
    help="Where the field chooses among analyzers: the value or language that it goes by.",
)
@click.option("--query", "as_query", is_flag=True, help="Print what a query would look for.")
@click.option("--list", "as_list", is_flag=True, help="Print the named analyzers.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a word.")
def analyze_command(
    text: str | None,
    analyzer: str | None,
    index: str | None,
    field: str | None,
    choice: str | None,
    as_query: bool,
    as_list: bool,
    as_json: bool,
) -> int:
    """Print the words of TEXT as an index would hold them; - reads standard input.

    A line a word: the form (what stands in the text), the term (what an index holds), the
    position (in words from 0) and the place in the text (in characters from 0, half-open).
    The exit status is 1 where the text has no words.

    With --query, a table for each way of saying the text that a query looks for: synonyms of
    several words make more than one.

    \b
    Examples:
      searchlib analyze 'Iran’s foreign troops' --analyzer english
      searchlib analyze - --index indexes/news --field body < article.txt
      searchlib analyze --list
    """
    from .analyze import Request, analyze_text

    if (text is None) is not as_list:
        raise click.UsageError("give either a TEXT, or - for standard input, or --list")
    if as_list and (analyzer is not None or index is not None or field is not None or as_query):
        raise click.UsageError("--list names all analyzers; leave the others out")
    if (index is None) is not (field is None):
        raise click.UsageError("--index and --field go together")
    if choice is not None and index is None:
        raise click.UsageError("--choice goes with --index and --field")
    if analyzer is not None and index is not None:
        raise click.UsageError("give either --analyzer, or --index and --field")
    return analyze_text(Request(text, analyzer, index, field, choice, as_query, as_json))


@commands.command("demo", short_help="Search the articles that come with a checkout.")
def demo_command() -> int:
    """Index the articles in fixtures/articles in memory, and search them.

    \b
    Example:
      searchlib demo
    """
    from .demo import run_demo

    return run_demo()
