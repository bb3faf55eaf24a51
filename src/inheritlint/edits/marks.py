"""Repairs of a mark: give the descriptor to its one child, or take the mark back for sure."""

import libcst as cst

from inheritlint.edits.arguments import replace_argument
from inheritlint.edits.blocks import line_of, lines_from, remove, siblings, try_finally
from inheritlint.facts.marks import MadeInheritable
from inheritlint.facts.observation import Observation
from inheritlint.facts.values import truth
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.knowledge.deeds import Deed


def hand_over_or_reset(mark: MadeInheritable) -> Fix | None:
    """`pass_fds` for the one child that gets the descriptor; else `try … finally` up to the last start of a child."""
    return _hand_over(mark) or _reset_after_last_child(mark)


def reset_finally(mark: MadeInheritable) -> Fix | None:
    """Move a reset that stands later in the same block into `finally`."""
    handed = _hand_over(mark)
    if handed is not None:
        return handed
    program = mark.program
    line = line_of(program, mark.node)
    if line is None:
        return None
    body = list(siblings(program, line))
    first = body.index(line) + 1
    for reset in mark.fate.resets:
        after = line_of(program, reset) if reset in program.outline.parents else None
        if after is None or after not in body or body.index(after) <= first:
            continue
        last = body.index(after)
        if any(_leaves_names(statement) for statement in body[first:last]):
            continue
        text = try_finally(program, body[first], body[last - 1], program.tree.text(reset))
        if text is None:
            continue
        start, end = lines_from(program, body[first], after)
        return Fix((Edit(start, end, text),), Safety.SAFE, "Move the reset to a `finally`")
    return None


def _leaves_names(statement: cst.CSTNode) -> bool:
    """A definition is not moved."""
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def _hand_over(mark: MadeInheritable) -> Fix | None:
    """Drop the mark and its resets, and `close_fds=False` becomes `pass_fds=(fd,)`."""
    program = mark.program
    line = line_of(program, mark.node)
    if mark.is_handle or line is None or len(mark.fate.children) != 1:
        return None
    child = mark.fate.children[0]
    seen = program.observations.get(child) if isinstance(child, cst.Call) else None
    argument = _only_close_fds(seen) if seen else None
    resets = [line_of(program, reset) for reset in mark.fate.resets if reset in program.outline.parents]
    if argument is None or any(reset is None for reset in resets) or any(not _is_reset(r) for r in resets):
        return None
    if program.outline.scope_of(child) is not program.outline.scope_of(mark.node) or _sole_in_block(mark, resets):
        return None
    number = f"{mark.target}.fileno()" if mark.is_object else mark.target
    edits = [remove(program, line), *(remove(program, reset) for reset in resets if reset is not None)]
    edits.append(replace_argument(program.tree, argument, f"pass_fds=({number},)"))
    safety = Safety.SAFE if mark.on_posix_only and _is_plain(mark.target) else Safety.UNSAFE
    return Fix(tuple(sorted(edits)), safety, f"Give `{number}` to this child alone with `pass_fds`")


def _is_reset(line: cst.SimpleStatementLine | None) -> bool:
    """Whether a line makes the descriptor non-inheritable; a line that closes it must stay."""
    call = line.body[0].value if line and isinstance(line.body[0], cst.Expr) else None
    return (
        isinstance(call, cst.Call)
        and isinstance(call.func, (cst.Attribute, cst.Name))
        and _last(call.func) == "set_inheritable"
    )


def _last(node: cst.Attribute | cst.Name) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value


def _sole_in_block(mark: MadeInheritable, resets: list[cst.SimpleStatementLine | None]) -> bool:
    """Whether a reset is all that a `finally` holds: taking it out would leave an empty clean-up behind."""
    return any(reset is not None and len(siblings(mark.program, reset)) == 1 for reset in resets)


def _only_close_fds(seen: list[Observation]) -> cst.Arg | None:
    """The argument `close_fds=False` of a child that is told nothing else about descriptors."""
    first = seen[0]
    arguments = first.arguments
    close_fds = arguments.get("close_fds")
    if first.known.deed is not Deed.STARTS or close_fds is None or "pass_fds" in arguments or "preexec_fn" in arguments:
        return None
    if close_fds.node is None or close_fds.node.keyword is None or truth(close_fds.value) is not False:
        return None
    return None if any(argument.star for argument in first.node.args) else close_fds.node


def _is_plain(target: str) -> bool:
    return target.replace(".", "").replace("_", "").isalnum()


def _reset_after_last_child(mark: MadeInheritable) -> Fix | None:
    program = mark.program
    line = line_of(program, mark.node)
    if mark.is_handle and not mark.on_windows_only:
        return None
    if line is None or not _is_plain(mark.target.removesuffix(".fileno()")):
        return None
    body = list(siblings(program, line))
    first = body.index(line) + 1
    started = [
        position
        for position, statement in enumerate(body)
        if position >= first and any(_holds(mark, statement, child) for child in mark.fate.children)
    ]
    if not started or any(_leaves_names(statement) for statement in body[first : started[-1] + 1]):
        return None
    reset = _reset_text(mark)
    text = try_finally(program, body[first], body[started[-1]], reset)
    if text is None:
        return None
    start, end = lines_from(program, body[first], body[started[-1]])
    return Fix((Edit(start, end, text),), Safety.UNSAFE, f"Take the mark back with `{reset}` in a `finally`")


def _holds(mark: MadeInheritable, statement: cst.CSTNode, child: cst.CSTNode) -> bool:
    node = child
    while node in mark.program.outline.parents:
        if node is statement:
            return True
        node = mark.program.outline.parents[node]
    return False


def _reset_text(mark: MadeInheritable) -> str:
    call = mark.callee
    return f"{call}(False)" if mark.is_object else f"{call}({mark.target}, False)"
