from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.guards import replace_platform_name
from inheritlint.events.handle_calls import PlatformGuard


@rule(
    code="INH405",
    name="platform-guard-never-true",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`{reads}` is never `{written}`, so the guarded code never runs; use {meant}",
    example="""
        import os
        import sys


        def keep(handle):
            if sys.platform == "windows":
                os.set_handle_inheritable(handle, False)
    """,
    fixed_example="""
        import os
        import sys


        def keep(handle):
            if sys.platform == "win32":
                os.set_handle_inheritable(handle, False)
    """,
    references=("Library reference: sys.platform, os.name, platform.system",),
)
def platform_guard_never_true(test: PlatformGuard) -> Iterator[Report]:
    """## What it does

    Checks for platform checks that compare with a name that no platform has.

    ## Why is this bad?

    `sys.platform` is `"win32"` on every Windows, 32-bit or 64-bit; `os.name` is `"nt"`; `platform.system()` is
    `"Windows"`, capitalized. With any other spelling, the guarded code never runs, and type checkers ignore it.

    ## Not reported

    - checks around code that has nothing to do with inheritance;
    - names that are not a known misspelling, such as those of platforms that Python supported once;
    - names of platforms that `platforms` does not list.

    ## Fix safety

    The fix replaces the name. It is unsafe: code that never ran will run.
    """
    yield Report(
        test, fix=lambda: replace_platform_name(test), reads=test.reads, written=test.written, meant=test.meant
    )
