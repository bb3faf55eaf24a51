"""Figures as pictures; needs matplotlib."""

from pathlib import Path

from measuring import Pairs

Ratios = dict[str, dict[str, Pairs | None]]


def ratios(table: Ratios, into: Path) -> None:
    """Bars of our time over each other tool's, one group a tree; below the line we are quicker."""
    from matplotlib.figure import Figure

    tools = list(dict.fromkeys(tool for row in table.values() for tool in row))
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(tools)
    for place, tool in enumerate(tools):
        rows = [(number, pairs) for number, row in enumerate(table.values()) if (pairs := row.get(tool))]
        axes.bar([number + place * width for number, _ in rows], [pairs.ratio for _, pairs in rows], width, label=tool)
    axes.axhline(1, color="black", linewidth=0.8)
    axes.set_yscale("log")
    axes.set_ylabel("our time / theirs")
    axes.set_xticks([number + 0.4 - width / 2 for number in range(len(table))], list(table))
    axes.legend(fontsize="small", ncols=3)
    figure.savefig(into, metadata={"Date": None})


def scale(points: list[tuple[int, float]], into: Path) -> None:
    """Seconds over files."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([count for count, _ in points], [seconds for _, seconds in points], marker="o")
    axes.set_xlabel("files")
    axes.set_ylabel("seconds")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    figure.savefig(into, metadata={"Date": None})
