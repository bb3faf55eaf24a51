"""Fixes for calls whose result children get from its first moment."""

import libcst as cst

from inheritlint.edits.arguments import append
from inheritlint.edits.flags import or_in
from inheritlint.edits.imports import has_builtin, module_name, unused_name
from inheritlint.edits.lines import insert_after, name_of_os
from inheritlint.edits.reliance import safety_where_read
from inheritlint.events.inheritable_creation import CreatedInheritable
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.knowledge.platforms import AVAILABILITY


def add_creation_flag(born: CreatedInheritable) -> Fix | None:
    """The close-on-exec flag of the very call; None where its flags are not written there."""
    if born.flags is None or born.flags.node is None or not isinstance(born.node.func, cst.Attribute):
        return None
    program = born.program
    text = f"{program.tree.text(born.node.func.value)}.{born.flag.rpartition('.')[2]}"
    return Fix(or_in(program, born.flags.node.value, text), fix_safety(born), f"Add `{text}`")


def fix_safety(born: CreatedInheritable) -> Safety:
    """Safe where only this function has the descriptor and starts no child: else other code may rely on getting it."""
    return safety_where_read(born.program, born.is_confined)


def use_dupfd_cloexec(born: CreatedInheritable) -> Fix | None:
    """`F_DUPFD_CLOEXEC` for `F_DUPFD`, the rest of the call as it is."""
    command = born.node.args[1].value if len(born.node.args) > 1 else None
    if not isinstance(command, cst.Attribute) or command.attr.value != "F_DUPFD":
        return None
    start, end = born.program.tree.extent(command.attr)
    return Fix((Edit(start, end, "F_DUPFD_CLOEXEC"),), fix_safety(born), "Replace with `F_DUPFD_CLOEXEC`")


def add_inheritable_false(born: CreatedInheritable) -> Fix | None:
    """`inheritable=False`; None where the argument is given already, or arguments are forwarded."""
    arguments = born.node.args
    if len(arguments) != 2 or any(argument.star for argument in arguments):
        return None
    edit = append(born.program.tree, born.node, "inheritable=False")
    return Fix((edit,), Safety.UNSAFE, "Add `inheritable=False`") if edit else None


def make_received_non_inheritable(born: CreatedInheritable) -> Fix | None:
    """What arrives over a socket is kept from children: by the flag of `recvmsg`, else one by one afterwards."""
    if born.flag:
        return _receive_privately(born)
    found = name_of_os(born.program, born.node)
    assign = born.program.outline.parents[born.node]
    if found is None or not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return None
    target = assign.targets[0].target
    name, imports = found
    if isinstance(target, cst.Tuple) and len(target.elements) == 4 and isinstance(target.elements[1].value, cst.Name):
        received = target.elements[1].value.value
        one = unused_name(born.program, "descriptor", f"one_of_{received}")
        unit = born.program.tree.module.default_indent
        lines = [f"for {one} in {received}:", f"{unit}{name}.set_inheritable({one}, False)"]
    elif isinstance(target, (cst.Name, cst.Attribute)) and "recv_handle" in born.callee:
        lines = [f"{name}.set_inheritable({born.program.tree.text(target)}, False)"]
    else:
        return None
    edit = insert_after(born.program, born.node, *lines)
    message = "Make each received descriptor non-inheritable"
    return Fix((*imports, edit), fix_safety(born), message) if edit else None


def _receive_privately(born: CreatedInheritable) -> Fix | None:
    """`MSG_CMSG_CLOEXEC` in the flags of `recvmsg`; not every POSIX has it."""
    found = module_name(born.program, "socket", born.node)
    arguments = born.node.args
    if found is None or not has_builtin(born.program, "getattr", born.node):
        return None
    if len(arguments) not in (2, 3) or any(each.star or each.keyword for each in arguments):
        return None
    name, imports = found
    everywhere = born.platforms <= AVAILABILITY["socket", "MSG_CMSG_CLOEXEC"]
    text = f"{name}.MSG_CMSG_CLOEXEC" if everywhere else f'getattr({name}, "MSG_CMSG_CLOEXEC", 0)'
    if len(arguments) == 2:
        edit = append(born.program.tree, born.node, text)
        edits: tuple[Edit, ...] = (edit,) if edit else ()
    else:
        edits = or_in(born.program, arguments[2].value, text)
    # What the message holds cannot be followed into its bytes, so it is not known what relies on it.
    return Fix((*imports, *edits), Safety.UNSAFE, f"Add `{text}`")


def make_pty_master_non_inheritable(born: CreatedInheritable) -> Fix | None:
    """`if pid: os.set_inheritable(master, False)` after the fork: in the child there is no master."""
    assign = born.program.outline.parents[born.node]
    found = name_of_os(born.program, born.node)
    if found is None or not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return None
    target = assign.targets[0].target
    if not isinstance(target, cst.Tuple) or len(target.elements) != 2:
        return None
    if not all(isinstance(element.value, (cst.Name, cst.Attribute)) for element in target.elements):
        return None
    pid, master = (born.program.tree.text(element.value) for element in target.elements)
    unit = born.program.tree.module.default_indent
    reset = f"{found[0]}.set_inheritable({master}, False)"
    edit = insert_after(born.program, born.node, f"if {pid}:", f"{unit}{reset}")
    safety = safety_where_read(born.program, born.stays_here)
    return Fix((*found[1], edit), safety, f"Add `{reset}` in the parent process") if edit else None
