"""Fixes for numbers that a child is told without the descriptor."""

from inheritlint.edits.arguments import append
from inheritlint.events.numbers_passed import NumberPassed
from inheritlint.findings import Fix, Safety


def pass_descriptor(handed: NumberPassed) -> Fix | None:
    """`pass_fds=(fd,)` with every descriptor of which the call tells the number; None where Windows can run it, which
    has none, where the call is no start of `subprocess`, where it has a `close_fds` that `pass_fds` would override, or
    where a descriptor has no name."""
    if not handed.can_pass or not handed.on_posix_only or "" in handed.numbers:
        return None
    given = (each for each in handed.node.args if each.keyword and each.keyword.value == "close_fds")
    if any(handed.program.tree.text(each.value) != "True" for each in given):
        return None
    text = f"pass_fds=({', '.join(handed.numbers)}{',' if len(handed.numbers) == 1 else ''})"
    edit = append(handed.program.tree, handed.node, text)
    return Fix((edit,), Safety.UNSAFE, f"Add `{text}`") if edit else None
