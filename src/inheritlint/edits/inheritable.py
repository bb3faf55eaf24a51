"""Fixes for a `set_inheritable` call: remove it, pass the descriptor to its one child, or reset it for sure."""

from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from inheritlint.edits.afterwards import calls_others, is_shared, is_used_after
from inheritlint.edits.arguments import append, extent, is_open, replace_argument
from inheritlint.edits.blocks import (
    block_statements,
    commented,
    line_of,
    lines_from,
    remove,
    statement_in,
    try_finally,
    unwrap_try,
)
from inheritlint.edits.handlers import safety_where_it_raised
from inheritlint.edits.reliance import safety_where_read
from inheritlint.edits.resets import reset_of
from inheritlint.edits.steadiness import is_plain, is_read_elsewhere, is_same, is_same_collection
from inheritlint.events.inheritable import MadeInheritable, SetBy
from inheritlint.events.numbers_written import is_told
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.effects import Effect
from inheritlint.lifecycle.inheritance import subprocess_records
from inheritlint.lifecycle.lifecycle import ResetStatus

#: What follows such a call and is not moved into a block: a definition.
_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


def use_pass_fds_or_reset(mark: MadeInheritable) -> Fix | None:
    """`pass_fds` for the one child that gets the descriptor; else `try … finally` up to the last start of a child."""
    return _hand_over(mark) or _reset_after_last_child(mark)


def remove_set_inheritable(mark: MadeInheritable) -> Fix | None:
    """Remove a call that no child needs, and what resets nothing but this. Safe where the descriptor is not
    inheritable when the function is left, so that no other code can rely on it."""
    dropped = _without_mark(mark)
    if dropped is None:
        return None
    is_safe = mark.is_known or mark.fate.ending is ResetStatus.RESET
    is_safe = is_safe and safety_where_it_raised(mark.program, mark.node) is Safety.SAFE
    return Fix(dropped, safety_where_read(mark.program, is_safe), f"Remove the `{mark.callee}` call")


def use_pass_fds(mark: MadeInheritable) -> Fix | None:
    """Remove a call without effect; the one child that gets the number gets `pass_fds`, but not where Windows can run
    it."""
    program, dropped = mark.program, _without_mark(mark)
    if dropped is None:
        return None
    thing = mark.fate.thing
    told = [child for child in mark.fate.children if thing is not None and is_told(program, child, thing)]
    if not told:
        return Fix(dropped, Safety.UNSAFE, f"Remove the `{mark.callee}` call")
    place = _Place.of(mark)
    (child, *others) = told
    if (
        others
        or place is None
        or place.walks_twice
        or not isinstance(child, cst.Call)
        or not mark.on_posix_only
        or is_open(child)
        or any(each.spec.allows != "pass_fds" or each.spec.needs_mark for each in subprocess_records(program, child))
    ):
        return None
    number = place.passed(child)
    if number is None or any(argument.keyword and argument.keyword.value == "pass_fds" for argument in child.args):
        return None
    passed = append(program.tree, child, f"pass_fds={number}")
    edits = tuple(sorted((*dropped, passed))) if passed else ()
    return Fix(edits, Safety.UNSAFE, f"Use `pass_fds` for {_called(mark)} instead") if edits else None


def move_reset_to_finally(mark: MadeInheritable) -> Fix | None:
    """`pass_fds` for the one child that gets the descriptor; else a later reset in the block moves into `finally`."""
    place = _Place.of(mark)
    return _hand_over(mark) or (_moved_reset(place) if place else None)


@dataclass(frozen=True)
class _Place:
    """A `set_inheritable` call that is a statement of its own. `anchor` is that line, or the loop that makes it for
    each element of what `loop` walks through."""

    mark: MadeInheritable
    line: cst.SimpleStatementLine
    number: cst.BaseExpression
    anchor: cst.CSTNode
    loop: cst.For | None

    @classmethod
    def of(cls, mark: MadeInheritable) -> "_Place | None":
        """None where the call is part of more, or its target is no plain expression."""
        program, line = mark.program, line_of(mark.program, mark.node)
        number = _marked_expression(mark)
        if line is None or number is None or not is_plain(number):
            return None
        block = program.outline.parents[line]
        loop = program.outline.parents.get(block)
        children = [statement_in(program, child, block_statements(program, line)) for child in mark.fate.children]
        if isinstance(loop, cst.For) and block is loop.body and any(number is None for number in children):
            walked = loop.orelse is None and loop.asynchronous is None and not _jumps(program, loop)
            return cls(mark, line, number, loop, loop) if walked else None
        return cls(mark, line, number, line, None)

    @property
    def program(self) -> Program:
        return self.mark.program

    @cached_property
    def text(self) -> str:
        """The descriptor's number, as an expression of the target."""
        text = self.program.tree.text(self.number)
        return f"{text}.fileno()" if self.mark.is_method_call else text

    @cached_property
    def body(self) -> list[cst.CSTNode]:
        """The block in which the anchor stands."""
        return list(block_statements(self.program, self.anchor))

    @cached_property
    def first(self) -> int:
        """The statement after the anchor."""
        return self.body.index(self.anchor) + 1

    @property
    def walks_twice(self) -> bool:
        """Whether the loop has to stay, and walks through what may be an iterator: then there is nothing left in it."""
        if self.loop is None or isinstance(self.loop.iter, (cst.List, cst.Tuple)):
            return False
        return _with_its_loop(self.program, self.line) is self.line

    def is_steady(self, end: int) -> bool:
        """Whether the target is the same thing at every place from the call to `end`."""
        start = self.program.tree.extent(self.anchor)[1]
        if self.loop is None:
            return is_same(self.program, self.number, start, end)
        return is_same_collection(self.program, self.loop.iter, start, end)

    def passed(self, child: cst.Call) -> str | None:
        """What `pass_fds` has to be at the call `child`, which follows in the same block; None where that cannot be
        said there."""
        program = self.program
        at = statement_in(program, child, self.body)
        if at is None or at < self.first or not self.is_steady(program.tree.extent(child)[1]):
            return None
        if any(isinstance(each, (cst.Lambda, cst.BaseComp)) for each in program.around(child)):
            return None
        if self.loop is None:
            return f"({self.text},)"
        walked, target = program.tree.text(self.loop.iter), program.tree.text(self.loop.target)
        if self.text != target:
            return f"[{self.text} for {target} in {walked}]"
        bare = isinstance(self.loop.iter, cst.Tuple) and not self.loop.iter.lpar
        return f"({walked})" if bare else walked if not self.loop.iter.lpar else f"({walked})"

    def cleanup(self, reset: str) -> str:
        """`reset` for everything that was made inheritable, as statements."""
        if self.loop is None:
            return reset
        tree = self.program.tree
        start, end = extent(tree, self.loop.iter)
        walked = tree.source.text[start:end]
        return f"for {tree.text(self.loop.target)} in {walked}:\n{tree.module.default_indent}{reset}"


def _jumps(program: Program, loop: cst.For) -> bool:
    """Whether a loop may leave out elements."""
    return any(word in program.tree.text(loop.body) for word in ("break", "continue", "return", "raise"))


def _called(mark: MadeInheritable) -> str:
    return f"`{mark.target}`" if mark.target else "the descriptor"


def _marked_expression(mark: MadeInheritable) -> cst.BaseExpression | None:
    if mark.means is SetBy.METHOD:
        return mark.node.func.value if isinstance(mark.node.func, cst.Attribute) else None
    first = mark.node.args[0] if mark.node.args else None
    return first.value if first is not None and not first.star else None


def _hand_over(mark: MadeInheritable) -> Fix | None:
    """Remove the call and its resets, and `close_fds=False` becomes `pass_fds=(fd,)`. Unsafe, as whatever takes away
    `close_fds=False` is: other modules may have made descriptors inheritable for that child."""
    program, place = mark.program, _Place.of(mark)
    if place is None or not mark.on_posix_only or mark.is_handle or not mark.is_alone:
        return None
    argument = _only_close_fds(mark)
    dropped = _without_mark(mark) if argument else None
    if argument is None or dropped is None:
        return None
    child = mark.fate.children[0]
    number = place.passed(child) if isinstance(child, cst.Call) else None
    if number is None or place.walks_twice:
        return None
    edits = [*dropped, replace_argument(program.tree, argument, f"pass_fds={number}")]
    return Fix(tuple(sorted(edits)), Safety.UNSAFE, f"Use `pass_fds` for {_called(mark)} instead")


def _only_close_fds(mark: MadeInheritable) -> cst.Arg | None:
    """The argument `close_fds=False` of the one child that gets the descriptor, and is told nothing else about such."""
    if len(mark.fate.children) != 1:
        return None
    child = mark.fate.children[0]
    seen = subprocess_records(mark.program, child)
    if not seen or not isinstance(child, cst.Call) or is_open(child):
        return None
    if mark.program.outline.enclosing(child) is not mark.program.outline.enclosing(mark.node):
        return None
    others = ("pass_fds", "preexec_fn", "startupinfo")
    if any(each.spec.effect is not Effect.SUBPROCESS or any(name in each.bound for name in others) for each in seen):
        return None
    given = [argument for argument in child.args if argument.keyword and argument.keyword.value == "close_fds"]
    return given[0] if given and mark.program.tree.text(given[0].value) in ("False", "0") else None


def _without_mark(mark: MadeInheritable) -> tuple[Edit, ...] | None:
    """The call gone, and all that resets nothing but what it did, but not what closes the descriptor; None where a
    line holds more."""
    program = mark.program
    line = line_of(program, mark.node)
    if mark.is_handle or mark.means is SetBy.WRAPPER or line is None:
        return None
    resets: list[cst.CSTNode] = []
    for reset in mark.fate.resets if mark.is_sole else ():
        if isinstance(reset, (cst.With, cst.For)):
            continue
        found = line_of(program, reset)
        if found is None:
            return None
        if _is_reset(found):
            resets.append(_with_its_loop(program, found))
    gone = [remove(program, _with_its_loop(program, line))]
    edits = list(gone)
    for each in resets:
        final = program.outline.parents.get(program.outline.parents[each])
        guarded = program.outline.parents[final] if isinstance(final, cst.Finally) else None
        if isinstance(guarded, cst.Try) and len(block_statements(program, each)) == 1:
            bare = unwrap_try(program, guarded, gone)
            if bare is None:
                return None
            edits += bare
        else:
            edits.append(remove(program, each))
    return tuple(sorted(set(edits)))


def _with_its_loop(program: Program, line: cst.CSTNode) -> cst.CSTNode:
    """The loop around `line` where it is there for this alone; else the line."""
    block = program.outline.parents[line]
    loop = program.outline.parents.get(block)
    if not isinstance(loop, cst.For) or block is not loop.body or loop.orelse is not None or loop.asynchronous:
        return line
    walked = loop.iter
    if isinstance(walked, (cst.List, cst.Tuple)):
        plain = all(is_plain(element.value) for element in walked.elements)
    else:
        plain = is_plain(walked)
    if len(block_statements(program, line)) > 1 or not plain or not block_statements(program, loop):
        return line
    scope, loops = program.outline.enclosing(loop), [loop]
    names = [loop.target] if isinstance(loop.target, cst.Name) else []
    if isinstance(loop.target, (cst.Tuple, cst.List)):
        names = [element.value for element in loop.target.elements if isinstance(element.value, cst.Name)]
    if not names or any(is_read_elsewhere(program, name.value, scope, loops) for name in names):
        return line
    return loop


def _is_reset(line: cst.SimpleStatementLine | None) -> bool:
    """Whether a line makes the descriptor non-inheritable; a line that closes it must stay."""
    call = line.body[0].value if line and isinstance(line.body[0], cst.Expr) else None
    return (
        isinstance(call, cst.Call)
        and isinstance(call.func, (cst.Attribute, cst.Name))
        and _last(call.func) in ("set_inheritable", "set_handle_inheritable", "fcntl")
    )


def _last(node: cst.Attribute | cst.Name) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value


def _moved_reset(place: _Place) -> Fix | None:
    program = place.program
    for reset in place.mark.fate.resets:
        line = line_of(program, reset)
        after = _with_its_loop(program, line) if line is not None and place.loop else line
        if line is None or after is None or after not in place.body:
            continue
        last = place.body.index(after)
        if last <= place.first or not _can_move(place, last - 1, reset):
            continue
        above, end = (
            lines_from(program, place.body[last - 1], place.body[last - 1])[1],
            lines_from(program, after, after)[1],
        )
        comments = commented(program, above, end)
        text = program.tree.text(reset)
        cleanup = "\n".join([*comments, place.cleanup(text) if after is not line else text])
        edits = try_finally(program, place.body[place.first], place.body[last - 1], cleanup)
        if edits is None:
            continue
        edits[-1] = Edit(edits[-1].start, end, edits[-1].text)
        is_closed = not _is_reset(line)
        if is_closed and is_used_after(program, place.number, reset):
            continue
        safety = Safety.SAFE if _only_starts(place, last - 1, is_closed=is_closed) else Safety.UNSAFE
        return Fix(tuple(edits), safety, "Move the reset into a `finally` block")
    return None


def _can_move(place: _Place, last: int, reset: cst.CSTNode | None) -> bool:
    """Whether the statements up to number `last` may stand in a `try` of which the `finally` resets the target:
    nothing there closes or resets it, or gives its name to something else."""
    program = place.program
    block = place.body[place.first : last + 1]
    if any(isinstance(each, _DEFINITIONS) for each in block):
        return False
    if any(each is not reset and statement_in(program, each, block) is not None for each in place.mark.fate.resets):
        return False
    return place.is_steady(lines_from(program, block[0], block[-1])[1])


def _only_starts(place: _Place, last: int, *, is_closed: bool) -> bool:
    """Whether nothing between call and reset can close the descriptor: it is a variable of this function alone, and
    was made here, or only calls that are known to start children are between. Where the reset closes it, no other code
    must need it after an exception."""
    program, number = place.program, place.number
    if not isinstance(number, cst.Name) or place.loop is not None or is_shared(program, number):
        return False
    if place.mark.is_known:
        return True
    return not is_closed and not calls_others(program, *lines_from(program, place.body[place.first], place.body[last]))


def _reset_after_last_child(mark: MadeInheritable) -> Fix | None:
    program, place = mark.program, _Place.of(mark)
    if place is None or (mark.is_handle and not mark.on_windows_only):
        return None
    started = [statement_in(program, child, place.body) or -1 for child in mark.fate.children]
    last = max(started, default=-1)
    if not started or min(started) < place.first or not _can_move(place, last, None):
        return None
    reset = reset_of(mark, place.number)
    edits = try_finally(program, place.body[place.first], place.body[last], place.cleanup(reset)) if reset else None
    if edits is None:
        return None
    listed = _handle_list(mark, place)
    message = f"Add `{reset}` in a `finally` block"
    return Fix(tuple(sorted([*edits, *listed])), Safety.UNSAFE, message)


def _handle_list(mark: MadeInheritable, place: _Place) -> list[Edit]:
    """`handle_list` for the one child that gets a handle, in the place of `close_fds=False`: it must stay
    inheritable."""
    argument = _only_close_fds(mark) if mark.is_handle and place.loop is None and mark.is_alone else None
    child = mark.fate.children[0] if mark.fate.children else None
    if argument is None or not isinstance(child, cst.Call) or not isinstance(child.func, cst.Attribute):
        return []
    module = child.func.value
    if "subprocess" not in set(mark.program.outline.qualified(module)) or place.passed(child) is None:
        return []
    number = place.text
    if mark.means is SetBy.HANDLE_FLAGS:
        if any(seen.name != "win32api.SetHandleInformation" for seen in mark.program.seen_at(mark.node)):
            return []  # a HANDLE of ctypes is no number
        number = number if number.startswith("int(") else f"int({number})"  # nor is a PyHANDLE
    listed = f'lpAttributeList={{"handle_list": [{number}]}}'
    text = f"startupinfo={mark.program.tree.text(module)}.STARTUPINFO({listed})"
    return [replace_argument(mark.program.tree, argument, text)]
