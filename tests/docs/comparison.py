"""What other tools say of the mistakes that each rule reports: `python tests/docs/comparison.py` writes the table.

Each rule has an example and a version of it without the mistake. A tool notices the mistake if it reports something in
the one that it does not report in the other, whatever it calls it. Every rule of every tool is enabled.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from inheritlint.pipeline.registry import all_rules

PAGE = Path(__file__).parent.parent.parent / "docs" / "comparison.md"
NOTHING = "no"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"

#: The rules about programs; those about inheritlint's own work (INH9) have examples that do not parse.
RULES = {code: rule for code, rule in all_rules().items() if not code.startswith("INH9")}


def output(folder: Path, *words: str) -> str:
    """What `python -m` with `words` prints, run in `folder`."""
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=folder, check=False)
    return done.stdout


def ruff(folder: Path) -> Iterator[tuple[str, str]]:
    for each in json.loads(
        output(folder, *"ruff check --isolated --preview --select ALL --output-format json".split())
    ):
        yield Path(each["filename"]).name, each["code"] or "invalid-syntax"


def flake8(folder: Path) -> Iterator[tuple[str, str]]:
    for line in output(folder, "flake8", "--isolated", "--extend-ignore", "INH", "--max-complexity", "1").splitlines():
        path, _, _, message = line.split(":", 3)
        yield Path(path).name, message.split()[0]


def bandit(folder: Path) -> Iterator[tuple[str, str]]:
    for each in json.loads(output(folder, *"bandit -q -r . -f json".split()))["results"]:
        yield Path(each["filename"]).name, each["test_id"]


def pylint(folder: Path) -> Iterator[tuple[str, str]]:
    names = sorted(path.name for path in folder.glob("*.py"))
    words = ["pylint", "--rcfile=/dev/null", "--enable=all", "--disable=file-ignored", "-f", "json", *names]
    for each in json.loads(output(folder, *words)):
        yield Path(each["path"]).name, each["message-id"]


def mypy(folder: Path) -> Iterator[tuple[str, str]]:
    names = sorted(path.name for path in folder.glob("*.py"))
    text = output(folder, "mypy", "--strict", "--config-file=", "--platform=linux", "--no-error-summary", *names)
    for line in text.splitlines():
        if match := re.match(r"(\w+\.py):\d+: error: .*\[([\w-]+)\]$", line):
            yield match[1], match[2]


TOOLS: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
    "ruff": ruff,
    "flake8": flake8,
    "pylint": pylint,
    "bandit": bandit,
    "mypy": mypy,
}


def installed(tool: str) -> str | None:
    """The version of `tool` here; None where it is not installed."""
    try:
        return version(tool)
    except PackageNotFoundError:
        return None


def noticed(tool: str) -> dict[str, list[str]]:
    """For each rule's code what `tool` reports of its example and not of the version without the mistake."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for code, rule in RULES.items():
            (folder / f"{code}_bad.py").write_text(rule.example, encoding="utf-8")
            (folder / f"{code}_good.py").write_text(rule.fixed_example, encoding="utf-8")
        found: dict[str, list[str]] = {}
        for path, code in TOOLS[tool](folder):
            found.setdefault(path, []).append(code)
    result = {}
    for code in RULES:
        fixed_example = found.get(f"{code}_good.py", [])
        result[code] = sorted({each for each in found.get(f"{code}_bad.py", []) if each not in fixed_example})
    return result


def table(cells: dict[str, tuple[str, dict[str, list[str]]]]) -> str:
    """The table in Markdown; `cells` is the version of each tool and what it notices."""
    lines = [
        "| inheritlint | " + " | ".join(f"{tool} {found[0]}" for tool, found in cells.items()) + " |",
        "| --- " * (len(cells) + 1) + "|",
    ]
    for code, rule in RULES.items():
        others = [", ".join(f"`{each}`" for each in found[code]) or NOTHING for _, found in cells.values()]
        lines.append(f"| [{code}](rules/{code}.md) {rule.name} | " + " | ".join(others) + " |")
    return "\n".join(lines)


def parsed(page: str) -> dict[str, tuple[str, dict[str, list[str]]]]:
    """The reverse of `table`, from the text of the page."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.partition(BEGIN)[2].partition(END)[0].split("\n")
        if line.startswith("|")
    ]
    heads = [head.split(" ") for head in rows[0][1:]]
    return {
        tool: (number, {row[0][1:7]: re.findall(r"`([^`]+)`", row[place + 1]) for row in rows[2:]})
        for place, (tool, number) in enumerate(heads)
    }


def main() -> None:
    """Write the table; a tool that is not installed keeps what the page says of it."""
    page = PAGE.read_text(encoding="utf-8")
    known = parsed(page) if "| --- " in page.partition(BEGIN)[2].partition(END)[0] else {}
    cells = {}
    for tool in TOOLS:
        if number := installed(tool):
            cells[tool] = (number, noticed(tool))
        elif tool in known:
            cells[tool] = (known[tool][0], {code: known[tool][1].get(code, []) for code in RULES})
    before, _, rest = page.partition(BEGIN)
    text = f"{before}{BEGIN}\n\n{table(cells)}\n\n{END}{rest.partition(END)[2]}"
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
