"""Fixes for `preexec_fn`."""

from inheritlint.edits.arguments import remove_argument
from inheritlint.events.preexec import PreexecFn
from inheritlint.findings import Fix, Safety


def remove_preexec_fn(prepared: PreexecFn) -> Fix | None:
    """Drop a `preexec_fn` that closes what `close_fds` closes anyway; None where the start closes nothing."""
    argument = prepared.argument
    if not prepared.only_closes or not prepared.closes_anyway or argument is None or argument.keyword is None:
        return None
    edit = remove_argument(prepared.program.tree, prepared.node, argument)
    return Fix((edit,), Safety.UNSAFE, "Remove `preexec_fn`")
