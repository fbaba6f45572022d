"""How is a query asked on the command line? The options that `search` and `explain` share."""

from typing import Literal, get_args

import click

Operator = Literal["or", "and"]
Dialect = Literal["default", "simple", "whoosh", "lucene"]

fields_option = click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD",
    help="Look only in this field; may be repeated. Default: all text fields.",
)
operator_option = click.option(
    "--operator",
    type=click.Choice(get_args(Operator)),
    help='What stands between two words. Default: "or"; "and" in the dialect whoosh.',
)
dialect_option = click.option(
    "--dialect",
    type=click.Choice(get_args(Dialect)),
    default="default",
    show_default=True,
    help="How the query is read.",
)
ranking_option = click.option(
    "--ranking",
    type=click.Choice(["bm25", "bm25+", "tf-idf", "dirichlet"]),
    default="bm25",
    show_default=True,
    help="How scores are made.",
)


def _known_zone(context: click.Context, option: click.Parameter, name: str | None) -> str | None:
    if name is not None:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError) as error:
            raise click.BadParameter(f"no time zone {name!r} is known here") from error
    return name


timezone_option = click.option(
    "--timezone",
    callback=_known_zone,
    metavar="ZONE",
    help="The zone of dates in the query, such as Europe/Berlin. Default: UTC.",
)
