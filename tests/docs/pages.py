"""The pages of the documentation, as tests read them: blocks, commands, links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]*)"')
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*?) *#*$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, the `title` of its info string, its text, and where that stands in the page."""

    language: str
    title: str
    text: str
    start: int
    end: int


class Step(NamedTuple):
    """A command of a console block and what the page says it prints; `start` and `end` are where that stands."""

    command: str
    output: str
    start: int
    end: int


def pages() -> list[Path]:
    """Every page but those of the rules, which have tests of their own, and the README."""
    return [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in its order; a block in a list is given without its indentation."""
    for match in _BLOCK.finditer(text):
        language = match["info"].split(" ")[0].strip()
        title = _TITLE.search(match["info"])
        lines = match["body"].split("\n")
        body = "\n".join(line.removeprefix(match["indent"]) for line in lines)
        yield Block(language, title[1] if title else "", body, match.start("body"), match.end("body"))


def steps(block: Block) -> Iterator[Step]:
    """The commands of a console block, each a line that begins with `$ `, and what follows them."""
    place = block.start
    command, output, start = "", "", block.start
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            if command:
                yield Step(command, output, start, place)
            command, output, start = line[2:].rstrip("\n"), "", place + len(line)
        else:
            output += line
        place += len(line)
    if command:
        yield Step(command, output, start, place)


def spans(text: str) -> Iterator[str]:
    """The code spans of a page outside its blocks."""
    yield from (match[1] for match in re.finditer(r"(?<!`)`([^`\n]+)`(?!`)", _BLOCK.sub("", text)))


def links(text: str) -> Iterator[str]:
    """Where the links of a page lead."""
    yield from (match[1] for match in _LINK.finditer(_BLOCK.sub("", text)))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as Markdown's `toc` extension makes them."""
    plain = _BLOCK.sub("", text)
    return {_slug(match[1]) for match in _HEADING.finditer(plain)}


def _slug(heading: str) -> str:
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    words = re.sub(r"[^\w\s-]", "", heading.encode("ascii", "ignore").decode()).strip().lower()
    return re.sub(r"[-\s]+", "-", words)
