"""What `[*]` promises is what `--fix` does: over all fixtures, the standard library, and any tree that is named.

`INHERITLINT_PROMISES=DIRECTORY pytest -s tests/fixes/test_promises.py` asks it of every file below a directory, such as
one with unpacked packages, and prints the counts.
"""

import ast
import os
from collections import Counter
from pathlib import Path

import pytest

from inheritlint.faces.cli.entry import main
from inheritlint.findings import Severity
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes
from inheritlint.source.prefilter import may_be_relevant

from .judging import check, everything, shown

FIXTURES = Path(__file__).parents[2] / "fixtures"
LIBRARY = Path(os.__file__).parent


def parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


REPORTS = [path for path in sorted(FIXTURES.glob("*/report*.py")) if parses(path.read_bytes())]


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_what_is_promised_of_a_fixture_is_done(path: Path) -> None:
    check(path.read_bytes(), path.name)


def files(root: Path, every: int = 1) -> list[Path]:
    """The files below `root` that concern us and parse; each so-and-so-many of them."""
    found = [path for path in sorted(root.rglob("*.py")) if "site-packages" not in path.relative_to(root).parts]
    found = [path for path in found if path.is_file() and may_be_relevant(path.read_bytes())]
    return [path for path in found[::every] if parses(path.read_bytes())]


def test_what_is_promised_of_the_standard_library_is_done() -> None:
    counts: Counter[str] = Counter()
    for path in files(LIBRARY, every=12):
        promises, safe = check(path.read_bytes(), path.name)
        counts.update(files=1, promised=promises, safe=safe)
    assert counts["files"] > 10
    print(f"\n{dict(counts)}")


@pytest.mark.skipif("INHERITLINT_PROMISES" not in os.environ, reason="a long run, asked for by its variable")
def test_what_is_promised_of_a_tree_is_done() -> None:
    counts: Counter[str] = Counter()
    broken = []
    for path in files(Path(os.environ["INHERITLINT_PROMISES"])):
        try:
            promises, safe = check(path.read_bytes(), path.name)
        except AssertionError as error:
            broken.append(f"{path}: {error}")
            continue
        counts.update(files=1, promised=promises, safe=safe)
    print(f"\n{dict(counts)}")
    assert not broken, "\n".join(broken)


MARKED = b"""import os
import subprocess


def start(path):
    descriptor = os.open(path, os.O_RDWR)
    os.set_inheritable(descriptor, True)
    subprocess.run(["cat"], pass_fds=(descriptor,))
    os.close(descriptor)
"""


def test_a_mark_that_covers_an_open_is_dropped() -> None:
    """Without the mark INH101 speaks of the open: less severe, so it may come to light; and it is mended, too."""
    (finding,) = shown(MARKED)
    assert finding.code == "INH204" and finding.fix
    mended = apply_fixes("example.py", MARKED, Target(), everything, False)
    assert [each.code for each in mended.fixed] == ["INH204", "INH101"]
    assert mended.remaining == ()


def test_a_rule_that_is_off_does_not_keep_a_fix_back() -> None:
    mended = apply_fixes("example.py", MARKED, Target(), lambda each: each.severity is not Severity.CONVENTION, False)
    assert b"set_inheritable" not in mended.data and b"O_CLOEXEC" not in mended.data


def test_the_summary_counts_what_the_fixes_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five findings, of which one has a fix that its encoding cannot hold, and one none at all."""
    path = tmp_path / "code.py"
    call = "    os.open(path, os.O_RDONLY)\n"
    text = f"import os\n\n\ndef read(path):\n{call}{call}{call}    return f\"{{f'{{os.open(path, os.O_RDONLY)}}'}}\"\n"
    path.write_text(text.replace("    os.open", "    a = os.open"))
    main(["--isolated", "--no-cache", str(path)])
    said = capsys.readouterr().out
    main(["--isolated", "--no-cache", "--diff", str(path)])
    assert "[*] 3 fixable" in said
    assert "Would fix 3 problems." in capsys.readouterr().err


def test_nothing_is_found_that_is_not_shown() -> None:
    for path in REPORTS:
        codes = Counter(each.code for each in analyse(path.name, path.read_bytes(), Target()).findings)
        assert Counter(each.code for each in shown(path.read_bytes(), path.name)) <= codes


@pytest.mark.parametrize("platforms", [Target().platforms, ("linux", "darwin")], ids=["everywhere", "POSIX"])
def test_a_message_says_what_the_fix_does(platforms: tuple[str, ...]) -> None:
    """Who is told to use `pass_fds` is not given a `finally`, nor the other way round."""
    said = Counter[str]()
    for path in FIXTURES.glob("inh20[13]*/report*.py"):
        for finding in analyse(path.name, path.read_bytes(), Target(platforms=platforms)).findings:
            if finding.code in ("INH201", "INH203") and finding.fix:
                words = {word for word in ("pass_fds", "finally") if word in finding.fix.message}
                assert words == {word for word in ("pass_fds", "finally") if word in finding.message}, finding.message
                said.update(words)
    assert said["finally"] and said["pass_fds"]
