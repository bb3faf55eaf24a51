"""Fixes for what runs on the wrong platform."""

import libcst as cst

from inheritlint.edits.arguments import extent, remove_argument
from inheritlint.edits.blocks import line_of, within
from inheritlint.edits.handlers import safety_where_it_raised
from inheritlint.edits.imports import exchanged_import, from_import, module_name
from inheritlint.events.handle_calls import HandleCall, HandleFunctionUsed, PlatformGuard
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.source.nodes import children_of


def guard_for_windows(used: HandleFunctionUsed) -> Fix | None:
    """`if sys.platform == "win32":` around the statement that the call is, or the call that is given the function;
    None where its value is used."""
    program = used.program
    given = program.call_with(used.node) or used.node
    line = line_of(program, used.node if isinstance(used.node, cst.Call) else given)
    found = module_name(program, "sys", used.node)
    if line is None or found is None:
        return None
    name, imports = found
    guard = f'if {name}.platform == "win32":'
    guarded = within(program, line, line, guard)
    return Fix((*imports, *guarded), Safety.UNSAFE, f"Add `{guard}`") if guarded else None


def call_for_descriptors(call: HandleCall) -> Fix | None:
    """`os.set_inheritable` for `os.set_handle_inheritable`, in the file's own spelling."""
    if call.function == "win32api.SetHandleInformation":
        return _set_inheritable(call)
    instead = call.instead.removeprefix("os.")
    program = call.program
    function = call.node.func
    if any(argument.keyword is not None for argument in call.node.args):
        return None
    safety = safety_where_it_raised(program, call.node)
    if isinstance(function, cst.Attribute) and call.function.endswith(f".{function.attr.value}"):
        start, end = program.tree.extent(function.attr)
        return Fix((Edit(start, end, instead),), safety, f"Replace with `os.{instead}`")
    if not isinstance(function, cst.Name):
        return None
    found = exchanged_import(program, "os", instead, function) or from_import(program, "os", instead, call.node)
    if found is None:
        module = module_name(program, "os", call.node)
        found = (f"{module[0]}.{instead}", module[1]) if module else None
    if found is None:
        return None
    start, end = program.tree.extent(function)
    return Fix((*found[1], Edit(start, end, found[0])), safety, f"Replace with `os.{instead}`")


def _set_inheritable(call: HandleCall) -> Fix | None:
    """`os.set_inheritable(fd, …)` for `SetHandleInformation(fd, HANDLE_FLAG_INHERIT, …)`; None for other flags."""
    program = call.program
    arguments = call.node.args
    if len(arguments) != 3 or any(each.keyword or each.star for each in arguments):
        return None
    _, mask, flags = (program.tree.text(each.value) for each in arguments)
    wanted = {"0": "False", mask: "True"}.get(flags)
    found = module_name(program, "os", call.node)
    if wanted is None or found is None or mask.rpartition(".")[2] != "HANDLE_FLAG_INHERIT":
        return None
    tree = program.tree
    edits = (
        Edit(*tree.extent(call.node.func), f"{found[0]}.set_inheritable"),
        remove_argument(tree, call.node, arguments[1]),
        Edit(*extent(tree, arguments[2].value), wanted),
    )
    safety = safety_where_it_raised(program, call.node)
    return Fix((*found[1], *edits), safety, "Replace with `os.set_inheritable`")


def replace_platform_name(test: PlatformGuard) -> Fix | None:
    """The value that was meant, in the quotes that are there."""
    edits = []
    for literal in _strings(test.guard.node):
        value = literal.evaluated_value
        if isinstance(value, str) and value in test.guard.written:
            start, end = test.program.tree.extent(literal)
            edits.append(Edit(start, end, f"{literal.prefix}{literal.quote}{test.meaning(value)}{literal.quote}"))
    return Fix(tuple(edits), Safety.UNSAFE, f"Replace with {test.meant}") if edits else None


def _strings(node: cst.CSTNode) -> list[cst.SimpleString]:
    found, pending = [], [node]
    while pending:
        part = pending.pop()
        if isinstance(part, cst.SimpleString):
            found.append(part)
        pending.extend(children_of(part))
    return found
