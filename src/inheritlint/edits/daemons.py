"""Fixes for what the context of a daemon closes."""

import libcst as cst

from inheritlint.edits.arguments import append, is_open, replace_argument
from inheritlint.events.daemon_closings import DaemonCloses
from inheritlint.explanations.daemons import preserved
from inheritlint.findings import Edit, Fix, Safety


def preserve(event: DaemonCloses) -> Fix | None:
    """`files_preserve` with what is used; None where something has no name before the call, or a list is given that is
    not written there."""
    program, node = event.program, event.node
    listed = [preserved(each) for each in event.things]
    start = program.tree.span(node).start
    if is_open(node) or any(program.tree.span(each.created).start > start for each in event.things):
        return None
    text = ", ".join(each for each in listed if each)
    if None in listed:
        return None
    given = event.preserving
    edit: Edit | None
    match given:
        case None:
            edit = append(program.tree, node, f"files_preserve=[{text}]")
        case cst.Arg(value=cst.List(elements=elements)) if elements:
            end = program.tree.extent(elements[-1].value)[1]
            edit = Edit(end, end, f", {text}")
        case cst.Arg(value=cst.Name(value="None")) | cst.Arg(value=cst.List()):
            edit = replace_argument(program.tree, given, f"files_preserve=[{text}]")
        case _:
            edit = None
    return Fix((edit,), Safety.UNSAFE, f"Add `{text}` to `files_preserve`") if edit else None
