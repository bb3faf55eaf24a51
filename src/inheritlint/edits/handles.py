"""Fixes for a start whose child is meant to get a handle: the handle inheritable meanwhile, and in its list."""

import libcst as cst

from inheritlint.edits.arguments import append, is_open, replace_argument
from inheritlint.edits.blocks import block_statements, indentation, within
from inheritlint.edits.imports import module_name
from inheritlint.events.handles_given import HandleGiven, HandleListed, HandleNumberHanded
from inheritlint.findings import Edit, Fix, Safety


def make_inheritable(listed: HandleListed) -> Fix | None:
    """`os.set_handle_inheritable(handle, True)` before the start and `False` after it, for every handle of the list
    that is not inheritable; None where one has no name, or the start is no line of its own."""
    edits = _around(listed)
    message = f"Make {_names(listed)} inheritable while the child process is started"
    return Fix(tuple(sorted(edits)), Safety.UNSAFE, message) if edits else None


def list_handle(handed: HandleNumberHanded) -> Fix | None:
    """`handle_list` with every handle of which the call tells the number, each inheritable meanwhile; None where the
    call has a `startupinfo`, or forwards arguments, or is not written as a function of `subprocess`."""
    call, tree = handed.node, handed.program.tree
    given = {each.keyword.value: each for each in call.args if each.keyword}
    if handed.is_listed or is_open(call) or "startupinfo" in given or not isinstance(call.func, cst.Attribute):
        return None
    module = call.func.value
    if "subprocess" not in set(handed.program.outline.qualified(module)) or "" in handed.numbers:
        return None
    listed = f'lpAttributeList={{"handle_list": [{", ".join(handed.numbers)}]}}'
    text = f"startupinfo={tree.text(module)}.STARTUPINFO({listed})"
    closing = given.get("close_fds")
    edit = append(tree, call, text) if closing is None else replace_argument(tree, closing, text)
    around = [] if handed.is_inheritable else _around(handed)
    if edit is None or around is None:
        return None
    return Fix(tuple(sorted([edit, *around])), Safety.UNSAFE, f"List {_names(handed)} in `handle_list`")


def _names(given: HandleGiven) -> str:
    return ", ".join(f"`{number}`" for number in given.numbers)


def _around(given: HandleGiven) -> list[Edit] | None:
    """The handles made inheritable before the statement that starts the child, and reset in a `finally`."""
    program, line = given.program, _line_around(given)
    found = module_name(program, "os", given.node)
    if "" in given.numbers or line is None or found is None:
        return None
    outer = indentation(program, line)
    call = f"{found[0]}.set_handle_inheritable"
    before = f"\n{outer}".join(f"{call}({number}, True)" for number in given.numbers)
    unit = program.tree.module.default_indent
    after = "\n".join(f"{unit}{call}({number}, False)" for number in given.numbers)
    moved = within(program, line, line, f"{before}\n{outer}try:", f"finally:\n{after}")
    return None if moved is None else [*found[1], *moved]


def _line_around(given: HandleGiven) -> cst.SimpleStatementLine | None:
    """The one statement of a block that holds the call; None where it shares its line, or a block hangs on it."""
    node: cst.CSTNode = given.node
    while node in given.program.outline.parents and not isinstance(node, cst.BaseStatement):
        if isinstance(node, (cst.Lambda, cst.BaseComp)):
            return None
        node = given.program.outline.parents[node]
    if not isinstance(node, cst.SimpleStatementLine) or len(node.body) != 1:
        return None
    return node if block_statements(given.program, node) else None
