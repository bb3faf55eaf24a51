"""Whether a text is nested deeper than a recursive parser can go.

LibCST's parser and visitors recurse once a level, and are quadratic in it. CPython's own parser refuses at a known
depth, quickly and with an exception, so it is asked first.
"""

import re
import sys
from _ast import BoolOp, Module, PyCF_ONLY_AST  # what `ast` adds is seldom needed, and takes as long to load
from typing import NamedTuple, cast

#: How deep CPython lets a tree be built where its limit was not raised.
_DEPTH = 2_500
#: `a and b and …` is one node to CPython, and as many levels to LibCST as it has operands.
_MOST_OPERANDS = 1_500
_OPERATOR = re.compile(r"\b(?:and|or)\b")


class NestedTooDeeplyError(Exception):
    """A text is nested deeper than can be analysed."""


class Parsed(NamedTuple):
    """What `ast` has made of a text."""

    text: str
    module: Module


#: The last text that was parsed, if it is not long: who looks for a fix in a file asks for it again.
_last: Parsed | None = None
_LONG = 300_000


def parse_ast(text: str, known: Parsed | None = None) -> Module | None:
    """`text` as `ast` reads it, None where it is not Python; raises `NestedTooDeeplyError` where CPython's parser gives
    up for depth, or an `and`/`or` chain is longer than LibCST can bear.

    What is known of it already (of the text with `\\n` at the end of each line) is not parsed again."""
    global _last
    if (last := _last) is not None and last.text == text:
        return last.module
    if known is not None and known.text == text.replace("\r\n", "\n").replace("\r", "\n"):
        module: Module | None = known.module
    else:
        module = _parsed(text)
    if module is None:
        return None
    # To count letters is quick: few texts hold so many that words need be told from others.
    if text.count("and") + text.count("or") >= _MOST_OPERANDS and len(_OPERATOR.findall(text)) >= _MOST_OPERANDS:
        from ast import walk

        chains = (node for node in walk(module) if isinstance(node, BoolOp))
        if any(len(chain.values) > _MOST_OPERANDS for chain in chains):
            raise NestedTooDeeplyError
    _last = Parsed(text, module) if len(text) < _LONG else None
    return module


def _parsed(text: str) -> Module | None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEPTH)
    try:
        return cast("Module", compile(text, "<unknown>", "exec", PyCF_ONLY_AST, dont_inherit=True))
    except (RecursionError, MemoryError):
        raise NestedTooDeeplyError from None
    except SyntaxError as error:
        if "too many" in (error.msg or ""):
            raise NestedTooDeeplyError from None
        return None
    except ValueError:
        return None
    finally:
        sys.setrecursionlimit(limit)
