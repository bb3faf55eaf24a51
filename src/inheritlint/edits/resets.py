"""The statement that makes a descriptor, or a handle, non-inheritable again."""

import libcst as cst

from inheritlint.edits.imports import module_name
from inheritlint.events.inheritable import MadeInheritable, SetBy


def reset_of(mark: MadeInheritable, number: cst.BaseExpression) -> str | None:
    """The statement that makes `number` non-inheritable again, in the words of what made it inheritable; None where
    that cannot be said."""
    call, target = mark.callee, mark.program.tree.text(number)
    match mark.means:
        case SetBy.METHOD:
            return f"{call}(False)"
        case SetBy.FLAGS if isinstance(mark.node.func, cst.Attribute):
            module = mark.program.tree.text(mark.node.func.value)
            return f"{call}({target}, {module}.F_SETFD, {module}.FD_CLOEXEC)"
        case SetBy.HANDLE_FLAGS:
            return _without_flag(mark)
        case SetBy.FUNCTION | SetBy.HANDLE:
            return f"{call}({target}, False)"
    found = module_name(mark.program, "os", mark.node)
    function = "set_handle_inheritable" if mark.is_handle else "set_inheritable"
    return f"{found[0]}.{function}({target}, False)" if found and not found[1] else None


def _without_flag(mark: MadeInheritable) -> str | None:
    """The same `SetHandleInformation` with no flag; None where its arguments are not written one by one."""
    if len(mark.node.args) != 3 or any(each.star or each.keyword for each in mark.node.args):
        return None
    target, mask, _ = (mark.program.tree.text(each.value) for each in mark.node.args)
    return f"{mark.callee}({target}, {mask}, 0)"
