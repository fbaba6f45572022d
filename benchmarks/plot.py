"""How do the ratios look? One SVG: how many times searchlib's mean each engine takes, by class."""

from pathlib import Path
from typing import Any

from .figures import summary
from .tables import number

OURS = "searchlib"


def missing() -> str | None:
    """Why nothing can be drawn; None where it can."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return "matplotlib is not installed: no plot"
    return None


def draw(report: dict[str, Any], path: Path) -> bool:
    """Draw what a run measured; False where there is nothing to compare."""
    panels = _panels(report["query"])
    if not panels:
        return False
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "searchlib"  # the same figures, the same bytes
    from matplotlib import pyplot
    from matplotlib.lines import Line2D

    height = 1.5 + 0.32 * max(len(rows) for rows in panels.values())
    figure, axes = pyplot.subplots(
        1, len(panels), figsize=(6.5 * len(panels), height), squeeze=False, layout="constrained"
    )
    engines = sorted({engine for rows in panels.values() for _, r in rows for engine in r})
    colours = {engine: f"C{place}" for place, engine in enumerate(engines)}
    for axis, (title, rows) in zip(axes[0], panels.items(), strict=True):
        for place, (_, ratios) in enumerate(rows):
            for engine, ratio in ratios.items():
                axis.plot(ratio, place, "o", color=colours[engine], markersize=5)
        axis.axvline(1, color="black", linewidth=1)
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,g} ×")
        axis.set_yticks(range(len(rows)), [label for label, _ in rows], fontsize=8)
        axis.invert_yaxis()
        axis.grid(axis="x", alpha=0.3)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("mean time / searchlib's; right of 1: slower than searchlib")
    marks = [Line2D([], [], marker="o", linestyle="", color=colours[e]) for e in engines]
    figure.legend(marks, engines, loc="outside lower center", ncols=len(engines), fontsize=9)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return True


def _panels(measured: list[dict[str, Any]]) -> dict[str, list[tuple[str, dict[str, float]]]]:
    """Title -> (class with searchlib's mean, ratio of each other engine) of English stemming."""
    wording = "english" if any(one["wording"] == "english" for one in measured) else "plain"
    panels: dict[str, list[tuple[str, dict[str, float]]]] = {}
    for one in measured:
        times = {name: summary(t).mean for name, t in one["times_ns"].items() if t}
        ours = times.pop(OURS, None)
        # Whoosh searches fewer documents, so its ratio would say nothing.
        ratios = {name: mean / ours for name, mean in times.items() if ours and name != "whoosh"}
        if one["wording"] == wording and ratios:
            where = "body" if one["scope"] == "body" else "title and body"
            label = f"{one['title']} ({number(ours)} µs)"
            panels.setdefault(f"{where}, {wording}", []).append((label, ratios))
    return panels
