"""Edits to the arguments of one call. A comment between two arguments stays."""

import libcst as cst

from inheritlint.events.subprocess_calls import SubprocessCall
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.source.layout import layout_of
from inheritlint.source.nodes import children_of
from inheritlint.source.parsing import Tree

_ACTING = (cst.Call, cst.NamedExpr, cst.Await, cst.Yield)


def drop_close_fds(start: SubprocessCall, safety: Safety) -> Fix | None:
    """Drop `close_fds`; None where it is not an argument of the call itself, where its value does more than to be one,
    or where arguments are forwarded. Where that is safe the child inherits what it did, so nothing else is found
    afterwards."""
    argument = start.close_fds_argument
    if argument is None or argument.node is None or argument.node not in start.node.args or is_open(start.node):
        return None
    if has_effect(argument.node.value):
        return None
    if argument.node.keyword is None:
        begin, end = extent(start.program.tree, argument.node.value)
        return Fix((Edit(begin, end, "True"),), safety, "Replace with `close_fds=True`")
    edit = remove_argument(start.program.tree, start.node, argument.node)
    return Fix((edit,), safety, "Remove `close_fds`", is_certain=safety is Safety.SAFE)


def is_open(call: cst.Call) -> bool:
    """Whether `*args` or `**kwargs` may hold more arguments than are written."""
    return any(argument.star for argument in call.args)


def has_effect(expression: cst.CSTNode) -> bool:
    """Whether evaluating `expression` may do something: it calls, binds, waits or yields."""
    return isinstance(expression, _ACTING) or any(has_effect(child) for child in children_of(expression))


def remove_argument(tree: Tree, call: cst.Call, argument: cst.Arg) -> Edit:
    """Take `argument` out of `call`, with its comma, and with its line where it has one to itself."""
    start, end = _extent(tree, argument)
    text = tree.source.text
    after = _past_comma(text, end)
    line_start = tree.lines.offset(tree.lines.place(start)[0])
    next_line = tree.lines.offset(tree.lines.place(after)[0] + 1)
    if (
        not text[line_start:start].strip()
        and not text[after:next_line].strip()
        and not _holds_comment(tree, end, after)
    ):
        return Edit(line_start, next_line, "")
    position = call.args.index(argument)
    following = _extent(tree, call.args[position + 1])[0] if position + 1 < len(call.args) else None
    if following is not None and not _holds_comment(tree, end, following):
        return Edit(start, following, "")
    previous = _extent(tree, call.args[position - 1])[1] if position else None
    if following is None and previous is not None and not _holds_comment(tree, previous, after):
        return Edit(previous, end, "")
    return Edit(start, after if not _holds_comment(tree, end, after) else end, "")


def _past_comma(text: str, end: int) -> int:
    """Where the comma ends that follows an argument; its own end where none does."""
    place = end
    while place < len(text) and (text[place].isspace() or text[place] in "\\#"):
        place = max(place + 1, text.find("\n", place)) if text[place] == "#" else place + 1
    return place + 1 if text[place : place + 1] == "," else end


def _holds_comment(tree: Tree, start: int, end: int) -> bool:
    if "#" not in tree.source.text[start:end]:
        return False
    layout = layout_of(tree.source, start, end)
    return layout is None or bool(layout.comments_in(start, end))


def extent(tree: Tree, expression: cst.BaseExpression) -> tuple[int, int]:
    """From the first character of an expression to its last, parentheses included."""
    start, end = tree.extent(expression)
    if expression.lpar:
        start, end = tree.extent(expression.lpar[0])[0], tree.extent(expression.rpar[-1])[1]
    return start, end


def _extent(tree: Tree, argument: cst.Arg) -> tuple[int, int]:
    """From the first character of an argument to the last of its value, parentheses included."""
    start, end = extent(tree, argument.value)
    start = tree.extent(argument.keyword)[0] if argument.keyword else start
    text = tree.source.text
    return (text.rindex(argument.star, 0, start) if argument.star else start), end


def append(tree: Tree, call: cst.Call, text: str) -> Edit | None:
    """Write `text` as the last argument of `call`; None where its one argument is a generator without parentheses."""
    if not call.args:
        end = tree.extent(call)[1] - 1
        return Edit(end, end, text)
    last = call.args[-1]
    if isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        return None
    end = _extent(tree, last)[1]
    return Edit(end, end, f", {text}")


def replace_argument(tree: Tree, argument: cst.Arg, text: str) -> Edit:
    """Write `text` where `argument` stands."""
    start, end = _extent(tree, argument)
    return Edit(start, end, text)
