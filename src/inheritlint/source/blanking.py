"""Data that LibCST need not read: long tables of constants, long chains of adjacent literals.

LibCST takes tens of seconds for a megabyte of table, and cannot read five thousand adjacent strings at all. Nothing in
them is relevant, so they are written as blanks before it reads the text. Every line and column stays where it is.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from inheritlint.findings import LineTable
from inheritlint.source.units import extent

_SMALL = 20_000  # characters of a text that LibCST reads as quickly as it is searched
_TABLE = 2_000  # characters of a table that is worth the blanks
_LITERALS = 500  # lines of adjacent literals that LibCST bears
_NOT_AN_END = re.compile(r"[^\r\n]")
#: What a table of each kind holds instead: something that is not known.
_UNKNOWN = {ast.List: "...", ast.Tuple: "...,", ast.Set: "...", ast.Dict: "...:..."}
_DATA = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant, ast.UnaryOp, ast.USub, ast.Load)


def blank_data(text: str, lines: LineTable, nodes: Iterable[ast.AST]) -> str:
    """`text` with blanks in the place of long data in `nodes`, which `ast` made of it; of the same length, and Python
    still."""
    if len(text) < _SMALL:
        return text
    parts: list[str] = []
    done = 0
    for node in _data(nodes, lines):
        start, end = _extent(lines, node)
        if start < done:
            continue
        blank = _table(text, start, end, node) if isinstance(node, tuple(_UNKNOWN)) else _strings(text, start, end)
        if blank is not None:
            parts += [text[done:start], blank]
            done = end
    return "".join([*parts, text[done:]])


def _data(nodes: Iterable[ast.AST], lines: LineTable) -> Iterator[ast.expr]:
    """Tables of constants and constants of many lines, in the order of the text, none inside another."""
    pending = list(reversed(list(nodes)))
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.stmt, ast.expr)) and _is_short(node, lines):
            continue
        if isinstance(node, tuple(_UNKNOWN)) and all(isinstance(part, _DATA) for part in ast.walk(node)):
            yield node  # type: ignore[misc]
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, (str, bytes)) and (node.end_lineno or 0) - node.lineno > _LITERALS:
                yield node
        elif isinstance(node, ast.JoinedStr):
            continue
        else:
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_short(node: ast.stmt | ast.expr, lines: LineTable) -> bool:
    """Whether nothing in `node` can be long: its lines hold fewer characters than what is worth a blank."""
    first, last = extent(node)
    return last - first <= _LITERALS and lines.offset(last + 1) - lines.offset(first) < _TABLE


def _extent(lines: LineTable, node: ast.expr) -> tuple[int, int]:
    """First offset of `node` and the one past its last, in characters."""
    end = lines.offset_of_byte(node.end_lineno or 0, node.end_col_offset or 0)
    return lines.offset_of_byte(node.lineno, node.col_offset), end


def _table(text: str, start: int, end: int, node: ast.expr) -> str | None:
    """A table of one unknown thing; None where it is short, or a tuple without parentheses."""
    if end - start < _TABLE or text[start] not in "([{":
        return None
    unknown = _UNKNOWN[type(node)]
    rest = _NOT_AN_END.sub(" ", text[start + 1 : end - 1])
    if not rest.startswith(" " * len(unknown)):
        place = rest.find(" " * len(unknown))
        if place < 0:
            return None
        return f"{text[start]}{rest[:place]}{unknown}{rest[place + len(unknown) :]}{text[end - 1]}"
    return f"{text[start]}{unknown}{rest[len(unknown) :]}{text[end - 1]}"


def _strings(text: str, start: int, end: int) -> str | None:
    """The first of many adjacent literals; None where there are few, or one of many lines."""
    tokens = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"({text[start:end]})").readline):
            if token.type == tokenize.STRING:
                tokens.append(token)
    except (tokenize.TokenError, SyntaxError):
        return None
    if len(tokens) <= _LITERALS:
        return None
    first = tokens[0].string
    place = text.index(first, start)
    return text[start : place + len(first)] + _NOT_AN_END.sub(" ", text[place + len(first) : end])
