"""What `test_fuzz` does, guided by coverage: `python tests/robustness/guided.py -runs=20000`, with atheris installed.

atheris changes the fixtures and keeps what reaches new code; it stops at the first input that breaks something, and
leaves it beside the corpus.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["inheritlint"]):
    import inheritlint.facts.gather  # noqa: F401 - else it is loaded later, and its coverage not seen
    from inheritlint.facts.target import Target
    from inheritlint.pipeline.analysis import analyse
    from inheritlint.pipeline.fixing import mend
    from inheritlint.pipeline.registry import all_rules

    all_rules()

FIXTURES = Path(__file__).parents[2] / "fixtures"


def compiles(data: bytes) -> bool:
    """Whether CPython compiles `data`."""
    try:
        compile(data, "input", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def nothing_breaks(data: bytes) -> None:
    """Analyse and mend `data`; raises where a fix breaks it, or a second one changes something."""
    if not any(finding.fix for finding in analyse("input.py", data, Target()).findings):
        return
    mended = mend("input.py", data, Target(), lambda finding: True, True)
    assert compiles(mended.data) or not compiles(data), "a fix broke it"
    again = mend("input.py", mended.data, Target(), lambda finding: True, True)
    assert again.data == mended.data, "a second fix changes something"


def main() -> None:
    """Fuzz until the count of runs that the arguments give is over."""
    with tempfile.TemporaryDirectory() as corpus:
        for path in FIXTURES.glob("*/[rsw]*.py"):
            shutil.copy(path, Path(corpus, f"{path.parent.name}-{path.name}"))
        words = [word for word in sys.argv[1:] if word.startswith("-")]
        atheris.Setup(
            [sys.argv[0], *words, "-max_len=20000", f"-artifact_prefix={Path.cwd()}/", corpus], nothing_breaks
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
