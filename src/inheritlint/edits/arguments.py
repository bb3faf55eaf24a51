"""Edits to the arguments of one call."""

import libcst as cst

from inheritlint.facts.starts import ChildStarted
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.source.parsing import Tree


def drop_close_fds(start: ChildStarted, *, always_safe: bool = False) -> Fix | None:
    """Drop `close_fds`; None where it is not a keyword of the call itself, or where `**kwargs` are forwarded."""
    argument = start.close_fds_argument
    if argument is None or argument.node is None or any(each.star for each in start.node.args):
        return None
    safety = Safety.SAFE if always_safe or not start.file_marks else Safety.UNSAFE
    if argument.node.keyword is None:
        begin, end = start.program.tree.extent(argument.node.value)
        return Fix((Edit(begin, end, "True"),), safety, "Close descriptors")
    return Fix((drop(start.program.tree, start.node, argument.node),), safety, "Drop `close_fds`")


def drop(tree: Tree, call: cst.Call, argument: cst.Arg) -> Edit:
    """Take `argument` out of `call`, with its comma, and with its line where it has one to itself."""
    start, end = _extent(tree, argument)
    text = tree.source.text
    line = tree.lines.place(start)[0]
    line_start, next_line = tree.lines.offset(line), tree.lines.offset(tree.lines.place(end)[0] + 1)
    comma = end + len(text[end:next_line]) - len(text[end:next_line].lstrip())
    after = comma + 1 if text[comma : comma + 1] == "," else end
    if not text[line_start:start].strip() and not text[after:next_line].strip():
        return Edit(line_start, next_line, "")
    position = call.args.index(argument)
    if position + 1 < len(call.args):
        return Edit(start, _extent(tree, call.args[position + 1])[0], "")
    if position > 0:
        return Edit(_extent(tree, call.args[position - 1])[1], end, "")
    return Edit(start, after, "")


def _extent(tree: Tree, argument: cst.Arg) -> tuple[int, int]:
    """From the first character of an argument to the last of its value, parentheses included."""
    first: cst.CSTNode = argument.keyword or (argument.value.lpar[0] if _parenthesized(argument) else argument.value)
    start = tree.extent(first)[0] - len(argument.star)
    last: cst.CSTNode = argument.value.rpar[-1] if _parenthesized(argument) else argument.value
    return start, tree.extent(last)[1]


def _parenthesized(argument: cst.Arg) -> bool:
    return bool(argument.value.lpar)


def append(tree: Tree, call: cst.Call, text: str) -> Edit:
    """Write `text` as the last argument of `call`."""
    if not call.args:
        end = tree.extent(call)[1] - 1
        return Edit(end, end, text)
    last = call.args[-1]
    end = _extent(tree, last)[1]
    return Edit(end, end, f", {text}")


def replace_argument(tree: Tree, argument: cst.Arg, text: str) -> Edit:
    """Write `text` where `argument` stands."""
    start, end = _extent(tree, argument)
    return Edit(start, end, text)
