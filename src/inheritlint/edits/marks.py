"""Repairs of a mark: give the descriptor to its one child, or take the mark back for sure."""

import libcst as cst

from inheritlint.edits.arguments import append, replace_argument
from inheritlint.edits.blocks import line_of, lines_from, remove, siblings, try_finally, unwrap
from inheritlint.edits.imports import module_name
from inheritlint.facts.marks import MadeInheritable, Means
from inheritlint.facts.numbers_handed import is_told
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.uses import starts_of
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
    if len(mark.fate.children) != 1:
        return None
    child = mark.fate.children[0]
    seen = starts_of(program, child)
    argument = _only_close_fds(seen) if seen else None
    if argument is None or program.outline.scope_of(child) is not program.outline.scope_of(mark.node):
        return None
    dropped = _without_mark(mark)
    if dropped is None:
        return None
    number = _number(mark)
    edits = [*dropped, replace_argument(program.tree, argument, f"pass_fds=({number},)")]
    sure = mark.on_posix_only and _is_plain(mark.target) and not mark.clears_flag
    safety = Safety.SAFE if sure else Safety.UNSAFE
    return Fix(tuple(sorted(edits)), safety, f"Give `{number}` to this child alone with `pass_fds`")


def drop_mark(mark: MadeInheritable) -> Fix | None:
    """Drop a mark that no child needs, and what takes it back."""
    dropped = _without_mark(mark)
    return Fix(dropped, Safety.SAFE, "Drop the mark") if dropped else None


def hand_over_instead(mark: MadeInheritable) -> Fix | None:
    """Drop a mark without effect; the one child that is told the number gets `pass_fds`."""
    program, dropped = mark.program, _without_mark(mark)
    if dropped is None:
        return None
    thing = mark.fate.thing
    told = [child for child in mark.fate.children if thing is not None and is_told(program, child, thing)]
    if len(told) != 1 or not isinstance(told[0], cst.Call):
        return Fix(dropped, Safety.UNSAFE, "Drop the mark")
    number = _number(mark)
    passed = append(mark.program.tree, told[0], f"pass_fds=({number},)")
    return Fix(tuple(sorted((*dropped, passed))), Safety.UNSAFE, f"Give `{number}` to that child with `pass_fds`")


def _number(mark: MadeInheritable) -> str:
    return f"{mark.target}.fileno()" if mark.is_object else mark.target


def _without_mark(mark: MadeInheritable) -> tuple[Edit, ...] | None:
    """The mark and all that takes it back gone, but not what closes the descriptor; None where a line holds more."""
    program = mark.program
    line = line_of(program, mark.node)
    if mark.is_handle or line is None:
        return None
    edits = [_removed(program, line)]
    for reset in mark.fate.resets:
        if reset not in program.outline.parents:
            continue
        if isinstance(reset, (cst.With, cst.For)):
            continue
        found = line_of(program, reset)
        if found is not None and not _is_reset(found):
            continue
        if found is None:
            return None
        final = program.outline.parents.get(program.outline.parents[found])
        if isinstance(final, cst.Finally) and len(siblings(program, found)) == 1:
            guarded = program.outline.parents[final]
            bare = unwrap(program, guarded) if isinstance(guarded, cst.Try) else None
            if bare is None or _is_inside(program, line, guarded):
                return None
            edits += bare
        else:
            edits.append(remove(program, found))
    return tuple(sorted(edits))


def _removed(program: Program, line: cst.SimpleStatementLine) -> Edit:
    """The line gone, with the loop that was there for it alone."""
    loop = program.outline.parents.get(program.outline.parents[line])
    if not isinstance(loop, cst.For) or loop.orelse is not None or len(siblings(program, line)) > 1:
        return remove(program, line)
    if not isinstance(loop.iter, (cst.Name, cst.Attribute)) or len(siblings(program, loop)) == 1:
        return remove(program, line)
    return Edit(*lines_from(program, loop, loop), "")


def _is_inside(program: Program, node: cst.CSTNode, holder: cst.CSTNode) -> bool:
    return holder in program.around(node)


def _is_reset(line: cst.SimpleStatementLine | None) -> bool:
    """Whether a line makes the descriptor non-inheritable; a line that closes it must stay."""
    call = line.body[0].value if line and isinstance(line.body[0], cst.Expr) else None
    return (
        isinstance(call, cst.Call)
        and isinstance(call.func, (cst.Attribute, cst.Name))
        and _last(call.func) in ("set_inheritable", "fcntl")
    )


def _last(node: cst.Attribute | cst.Name) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value


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
    text = try_finally(program, body[first], body[started[-1]], reset) if reset else None
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


def _reset_text(mark: MadeInheritable) -> str | None:
    """The statement that takes the mark back, in the words of the one that made it."""
    call = mark.callee
    match mark.means:
        case Means.METHOD:
            return f"{call}(False)"
        case Means.FLAGS if isinstance(mark.node.func, cst.Attribute):
            module = mark.program.tree.text(mark.node.func.value)
            return f"{call}({mark.target}, {module}.F_SETFD, {module}.FD_CLOEXEC)"
        case Means.FUNCTION | Means.HANDLE:
            return f"{call}({mark.target}, False)"
    found = module_name(mark.program, "os")
    return f"{found[0]}.set_inheritable({mark.target}, False)" if found and not found[1] else None
