"""A new statement before or after the one that holds an expression."""

import libcst as cst

from inheritlint.edits.blocks import indentation
from inheritlint.edits.imports import Spelled, module_name
from inheritlint.findings import Edit
from inheritlint.interpreter.program import Program


def statement_of(program: Program, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
    """The line of simple statements that holds `node`, if it stands alone in its block's lines; else None."""
    while not isinstance(node, cst.BaseStatement):
        if isinstance(node, (cst.Lambda, cst.BaseComp)):
            return None
        node = program.outline.parents[node]
    if not isinstance(node, cst.SimpleStatementLine) or indentation(program, node).strip():
        return None
    return node


def insert_after(program: Program, node: cst.CSTNode, *lines: str) -> Edit | None:
    """`lines` as statements after the one that `node` is, or the value of which it is; None where that is no line of
    its own, or where `node` may not be reached in it."""
    line = statement_of(program, node)
    if line is None or len(line.body) != 1:
        return None
    statement = line.body[0]
    if not isinstance(statement, (cst.Expr, cst.Assign, cst.AnnAssign)) or statement.value is not node:
        return None
    table = program.tree.lines
    end = table.offset(table.place(program.tree.extent(line)[1])[0] + 1)
    text = program.tree.source.text
    start = "" if end and text[end - 1] in "\r\n" else "\n"
    return Edit(end, end, start + _written(program, line, lines))


def insert_before(program: Program, node: cst.CSTNode, *lines: str) -> Edit | None:
    """`lines` as statements before the one that holds `node`; None where it is no line of its own."""
    line = statement_of(program, node)
    if line is None:
        return None
    table = program.tree.lines
    start = table.offset(table.place(program.tree.extent(line)[0])[0])
    return Edit(start, start, _written(program, line, lines))


def _written(program: Program, line: cst.CSTNode, lines: tuple[str, ...]) -> str:
    indent = indentation(program, line)
    return "".join(f"{indent}{text}\n" for text in lines)


def name_of_os(program: Program, node: cst.Call) -> Spelled | None:
    """How `os` is written at `node`: as the call itself does, else as the file imports it, else with a new import."""
    function = node.func
    if isinstance(function, cst.Attribute) and "os" in set(program.outline.qualified(function.value)):
        return program.tree.text(function.value), ()
    return module_name(program, "os", node)
