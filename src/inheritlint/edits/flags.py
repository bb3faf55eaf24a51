"""Or-in a flag, in the spelling that fits the platforms and the file's own imports."""

import libcst as cst

from inheritlint.edits.imports import from_import, module_name
from inheritlint.facts.flag_reads import FlagAbsent
from inheritlint.facts.openings import Opened
from inheritlint.facts.program import Program
from inheritlint.facts.values import Bits
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.knowledge.flags import CONSTANTS

#: Expressions that bind less tightly than `|`.
_LOOSE = (cst.IfExp, cst.BooleanOperation, cst.Comparison, cst.Lambda, cst.NamedExpr)


def add_close_on_exec(opened: Opened) -> Fix | None:
    """`flags | os.O_CLOEXEC`; None where the flags are not written in the call."""
    if opened.flags is None or opened.flags.node is None:
        return None
    flag = "O_NOINHERIT" if opened.on_windows_only else "O_CLOEXEC"
    portable = not opened.on_windows_only and not opened.on_posix_only
    spelled = _own_constant(opened.program, flag) or _spelled(opened, flag, portable)
    if spelled is None:
        return None
    text, imports = spelled
    return Fix((*imports, *or_in(opened.program, opened.flags.node.value, text)), Safety.SAFE, f"Add `{text}`")


def or_in(program: Program, expression: cst.BaseExpression, text: str) -> tuple[Edit, ...]:
    """`expression | text`, in parentheses where that needs them."""
    start, end = program.tree.extent(expression)
    if isinstance(expression, _LOOSE) or _is_not(expression):
        return Edit(start, start, "("), Edit(end, end, f") | {text}")
    return (Edit(end, end, f" | {text}"),)


def _is_not(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not)


def _own_constant(program: Program, flag: str) -> tuple[str, tuple[Edit, ...]] | None:
    """A constant that the file already has for `flag`."""
    counts = program.outline.bound[program.tree.module]
    for name in program.numbers.get(Bits(CONSTANTS[f"os.{flag}"]), ()):
        if counts[name] == 1 and name not in (flag, "_"):
            if _shadowed(program, name) or name in program.outline.imports:
                continue
            return name, ()
    return None


def _shadowed(program: Program, name: str) -> bool:
    scopes = (scope for scope in program.outline.bound if scope is not program.tree.module)
    return any(name in program.outline.bound[scope] for scope in scopes)


def _spelled(opened: Opened, flag: str, portable: bool) -> tuple[str, tuple[Edit, ...]] | None:
    function = opened.node.func
    if isinstance(function, cst.Attribute) and function.attr.value == "open":
        module: str | None = opened.program.tree.text(function.value)
        imports: tuple[Edit, ...] = ()
    else:
        named = None if portable else from_import(opened.program, "os", flag)
        if named is not None:
            return named
        found = module_name(opened.program, "os")
        if found is None:
            return None
        module, imports = found
    return (f'getattr({module}, "{flag}", 0)' if portable else f"{module}.{flag}"), imports


def read_portably(absent: FlagAbsent) -> Fix:
    """`getattr(os, "O_NOINHERIT", 0)` for `os.O_NOINHERIT`."""
    start, end = absent.program.tree.extent(absent.node)
    text = f'getattr({absent.module}, "{absent.flag}", 0)'
    return Fix((Edit(start, end, text),), Safety.SAFE, f"Write `{text}`")
