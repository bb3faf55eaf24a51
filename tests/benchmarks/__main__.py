"""Measure inheritlint: `python tests/benchmarks` prints tables for docs/performance.md, `--plot docs` draws them.

Whole processes, cold, without a cache (but for one table that says so), in turn with the tool that they are compared
with; medians of the ratios, pair by pair: of time, and in parentheses of processor time, which other work on the
machine changes less. Our modules are compiled before, as an installer leaves them.
"""

import compileall
import os
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

import click
from contenders import Contender, contenders, ours, ours_plain, with_caches
from measuring import Pairs, in_turn, run
from profiling import profile
from trees import library, many, python_files, small

import inheritlint

_SCALE = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@click.command()
@click.option("--runs", default=5, show_default=True, help="Pairs that are counted, after one that is not.")
@click.option("--limit", default=120.0, show_default=True, help="Seconds that one run may take.")
@click.option(
    "--site",
    type=click.Path(exists=True, resolve_path=True, path_type=Path),
    help="One more tree: a large site-packages.",
)
@click.option(
    "--tools",
    multiple=True,
    type=click.Path(exists=True, resolve_path=True, path_type=Path),
    help="Where else tools may be.",
)
@click.option("--only", multiple=True, help="Names of the tools to compare with.")
@click.option("--scale/--no-scale", default=True, help="Measure the curve from 1,000 to 50,000 files.")
@click.option(
    "--plot",
    type=click.Path(file_okay=False, exists=True, resolve_path=True, path_type=Path),
    help="Draw SVG files here.",
)
def main(
    runs: int,
    limit: float,
    site: Path | None,
    tools: tuple[Path, ...],
    only: tuple[str, ...],
    scale: bool,
    plot: Path | None,
) -> None:
    """Compare, scale and profile."""
    others = [each for each in contenders(tools) if not only or each.name in only]
    compileall.compile_dir(Path(str(inheritlint.__file__)).parent, quiet=2)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, medians of {runs} pairs")
    print(f"{os.getloadavg()[0]:.1f} other processes wanted to run when it began\n")
    # A configuration where we are called is read for any file: there is none in the new folder.
    with tempfile.TemporaryDirectory() as scratch, chdir(scratch):
        folder = Path(scratch)
        plain = library(folder / "plain", tests=False)
        whole = library(folder / "whole", tests=True)
        rows = {"library": plain, "library and its tests": whole}
        if site:
            rows = {"site-packages": site, **rows}
        table = _compare(rows, others, runs, limit)
        _print_again(folder, rows, [each for each in others if each.name == "ruff"], runs, limit)
        _print_small(folder, [each for each in others if each.name == "flake8"], runs, limit)
        clean, concerned = small(folder)
        trees = {"one small clean file": clean, "one small concerned file": concerned, "library": plain}
        _print_plugin(trees, [each for each in others if each.name == "flake8"], runs, limit)
        _print_profile(whole)
        points = _scale(folder, plain) if scale else []
    if plot:
        import plotting

        plotting.ratios(table, plot / "performance.svg")
        if points:
            plotting.scale(points, plot / "performance-scale.svg")


def _compare(
    rows: dict[str, Path], others: list[Contender], runs: int, limit: float
) -> dict[str, dict[str, Pairs | None]]:
    """Each tree with each tool, printed as soon as it is known."""
    print("| tree | files | MB | " + " | ".join(f"/ {each.name}" for each in others) + " |")
    print("| --- | --- | --- |" + " --- |" * len(others), flush=True)
    table: dict[str, dict[str, Pairs | None]] = {}
    for name, path in rows.items():
        sizes = [each.stat().st_size for each in python_files(path)]
        print(f"| {name} | {len(sizes):,} | {sum(sizes) / 1e6:.0f} |", end="", flush=True)
        table[name] = {}
        for other in others:
            pairs = table[name][other.name] = in_turn(ours().on(path), other.on(path), runs, limit)
            print(f" {pairs or 'over the limit'} |", end="", flush=True)
        print()
    print()
    return table


def _print_again(folder: Path, rows: dict[str, Path], others: list[Contender], runs: int, limit: float) -> None:
    """The second time: nothing has changed, and what was found is kept."""
    for other in others:
        mine, theirs = with_caches(other, folder / "caches")
        print(f"| tree | again, / {other.name} | again, / {other.name} again |\n| --- | --- | --- |")
        for name, path in rows.items():
            ratios = [in_turn(mine.on(path), each.on(path), runs, limit) for each in (other, theirs)]
            print(f"| {name} | " + " | ".join(str(pairs) if pairs else "—" for pairs in ratios) + " |")
        print()


def _print_small(folder: Path, others: list[Contender], runs: int, limit: float) -> None:
    """One file, as its name is typed after the command, where nothing can be kept and where it is."""
    for other in others:
        for path in small(folder):
            for kind, kept in (("", Path(os.devnull) / "nowhere"), (", from the cache", folder / "caches")):
                os.environ["INHERITLINT_CACHE_DIR"] = str(kept)
                pairs = in_turn(ours_plain().on(path), other.on(path), max(runs, 9), limit)
                if pairs:
                    print(f"one small {path.stem} file{kind} / {other.name}: {pairs}")
    print()


def _print_plugin(rows: dict[str, Path], others: list[Contender], runs: int, limit: float) -> None:
    beside = Path(ours().program).with_name("flake8")
    for other in others:
        if not beside.exists() or Path(other.program) == beside:
            continue
        for name, path in rows.items():
            select = ["--isolated", "--select", "INH", str(path)]
            pairs = in_turn([str(beside), *select], [other.program, *select], runs, limit)
            if pairs:
                print(f"flake8 --select INH with the plugin / without, {name}: {pairs}")
    print()


def _print_profile(tree: Path) -> None:
    spent = profile(tree)
    total = sum(spent.values())
    print("| phase | share |\n| --- | --- |")
    for phase, seconds in spent.items():
        print(f"| {phase} | {100 * seconds / total:.0f} % |")
    print()


def _scale(folder: Path, source: Path) -> list[tuple[int, float]]:
    print("| files | time per file, over that for 1,000 files | memory, MB |\n| --- | --- | --- |")
    points: list[tuple[int, float]] = []
    for count in _SCALE:
        tree = many(folder / f"scale{count}", source, count)
        done = run(ours().on(tree), 600)
        if done is None:
            break
        points.append((count, done.seconds))
        relative = done.seconds / count / (points[0][1] / points[0][0])
        print(f"| {count:,} | {relative:.2f} | {done.megabytes:.0f} |", flush=True)
    return points


if __name__ == "__main__":
    main()
