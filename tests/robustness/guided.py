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
    from unbroken import mended_unbroken

    import inheritlint.events.collect  # noqa: F401 - else it is loaded later, and its coverage not seen
    from inheritlint.pipeline.registry import all_rules

    all_rules()

FIXTURES = Path(__file__).parents[2] / "fixtures"


def _nothing_breaks(data: bytes) -> None:
    mended_unbroken(data)


def main() -> None:
    """Fuzz until the count of runs that the arguments give is over."""
    with tempfile.TemporaryDirectory() as corpus:
        for path in FIXTURES.glob("*/[rsw]*.py"):
            shutil.copy(path, Path(corpus, f"{path.parent.name}-{path.name}"))
        words = [word for word in sys.argv[1:] if word.startswith("-")]
        atheris.Setup(
            [sys.argv[0], *words, "-max_len=20000", f"-artifact_prefix={Path.cwd()}/", corpus], _nothing_breaks
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
