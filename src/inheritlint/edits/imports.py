"""Make a name of another module available: as it is imported already, else beside its kin."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.facts.outline import dotted
from inheritlint.facts.program import Program
from inheritlint.findings import Edit


def module_name(program: Program, module: str) -> tuple[str, tuple[Edit, ...]] | None:
    """How `module` is written at the top of the file, and the edit that imports it where it is not imported.

    None where its name already means something else.
    """
    for bound, qualified in _top_level_imports(program):
        if qualified == module:
            return bound, ()
    if module in program.outline.bound[program.tree.module] or program.outline.is_bound(module):
        return None
    return module, (_import(program, module),)


def from_import(program: Program, module: str, name: str) -> tuple[str, tuple[Edit, ...]] | None:
    """How `name` of `module` is written where the file says `from module import …`, and the edit that adds it there.

    None where the file has no such import, or the name means something else.
    """
    for statement in _top_level(program):
        for part in statement.body:
            if not isinstance(part, cst.ImportFrom) or part.relative or isinstance(part.names, cst.ImportStar):
                continue
            if part.module is None or dotted(part.module) != module:
                continue
            for alias in part.names:
                if alias.evaluated_name == name:
                    return alias.evaluated_alias or name, ()
            if program.outline.is_bound(name):
                return None
            _, end = program.tree.extent(part.names[-1].asname or part.names[-1].name)
            return name, (Edit(end, end, f", {name}"),)
    return None


def _top_level(program: Program) -> Iterator[cst.SimpleStatementLine]:
    for statement in program.tree.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield statement


def _top_level_imports(program: Program) -> Iterator[tuple[str, str]]:
    for statement in _top_level(program):
        for part in statement.body:
            if isinstance(part, cst.Import):
                for alias in part.names:
                    name = dotted(alias.name) or ""
                    yield alias.evaluated_alias or name, name


def _import(program: Program, module: str) -> Edit:
    """`import module`, sorted among the plain imports of the first block that has some."""
    place: int | None = None
    tree = program.tree
    started = False
    for statement in _top_level(program):
        first = statement.body[0]
        if isinstance(first, cst.Import) and len(statement.body) == 1:
            started = True
            start, end = tree.extent(statement)
            if (dotted(first.names[0].name) or "") > module:
                place = start if place is None or place < start else place
                break
            place = tree.lines.offset(tree.lines.place(end)[0] + 1)
        elif started:
            break
    if place is None:
        place = _after_header(program)
    prefix = "" if place == 0 or tree.source.text[place - 1] in "\r\n" else "\n"
    return Edit(place, place, f"{prefix}import {module}\n")


def _after_header(program: Program) -> int:
    """The first place where an import may stand: after docstring and `from __future__`."""
    tree = program.tree
    for statement in tree.module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            first = statement.body[0]
            docstring = isinstance(first, cst.Expr) and isinstance(
                first.value, (cst.SimpleString, cst.ConcatenatedString)
            )
            future = isinstance(first, cst.ImportFrom) and first.module and dotted(first.module) == "__future__"
            if docstring or future:
                continue
        start, _ = tree.extent(statement)
        return tree.lines.offset(tree.lines.place(start)[0])
    return len(tree.source.text)
