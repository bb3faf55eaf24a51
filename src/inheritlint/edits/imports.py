"""Make a name of another module available: as it is imported already, else beside similar imports."""

import ast
import re
from collections.abc import Iterator

import libcst as cst

from inheritlint.edits.scopes import Scopes, scopes_of
from inheritlint.findings import Edit
from inheritlint.interpreter.program import Program
from inheritlint.source.stretches import first_line

Spelled = tuple[str, tuple[Edit, ...]]


def module_name(program: Program, module: str, at: cst.CSTNode) -> Spelled | None:
    """How `module` is written at `at`, and the edit that imports it where nothing does so for sure before.

    None where its name means, or may mean, something else there.
    """
    scopes = scopes_of(program.tree.source)
    if scopes is None:
        return None
    place = program.tree.extent(at)[0]
    for statement, alias in _plain_imports(scopes):
        if alias.name == module or (not alias.asname and alias.name.startswith(f"{module}.")):
            name = alias.asname or module
            if _is_this(scopes, name, module, place) and scopes.start(statement) < place:
                return name, ()
    if scopes.bindings(module) or scopes.is_hidden(module, place):
        return None
    edit = _new_import(program, scopes, module)
    return (module, (edit,)) if edit is not None and edit.start <= place else None


def from_import(program: Program, module: str, name: str, at: cst.CSTNode) -> Spelled | None:
    """How `name` of `module` is written where the file says `from module import …`, and the edit that adds it there.

    `name` must exist on every platform. None where the file has no such import, or the name means something else.
    """
    scopes = scopes_of(program.tree.source)
    if scopes is None:
        return None
    place = program.tree.extent(at)[0]
    for statement in scopes.module.body:
        if not isinstance(statement, ast.ImportFrom) or statement.module != module or statement.level:
            continue
        if statement.names[0].name == "*" or scopes.start(statement) > place:
            continue
        for alias in statement.names:
            bound = alias.asname or alias.name
            if alias.name == name and len(scopes.bindings(bound)) == 1 and not scopes.is_hidden(bound, place):
                return bound, ()
        if scopes.bindings(name) or scopes.is_hidden(name, place):
            return None
        last = statement.names[-1]
        end = scopes.lines.offset_of_byte(last.end_lineno or last.lineno, last.end_col_offset or 0)
        return name, (Edit(end, end, f", {name}"),)
    return None


def exchanged_import(program: Program, module: str, name: str, used: cst.Name) -> Spelled | None:
    """How `name` of `module` is written instead of `used`, which `from module import …` binds and the file uses nowhere
    else, and the edit that leaves only `name` in that import. `name` must exist on every platform. None where that is
    not so."""
    scopes = scopes_of(program.tree.source)
    if scopes is None or _times(scopes, used.value, len(program.tree.source.text)) != 1:
        return None
    place = program.tree.extent(used)[0]
    if len(scopes.bindings(used.value)) != 1 or any(scopes.is_hidden(each, place) for each in (used.value, name)):
        return None
    for statement in scopes.module.body:
        if not isinstance(statement, ast.ImportFrom) or statement.module != module or statement.level:
            continue
        names = [alias.asname or alias.name for alias in statement.names]
        if used.value not in names or scopes.start(statement) > place:
            continue
        index = names.index(used.value)
        start, end = scopes.start(statement.names[index]), scopes.end(statement.names[index])
        if not scopes.bindings(name):
            return name, (Edit(start, end, name),)
        if len(scopes.bindings(name)) != 1 or not any(
            each.name == name and not each.asname for each in statement.names
        ):
            return None
        if index:
            start = scopes.end(statement.names[index - 1])
        else:
            end = scopes.start(statement.names[1])
        return (name, (Edit(start, end, ""),)) if "#" not in program.tree.source.text[start:end] else None
    return None


def _times(scopes: Scopes, name: str, length: int) -> int:
    """How often the file uses `name`, or writes it as a text, which may export it."""
    return sum(
        (isinstance(each, ast.Name) and each.id == name) or (isinstance(each, ast.Constant) and each.value == name)
        for each, _ in scopes.nodes_in(0, length)
    )


def own_constant(program: Program, name: str, at: cst.CSTNode) -> bool:
    """Whether the constant `name` of the file is bound for sure at `at`, once, and means nothing else there."""
    scopes = scopes_of(program.tree.source)
    if scopes is None:
        return False
    place = program.tree.extent(at)[0]
    bindings = scopes.bindings(name)
    if len(bindings) != 1 or scopes.is_hidden(name, place):
        return False
    return any(
        isinstance(statement, (ast.Assign, ast.AnnAssign))
        and statement.value is not None
        and bindings[0] in ast.walk(statement)
        and scopes.end(statement) <= place
        for statement in scopes.module.body
    )


def has_builtin(program: Program, name: str, at: cst.CSTNode) -> bool:
    """Whether `name` means Python's own function at `at`."""
    scopes = scopes_of(program.tree.source)
    return scopes is not None and scopes.is_builtin(name, program.tree.extent(at)[0])


def unused_name(program: Program, name: str, other: str) -> str:
    """`name`, or `other` where the file has the first one anywhere: it may also come out of `import *`."""
    return other if re.search(rf"\b{name}\b", program.tree.source.text) else name


def _is_this(scopes: Scopes, name: str, module: str, place: int) -> bool:
    """Whether `name` can only mean `module` at `place`."""
    return not scopes.is_hidden(name, place) and all(_imports(node, name, module) for node in scopes.bindings(name))


def _imports(node: ast.AST, name: str, module: str) -> bool:
    if not isinstance(node, ast.Import):
        return False
    bound = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) == name]
    return all((alias.name if alias.asname else name) == module for alias in bound)


def _plain_imports(scopes: Scopes) -> Iterator[tuple[ast.Import, ast.alias]]:
    """Each name that an `import` of the module itself binds, whatever happens."""
    for statement in scopes.module.body:
        if isinstance(statement, ast.Import):
            yield from ((statement, alias) for alias in statement.names)


def _new_import(program: Program, scopes: Scopes, module: str) -> Edit | None:
    """`import module`, sorted among the plain imports of the first block of imports, else before all that runs; None
    where no line is free for it."""
    body = list(scopes.module.body)
    header = _header(body)
    block = body[header:]
    length = next((i for i, each in enumerate(block) if not isinstance(each, (ast.Import, ast.ImportFrom))), len(block))
    place: int | None = None
    for number in range(header, header + length):
        statement = body[number]
        if not isinstance(statement, ast.Import) or _shares_its_line(body, number):
            continue
        if statement.names[0].name > module:
            place = _line_start(scopes, statement) if place is None else place
            break
        place = scopes.lines.offset((statement.end_lineno or statement.lineno) + 1)
    if place is None:
        if header < len(body) and header and body[header].lineno == body[header - 1].end_lineno:
            return None
        place = _line_start(scopes, body[header]) if header < len(body) else len(program.tree.source.text)
    prefix = "" if place == 0 or program.tree.source.text[place - 1] in "\r\n" else "\n"
    return Edit(place, place, f"{prefix}import {module}\n")


def _header(body: list[ast.stmt]) -> int:
    """How many statements must stay in front: the docstring, `from __future__`."""
    count = 0
    for number, statement in enumerate(body):
        match statement:
            case ast.Expr(value=ast.Constant(value=str())) if number == 0:
                count += 1
            case ast.ImportFrom(module="__future__"):
                count += 1
            case _:
                break
    return count


def _line_start(scopes: Scopes, statement: ast.stmt) -> int:
    return scopes.lines.offset(first_line(statement))


def _shares_its_line(body: list[ast.stmt], number: int) -> bool:
    around = body[max(number - 1, 0) : number] + body[number + 1 : number + 2]
    own = body[number]
    return any(each.end_lineno == own.lineno or each.lineno == own.end_lineno for each in around)
