"""What a rule claims, shown: a program that misbehaves, the same fixed, and what both print."""

from pathlib import Path
from typing import Any

from inheritlint.declaration import Rule
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes

_HEADER = ("# kernel:", "# fixed:", "# Python 2.7:", "# needs:")
#: The programs for a POSIX kernel, and for Windows, each beside its transcript.
_PROGRAMS = ("witness.py", "witness_windows.py")
#: What stands between the two outputs in a transcript.
SEPARATOR = "--- fixed ---\n"


@frozen
class Demonstration:
    """Two programs and their recorded output; `is_automatic` says that the rule's own fix made the second one,
    `on_windows` that they were run there."""

    program: str
    output: str
    mended: str
    fixed_output: str
    is_automatic: bool
    on_windows: bool


def demonstration(rule: Rule[Any], fixtures: Path) -> Demonstration | None:
    """What the fixture folder of `rule` shows; None where it holds no witness."""
    folder = fixtures / rule.module
    witness = next((folder / name for name in _PROGRAMS if (folder / name).exists()), None)
    if witness is None:
        return None
    program, transcript = witness.read_bytes(), witness.with_suffix(".txt")
    recorded = transcript.read_text(encoding="utf-8") if transcript.exists() else ""
    output, _, fixed_output = recorded.partition(SEPARATOR)
    after, is_automatic = mended(rule, folder, program, witness.name)
    return Demonstration(
        _shown(program), output, _shown(after), fixed_output, is_automatic, witness.name != _PROGRAMS[0]
    )


def mended(rule: Rule[Any], folder: Path, program: bytes, name: str = _PROGRAMS[0]) -> tuple[bytes, bool]:
    """The program `name` without the misuse: written by hand where the rule has no fix, else made by the fix."""
    twin = folder / name.replace(".py", "_mended.py")
    if twin.exists():
        return twin.read_bytes(), False
    return apply_fixes(name, program, Target(), lambda finding: finding.code == rule.code, True).data, True


def report(rule: Rule[Any]) -> str:
    """What the linter reports of the rule's example, in Markdown, for a rule that is about the check itself."""
    found = (each for each in analyse("example.py", rule.example.encode(), Target()).findings if each.code == rule.code)
    lines = "\n".join(f"example.py:{each.span.line}:{each.span.column}: {each.code} {each.message}" for each in found)
    return f"## Demonstration\n\nFor the example, the report is:\n\n```text\n{lines}\n```"


def _shown(program: bytes) -> str:
    """A program without the lines that speak to the test."""
    lines = program.decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_HEADER))


def section(shown: Demonstration) -> str:
    """The demonstration in Markdown."""
    where = " on Windows" if shown.on_windows else ""
    made = "After `--fix --unsafe-fixes`" if shown.is_automatic else "Fixed by hand"
    return (
        "## Demonstration\n\n"
        f"The following program shows the behavior{where}:\n\n```python\n{shown.program}```\n\n"
        f"Output:\n\n```text\n{shown.output}```\n\n{made}:\n\n```python\n{shown.mended}```\n\n"
        f"Output:\n\n```text\n{shown.fixed_output}```"
    )
