"""Edits to whole statements: lines taken out, put into `try … finally`, put under a guard."""

from collections.abc import Sequence

import libcst as cst

from inheritlint.facts.program import Program
from inheritlint.findings import Edit
from inheritlint.source.nodes import children_of


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


def siblings(program: Program, line: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements of the block in which `line` stands."""
    block = program.outline.parents[line]
    return block.body if isinstance(block, (cst.IndentedBlock, cst.Module)) else ()


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


def indented(program: Program, first: cst.CSTNode, last: cst.CSTNode) -> str | None:
    """The lines of `first` to `last`, one level deeper; None where a string or a line of two would be torn."""
    if any(_spans_lines(program, node) for node in _between(program, first, last)):
        return None
    start, end = lines_from(program, first, last)
    unit = program.tree.module.default_indent
    text = program.tree.source.text[start:end]
    text = text if text.endswith(("\n", "\r")) else text + "\n"
    return "".join(unit + line if line.strip() else line for line in text.splitlines(keepends=True))


def _between(program: Program, first: cst.CSTNode, last: cst.CSTNode) -> Sequence[cst.CSTNode]:
    body = list(siblings(program, first))
    return body[body.index(first) : body.index(last) + 1]


def _spans_lines(program: Program, node: cst.CSTNode) -> bool:
    """Whether a string inside `node` holds a line end: moving it would change what it says."""
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, (cst.SimpleString, cst.FormattedString)):
            if "\n" in program.tree.text(part) or "\r" in program.tree.text(part):
                return True
        else:
            pending.extend(children_of(part))
    return False


def remove(program: Program, line: cst.SimpleStatementLine) -> Edit:
    """Take a statement line out; `pass` stays where it was alone in its block."""
    if len(siblings(program, line)) == 1:
        start, end = program.tree.extent(line.body[0])
        return Edit(start, end, "pass")
    return Edit(*lines_from(program, line, line), "")


def unwrap(program: Program, guarded: cst.Try) -> tuple[Edit, ...] | None:
    """Take the `try` and the `finally` around its body away; None where there is more to it, or a string would tear."""
    body = guarded.body
    if guarded.handlers or guarded.orelse or guarded.finalbody is None or not isinstance(body, cst.IndentedBlock):
        return None
    if any(_spans_lines(program, statement) for statement in body.body):
        return None
    lines, tree = program.tree.lines, program.tree
    head = lines.place(tree.extent(guarded)[0])[0]
    first, after = lines_from(program, body.body[0], body.body[-1])
    last = lines.place(tree.extent(guarded.finalbody)[1])[0]
    depth = len(indentation(program, body.body[0])) - len(indentation(program, guarded))
    edits = [Edit(lines.offset(head), first, "")]
    for number in range(lines.place(first)[0], lines.place(after - 1)[0] + 1):
        start = lines.offset(number)
        if tree.source.text[start : start + depth].isspace() and lines.line(number).strip():
            edits.append(Edit(start, start + depth, ""))
    return (*edits, Edit(after, lines.offset(last + 1), ""))


def try_finally(program: Program, first: cst.CSTNode, last: cst.CSTNode, cleanup: str) -> str | None:
    """`first` to `last` in a `try` with `cleanup` in its `finally`, as text; None where they cannot be moved."""
    body = indented(program, first, last)
    if body is None:
        return None
    outer = indentation(program, first)
    unit = program.tree.module.default_indent
    return f"{outer}try:\n{body}{outer}finally:\n{outer}{unit}{cleanup}\n"
