"""Fixes for flags that stand where those of another family belong."""

import libcst as cst

from inheritlint.edits.arguments import extent
from inheritlint.edits.lines import name_of_os
from inheritlint.edits.reliance import safety_where_read
from inheritlint.events.fcntl_flags import FlagMistake, WrongFlag
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.source.nodes import children_of

_RIGHT = {"O_CLOEXEC": "FD_CLOEXEC"}


def replace_flag(confused: WrongFlag) -> Fix | None:
    """The flag of the right family, or the right command; None where the expression is more than a name, right on
    another path, or where a function of the file is between."""
    if not confused.is_direct or not confused.is_certain:
        return None
    match confused.confusion:
        case FlagMistake.CLOEXEC_OF_OPEN:
            return _descriptor_flag(confused)
        case FlagMistake.FLAG_AS_TRUTH:
            return _truth(confused)
        case FlagMistake.FLAG_AS_COMMAND:
            return _command(confused)
        case FlagMistake.STATUS_FLAG:
            return _blocking(confused)
    return None


def _descriptor_flag(confused: WrongFlag) -> Fix | None:
    """`FD_CLOEXEC` for `O_CLOEXEC` under `F_SETFD`, spelled like the command is."""
    program, argument = confused.program, confused.argument
    command = confused.node.args[1].value if len(confused.node.args) > 1 else None
    if argument is None or not isinstance(command, cst.Attribute):
        return None
    named = [part for part in _names(argument.value) if part.attr.value == "O_CLOEXEC"]
    if len(named) != 1:
        return None
    right = f"{program.tree.text(command.value)}.FD_CLOEXEC"
    start, end = program.tree.extent(named[0])
    return Fix((Edit(start, end, right),), safety_where_read(program, True), f"Replace with `{right}`")


def _names(node: cst.CSTNode) -> list[cst.Attribute]:
    found = [node] if isinstance(node, cst.Attribute) else []
    return found + [name for child in children_of(node) for name in _names(child)]


def _truth(confused: WrongFlag) -> Fix | None:
    """What was meant is close-on-exec: not inheritable."""
    if confused.argument is None:
        return None
    start, end = extent(confused.program.tree, confused.argument.value)
    return Fix((Edit(start, end, "False"),), Safety.UNSAFE, "Replace with `False`")


def _command(confused: WrongFlag) -> Fix | None:
    """`fcntl(fd, FD_CLOEXEC)` is `fcntl(fd, F_SETFD, FD_CLOEXEC)`."""
    argument = confused.argument
    if argument is None or len(confused.node.args) != 2 or not isinstance(argument.value, cst.Attribute):
        return None
    module = confused.program.tree.text(argument.value.value)
    start, _ = confused.program.tree.extent(argument.value)
    return Fix((Edit(start, start, f"{module}.F_SETFD, "),), Safety.UNSAFE, f"Insert `{module}.F_SETFD` as the command")


def _blocking(confused: WrongFlag) -> Fix | None:
    """`os.set_blocking(fd, False)` for `fcntl(fd, F_SETFD, O_NONBLOCK)`, where the result is not used."""
    program, node = confused.program, confused.node
    found = name_of_os(program, node)
    if (
        found is None
        or not isinstance(program.outline.parents[node], cst.Expr)
        or len(node.args) != 3
        or any(each.keyword or each.star for each in node.args)
    ):
        return None
    tree = program.tree
    name = f"{found[0]}.set_blocking"
    (start, _), (_, end) = extent(tree, node.args[1].value), extent(tree, node.args[2].value)
    edits = Edit(*tree.extent(node.func), name), Edit(start, end, "False")
    text = f"{name}({tree.text(node.args[0].value)}, False)"
    return Fix((*found[1], *edits), Safety.UNSAFE, f"Replace with `{text}`")
