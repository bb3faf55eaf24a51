"""Whether a text is nested deeper than a recursive parser can go.

LibCST's parser and visitors recurse once a level, and are quadratic in it. CPython's own parser refuses at a known
depth, quickly and with an exception, so it is asked first.
"""

import ast
import re
import sys

#: How deep CPython lets a tree be built where nobody has raised its limit.
_DEPTH = 2_500
#: `a and b and …` is one node to CPython, and as many levels to LibCST as it has operands.
_MOST_OPERANDS = 1_500
_OPERATOR = re.compile(r"\b(?:and|or)\b")


class NestedTooDeeplyError(Exception):
    """A text is nested deeper than can be analysed."""


def module_of(text: str) -> ast.Module | None:
    """`text` as `ast` reads it, None where it is not Python; raises `NestedTooDeeplyError` where CPython's parser gives
    up for depth, or an `and`/`or` chain is longer than LibCST can bear."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEPTH)
    try:
        module = ast.parse(text)
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
    if len(_OPERATOR.findall(text)) >= _MOST_OPERANDS:
        chains = (node for node in ast.walk(module) if isinstance(node, ast.BoolOp))
        if any(len(chain.values) > _MOST_OPERANDS for chain in chains):
            raise NestedTooDeeplyError
    return module
