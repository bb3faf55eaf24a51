"""Repairs of numbers that a child is told without the descriptor."""

from inheritlint.edits.arguments import append
from inheritlint.facts.numbers_handed import NumberHanded
from inheritlint.findings import Fix, Safety


def pass_descriptor(handed: NumberHanded) -> Fix | None:
    """`pass_fds=(fd,)`; None where the call is no start of `subprocess`, or the descriptor has no name."""
    if not handed.can_pass or handed.number == "the descriptor":
        return None
    text = f"pass_fds=({handed.number},)"
    return Fix((append(handed.program.tree, handed.node, text),), Safety.UNSAFE, f"Add `{text}`")
