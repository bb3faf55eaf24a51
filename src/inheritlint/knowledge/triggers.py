"""The byte strings without which no rule can fire, derived from the tables of calls."""

import re

from inheritlint.knowledge.calls import CALLS, LOOP_METHODS, Deed

_SPOKEN = {Deed.MARKS, Deed.HANDLE}

#: Names that are rare enough to concern us wherever they stand.
RARE = frozenset(
    {name.rpartition(".")[2] for name, known in CALLS.items() if known.deed in _SPOKEN}
    | {"close_fds"}
    | {*LOOP_METHODS}
)

#: `open` is everywhere; os.open needs flags, or the module imported under the name in question.
OPENING = ("os", "posix", "nt")
FLAG = b"O_"

#: Eight positional arguments are the one way to write close_fds without its name.
POSITIONAL = re.compile(rb"\bPopen\b|\bcheck_(?:call|output)\b")
