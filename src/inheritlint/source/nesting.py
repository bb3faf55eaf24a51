"""Whether a text is nested deeper than a recursive parser can go.

LibCST's parser and visitors recurse once a level, and are quadratic in it. CPython's own parser refuses at a known
depth, quickly and with an exception, so it is asked first.
"""

import ast
import re
import sys

#: How deep CPython lets a tree be built where nobody has raised its limit.
_DEPTH = 1_000
#: `a and b and …` is one node to CPython, and as many levels to LibCST as it has operands.
_MOST_OPERANDS = 1_500
_OPERATOR = re.compile(r"\b(?:and|or)\b")


def is_nested_too_deeply(text: str) -> bool:
    """True where CPython's parser gives up for depth, or an `and`/`or` chain is longer than LibCST can bear."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEPTH)
    try:
        module = ast.parse(text)
    except (RecursionError, MemoryError):
        return True
    except SyntaxError as error:
        return "too many" in (error.msg or "")
    except ValueError:
        return False
    finally:
        sys.setrecursionlimit(limit)
    if sum(1 for _ in _OPERATOR.finditer(text)) < _MOST_OPERANDS:
        return False
    return any(isinstance(node, ast.BoolOp) and len(node.values) > _MOST_OPERANDS for node in ast.walk(module))
