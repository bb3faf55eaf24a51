from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.guards import spell_platform
from inheritlint.facts.handles import GuardTested


@rule(
    code="INH405",
    name="platform-guard-never-true",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    since="0.1",
    message="`{reads}` is never `{written}`, so what this guards never runs: {meant} was meant",
    bad="""
        import os
        import sys


        def keep(handle):
            if sys.platform == "windows":
                os.set_handle_inheritable(handle, False)
    """,
    good="""
        import os
        import sys


        def keep(handle):
            if sys.platform == "win32":
                os.set_handle_inheritable(handle, False)
    """,
    references=("Library reference: sys.platform, os.name, platform.system",),
)
def platform_guard_never_true(test: GuardTested) -> Iterator[Report]:
    """A guard around a call that concerns inheritance compares with a name that no platform has.

    `sys.platform` is `"win32"` on every Windows, 64 bits or not; `os.name` is `"nt"`; `platform.system()` is
    `"Windows"` with a capital. With any other spelling what is guarded never runs, and type checkers fall silent there.

    The fix writes the name that was meant. It is unsafe: code that never ran will.
    """
    yield Report(test, mend=spell_platform(test), reads=test.reads, written=test.written, meant=test.meant)
