"""The byte strings without which no rule can fire, derived from the tables of calls."""

import re

from inheritlint.knowledge.calls import CALLS, LOOP_METHODS, RECEIVING_METHODS, SPOKEN, Deed

#: `open` and the names of what starts a child are everywhere: what else they need is looked for.
_COMMON = {Deed.OPENS, Deed.STARTS}

#: Names that are rare enough to concern us wherever they stand.
RARE = frozenset(
    {call.trigger or name.rpartition(".")[2] for name, call in CALLS.items() if call.deed in SPOKEN - _COMMON}
    | {"close_fds"}
    | {*LOOP_METHODS, *RECEIVING_METHODS}
)

#: `open` is everywhere; os.open needs flags, or the module imported under the name in question.
OPENING = ("os", "posix", "nt")
FLAG = b"O_"

#: Eight positional arguments are the one way to write close_fds without its name.
POSITIONAL = re.compile(rb"\bPopen\b|\bcheck_(?:call|output)\b")
