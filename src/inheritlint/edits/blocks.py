"""Edits to whole statements: lines taken out, put into `try … finally`, put under a guard.

Lines are moved by edits of their indentation alone, so whatever else stands in them stays. What a string of several
lines says is never touched: where a line begins inside one, nothing is moved.
"""

from collections.abc import Sequence

import libcst as cst

from inheritlint.findings import Edit
from inheritlint.interpreter.program import Program
from inheritlint.source.layout import layout_of


def line_of(program: Program, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
    """The statement line that `node` is the only statement of; None where it shares one, or is part of more."""
    statement = node
    while not isinstance(statement, cst.BaseSmallStatement):
        statement = program.outline.parents[statement]
        if isinstance(statement, cst.BaseStatement):
            return None
    line = program.outline.parents[statement]
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    return line if isinstance(statement, cst.Expr) and statement.value is node else None


def block_statements(program: Program, line: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements of the block in which `line` stands."""
    block = program.outline.parents[line]
    return block.body if isinstance(block, (cst.IndentedBlock, cst.Module)) else ()


def statement_in(program: Program, node: cst.CSTNode, block: Sequence[cst.CSTNode]) -> int | None:
    """Which of the statements of `block` holds `node`; None where none does."""
    around = {id(node), *(id(each) for each in program.around(node))}
    return next((number for number, each in enumerate(block) if id(each) in around), None)


def lines_from(program: Program, first: cst.CSTNode, last: cst.CSTNode) -> tuple[int, int]:
    """Offsets of the whole lines that `first` to `last` take, the last line end included."""
    lines = program.tree.lines
    start = lines.offset(lines.place(program.tree.extent(first)[0])[0])
    end = lines.offset(lines.place(program.tree.extent(last)[1])[0] + 1)
    return start, end


def indentation(program: Program, statement: cst.CSTNode) -> str:
    """The whitespace before `statement`."""
    start = program.tree.extent(statement)[0]
    text = program.tree.source.text
    return text[program.tree.lines.offset(program.tree.lines.place(start)[0]) : start]


def within(program: Program, first: cst.CSTNode, last: cst.CSTNode, head: str, tail: str = "") -> list[Edit] | None:
    """`head` above the lines of `first` to `last`, which go one level deeper, and `tail` below, both without their
    indentation; None where the lines cannot be moved."""
    outer = indentation(program, first)
    start, end = lines_from(program, first, last)
    rows = _movable(program, start, end)
    if rows is None or outer.strip(" \t"):
        return None
    text, lines = program.tree.source.text, program.tree.lines
    deeper = outer + program.tree.module.default_indent
    edits = [Edit(start, start + len(outer), f"{outer}{head}\n{deeper}")]
    for row in rows[1:]:
        place = lines.offset(row)
        if lines.line(row).strip():
            place += len(outer) if text.startswith(outer, place) else 0
            edits.append(Edit(place, place, program.tree.module.default_indent))
    if tail:
        below = "".join(f"{outer}{line}\n" for line in tail.splitlines())
        edits.append(Edit(end, end, below if text[end - 1] in "\r\n" else f"\n{below}"))
    return edits


def _movable(program: Program, start: int, end: int) -> list[int] | None:
    """The rows of the lines from `start` to `end`, if all of them may be moved."""
    layout, lines = layout_of(program.tree.source, start, end), program.tree.lines
    if layout is None:
        return None
    rows = list(range(lines.place(start)[0], lines.place(max(start, end - 1))[0] + 1))
    for row in rows:
        line = lines.line(row)
        if row in layout.inner_rows or "\f" in line[: len(line) - len(line.lstrip())]:
            return None
    return rows


def try_finally(program: Program, first: cst.CSTNode, last: cst.CSTNode, cleanup: str) -> list[Edit] | None:
    """`first` to `last` in a `try` with the lines of `cleanup` in its `finally`; None where they cannot be moved."""
    unit = program.tree.module.default_indent
    inner = "\n".join(f"{unit}{line}" for line in cleanup.splitlines())
    return within(program, first, last, "try:", f"finally:\n{inner}")


def remove(program: Program, line: cst.CSTNode) -> Edit:
    """Take a statement out; `pass` stays where it was alone in its block, and a comment stays where it was."""
    if len(block_statements(program, line)) == 1:
        return Edit(*program.tree.extent(line.body[0] if isinstance(line, cst.SimpleStatementLine) else line), "pass")
    return without(program, *lines_from(program, line, line), indentation(program, line))


def without(program: Program, start: int, end: int, indent: str) -> Edit:
    """The lines from `start` to `end` gone, but for what people commented there."""
    return Edit(start, end, "".join(f"{indent}{each}\n" for each in commented(program, start, end)))


def commented(program: Program, start: int, end: int) -> list[str]:
    """What people commented in that stretch."""
    layout = layout_of(program.tree.source, start, end)
    return [each.text for each in layout.comments_in(start, end) if not each.is_directive] if layout else []


def unwrap_try(program: Program, guarded: cst.Try, gone: Sequence[Edit]) -> tuple[Edit, ...] | None:
    """Take the `try` and the `finally` around its body away; None where there is more to it, or a string would tear.
    What `gone` takes out of the body need not move."""
    body = guarded.body
    if guarded.handlers or guarded.orelse or guarded.finalbody is None or not isinstance(body, cst.IndentedBlock):
        return None
    lines, tree = program.tree.lines, program.tree
    outer, inner = indentation(program, guarded), indentation(program, body.body[0])
    head = lines.offset(lines.place(tree.extent(guarded)[0])[0])
    first, after = lines_from(program, body.body[0], body.body[-1])
    last = lines.offset(lines.place(tree.extent(guarded.finalbody)[1])[0] + 1)
    rows = _movable(program, first, after)
    if rows is None or outer.strip(" \t") or not inner.startswith(outer):
        return None
    edits = [without(program, head, first, outer)]
    for row in rows:
        place = lines.offset(row)
        if tree.source.text.startswith(inner, place) and not any(each.start <= place < each.end for each in gone):
            edits.append(Edit(place + len(outer), place + len(inner), ""))
    return (*edits, without(program, after, last, outer))
