"""Close an end of a pipe where a child has got it."""

from inheritlint.domain.ends import COLLECTED
from inheritlint.edits.imports import module_name
from inheritlint.edits.lines import insert_after
from inheritlint.events.ends import EndLeftOpen, is_alone
from inheritlint.findings import Edit, Fix, Safety


def close_after_start(left: EndLeftOpen) -> Fix | None:
    """Close the end in a statement after the one that starts the child; None where that is part of a larger one, or
    where the end is used later."""
    if not left.end or left.kept.is_fork or not is_alone(left.program, left.kept):
        return None
    imports: tuple[Edit, ...] = ()
    if left.kept.is_file or left.kept.end.kind in COLLECTED:
        text = f"{left.end}.close()"
    else:
        found = module_name(left.program, "os", left.node)
        if found is None:
            return None
        text, imports = f"{found[0]}.close({left.end})", found[1]
    edit = insert_after(left.program, left.node, text)
    return Fix((*imports, edit), Safety.UNSAFE, f"Add `{text}`") if edit else None
