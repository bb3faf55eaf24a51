"""Code is dead only where a platform or an exit says so: a mistake put into any block of the standard library is found.

120 blocks here; `INHERITLINT_INSERTIONS=2000 pytest -s tests/contract/test_insertions.py` is the long run.
"""

import ast
import os
import random
from pathlib import Path

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

LIBRARY = Path(os.__file__).parent
COUNT = int(os.environ.get("INHERITLINT_INSERTIONS", "120"))
#: The rest may run only for a type checker, or after what never returns.
ASKED = 0.995


def blocks(tree: ast.Module) -> list[ast.stmt]:
    """The first statement of each block that starts on a line of its own; not the docstring, nor what must be first."""
    found = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(node, ast.Module) or not isinstance(statements, list) or not statements:
                continue
            first = statements[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                continue
            if isinstance(first, ast.stmt) and first.lineno > getattr(node, "lineno", 0):
                found.append(first)
    return found


def inserted(text: str, before: ast.stmt) -> tuple[str, int] | None:
    """The text with the mistake before a statement, and its line; None where that does not parse."""
    lines = text.splitlines(keepends=True)
    line = min([before.lineno, *(each.lineno for each in getattr(before, "decorator_list", ()))])
    head = lines[line - 1][: before.col_offset]
    if head.strip():
        return None
    lines.insert(line - 1, f"{head}import subprocess; subprocess.call(['x'], close_fds=False)\n")
    changed = "".join(lines)
    try:
        ast.parse(changed)
    except SyntaxError:
        return None
    return changed, line


def test_a_mistake_in_any_block_is_found() -> None:
    chosen = random.Random(20)
    files = [path for path in sorted(LIBRARY.rglob("*.py")) if not {"site-packages", "lib2to3", "test"} & {*path.parts}]
    tried, missed = 0, []
    while tried < COUNT:
        path = chosen.choice(files)
        try:
            text = path.read_text("utf-8")
            tree = ast.parse(text)
        except (UnicodeDecodeError, SyntaxError):
            continue
        places = blocks(tree)
        change = inserted(text, chosen.choice(places)) if places else None
        if change is None:
            continue
        tried += 1
        changed, line = change
        findings = analyse(str(path), changed.encode(), Target()).findings
        if not any(each.code == "INH301" and each.span.line == line for each in findings):
            missed.append(f"{path.relative_to(LIBRARY)}:{line}")
    print(f"\n{tried - len(missed)} of {tried}, missed: {missed}")
    assert len(missed) <= (1 - ASKED) * tried
