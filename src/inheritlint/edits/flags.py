"""Or-in a flag, in the spelling that fits the platforms and the file's own imports."""

import libcst as cst

from inheritlint.domain.values import FlagBits
from inheritlint.edits.handlers import safety_where_it_raised
from inheritlint.edits.imports import Spelled, has_builtin, module_name, own_constant
from inheritlint.events.os_open import OsOpenCall
from inheritlint.events.unavailable_flags import UnavailableFlag
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.flags import CONSTANTS

#: Expressions that bind less tightly than `|`.
_LOOSE = (cst.IfExp, cst.BooleanOperation, cst.Comparison, cst.Lambda, cst.NamedExpr)


def add_close_on_exec(opened: OsOpenCall) -> Fix | None:
    """`flags | os.O_CLOEXEC`; None where the flags are not written in the call."""
    if opened.flags is None or opened.flags.node is None:
        return None
    flag = "O_NOINHERIT" if opened.on_windows_only else "O_CLOEXEC"
    portable = not opened.on_windows_only and not opened.on_posix_only
    spelled = _own_constant(opened, flag) or _spelled(opened, flag, portable)
    if spelled is None:
        return None
    text, imports = spelled
    edits = or_in(opened.program, opened.flags.node.value, text)
    # Where nothing else uses the name, the import changes nothing else.
    is_certain = not imports or "os" not in opened.program.outline.names
    return Fix((*imports, *edits), Safety.SAFE, f"Add `{text}`", is_certain=is_certain)


def or_in(program: Program, expression: cst.BaseExpression, text: str) -> tuple[Edit, ...]:
    """`expression | text`, in parentheses where that needs them."""
    start, end = program.tree.extent(expression)
    if isinstance(expression, _LOOSE) or _is_not(expression):
        return Edit(start, start, "("), Edit(end, end, f") | {text}")
    return (Edit(end, end, f" | {text}"),)


def _is_not(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not)


def _own_constant(opened: OsOpenCall, flag: str) -> Spelled | None:
    """A constant that the file already has for `flag`."""
    for name in opened.program.numbers.get(FlagBits(CONSTANTS[f"os.{flag}"]), ()):
        if name not in (flag, "_") and own_constant(opened.program, name, opened.node):
            return name, ()
    return None


def _spelled(opened: OsOpenCall, flag: str, portable: bool) -> Spelled | None:
    """The flag as a member of `os`. It is never added to `from os import …`: that would fail on the platform that lacks
    it, also where the call is never reached."""
    if portable and not has_builtin(opened.program, "getattr", opened.node):
        return None
    function = opened.node.func
    found: Spelled | None
    if isinstance(function, cst.Attribute) and function.attr.value == "open":
        found = opened.program.tree.text(function.value), ()
    else:
        found = module_name(opened.program, "os", opened.node)
    if found is None:
        return None
    module, imports = found
    return (f'getattr({module}, "{flag}", 0)' if portable else f"{module}.{flag}"), imports


def use_getattr_default(absent: UnavailableFlag) -> Fix | None:
    """`getattr(os, "O_NOINHERIT", 0)` for `os.O_NOINHERIT`; None where `getattr` is another function there."""
    if not has_builtin(absent.program, "getattr", absent.node):
        return None
    start, end = absent.program.tree.extent(absent.node)
    text = f'getattr({absent.module}, "{absent.flag}", 0)'
    safety = safety_where_it_raised(absent.program, absent.node)
    return Fix((Edit(start, end, text),), safety, f"Replace with `{text}`")
