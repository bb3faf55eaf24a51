"""What holds of every fix, asked of one file: the same answer before and after, and nothing lost on the way."""

import ast
import io
import tokenize
from collections import Counter

from inheritlint.findings import Finding, Safety
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import FixResult, apply_fixes, promised
from inheritlint.pipeline.suppressions import kept
from inheritlint.source.layout import Comment
from inheritlint.source.reading import SourceFile, decode

TARGET = Target()
#: Rules whose fixes take away an argument, in which a string may be, or write another string.
REPLACING = {"INH301", "INH302", "INH305", "INH405"}


def everything(finding: Finding) -> bool:
    return True


def shown(data: bytes, path: str = "example.py") -> tuple[Finding, ...]:
    """What a run without fixes shows of `data`, each finding with its fix where that is promised."""
    analysis = analyse(path, data, TARGET)
    findings = kept(analysis.source, analysis.findings) if analysis.source else list(analysis.findings)
    return promised(path, data, TARGET, everything, findings)


def comments(data: bytes) -> Counter[str]:
    """What people commented, each as often as it is there."""
    source = decode("example.py", data)
    assert isinstance(source, SourceFile)
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    found = [Comment(0, 0, token.string) for token in tokens if token.type == tokenize.COMMENT]
    return Counter(each.text for each in found if not each.is_directive)


def strings(data: bytes) -> Counter[str]:
    """Every constant string of the file that holds something, by its value."""
    return Counter(
        node.value
        for node in ast.walk(ast.parse(data))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
    )


def check(data: bytes, path: str = "example.py") -> tuple[int, int]:
    """Fix `data` both ways; how many fixes were promised, and how many of these were safe.

    What is promised is applied, and what is applied was promised or came to light; a second run changes nothing; no
    comment is lost; no string says anything else, but for those that fixes write themselves.
    """
    findings = shown(data, path)
    safe = [each for each in findings if each.fix and each.fix.safety is Safety.SAFE]
    unsafe = [each for each in findings if each.fix and each.fix.safety is Safety.UNSAFE]
    for mended, wanted in ((_mended(path, data, False), safe), (_mended(path, data, True), unsafe)):
        missing = [each for each in wanted if each not in mended.kept]
        assert not missing, f"promised and not applied: {[(each.code, each.span.line) for each in missing]}"
        ast.parse(mended.data)
        lost = comments(data) - comments(mended.data)
        assert not lost or "INH902" in {each.code for each in mended.fixed}, f"lost comments: {lost}"
        if not REPLACING & {each.code for each in mended.fixed}:
            assert not strings(data) - strings(mended.data), "a string says something else"
        again = _mended(path, mended.data, mended is not None and wanted is unsafe)
        assert again.data == mended.data, "a second run changes something"
    return len(safe) + len(unsafe), len(safe)


def _mended(path: str, data: bytes, unsafe: bool) -> FixResult:
    return apply_fixes(path, data, TARGET, everything, unsafe)
