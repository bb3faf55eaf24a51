"""Repairs of calls whose result children get from its first moment."""

import libcst as cst

from inheritlint.edits.flags import or_in
from inheritlint.facts.creations import BornInheritable
from inheritlint.findings import Edit, Fix, Safety

#: What a file holds that hands descriptors on: there the missing flag may be meant.
_HANDING_ON = ("set_inheritable", "pass_fds", "close_fds", "os.exec", "os.spawn", "posix_spawn", "os.system", "os.fork")


def add_creation_flag(born: BornInheritable) -> Fix | None:
    """The close-on-exec flag of the very call; None where its flags are not written there."""
    if born.flags is None or born.flags.node is None or not isinstance(born.node.func, cst.Attribute):
        return None
    program = born.program
    text = f"{program.tree.text(born.node.func.value)}.{born.flag.rpartition('.')[2]}"
    return Fix(or_in(program, born.flags.node.value, text), safety_of(born), f"Add `{text}`")


def safety_of(born: BornInheritable) -> Safety:
    """Safe where nothing in the file hands descriptors on."""
    text = born.program.tree.source.text
    return Safety.UNSAFE if any(word in text for word in _HANDING_ON) else Safety.SAFE


def duplicate_privately(born: BornInheritable) -> Fix | None:
    """`F_DUPFD_CLOEXEC` for `F_DUPFD`, the rest of the call as it is."""
    command = born.node.args[1].value if len(born.node.args) > 1 else None
    if not isinstance(command, cst.Attribute) or command.attr.value != "F_DUPFD":
        return None
    start, end = born.program.tree.extent(command.attr)
    return Fix((Edit(start, end, "F_DUPFD_CLOEXEC"),), safety_of(born), "Use `F_DUPFD_CLOEXEC`")


def close_duplicate_to_children(born: BornInheritable) -> Fix | None:
    """`inheritable=False`; None where the argument is given already, or arguments are forwarded."""
    arguments = born.node.args
    if len(arguments) != 2 or any(argument.star for argument in arguments):
        return None
    last = arguments[-1].value
    end = born.program.tree.extent(last.rpar[-1] if last.rpar else last)[1]
    return Fix((Edit(end, end, ", inheritable=False"),), Safety.UNSAFE, "Pass `inheritable=False`")
