"""Where the command begins. Paths alone are checked at once: only options are for click to understand, and click takes
as long to load as a small file to check."""

import os
import sys
from collections.abc import Sequence

from inheritlint.faces.cli.exit_status import ExitStatus
from inheritlint.faces.cli.output import escape_unencodable, print_error
from inheritlint.pipeline.settings import SettingsError

_COMPLETION = "_INHERITLINT_COMPLETE"  # how a shell asks click for the rest of a word


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (default: the process's); gives the exit status and raises nothing but
    SystemExit."""
    escape_unencodable()
    try:
        given = sys.argv[1:] if arguments is None else arguments
        return _check(given) if _are_paths(given) else _run_click(arguments)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return ExitStatus.INTERRUPTED
    except SettingsError as error:
        print_error(str(error))
        return ExitStatus.FAILED
    except OSError as error:
        print_error(f"cannot write the report: {error.strerror or error}")
        return ExitStatus.FAILED
    except Exception as error:  # the interpreter's own status for it would be that of findings
        import traceback

        traceback.print_exc()
        print_error(f"internal error: {type(error).__name__}: {error}; please report this with the traceback above")
        return ExitStatus.FAILED


def _are_paths(arguments: Sequence[str]) -> bool:
    """Whether `arguments` are what they seem: no options, and on Windows nothing that its shell left to be expanded."""
    return (
        bool(arguments)
        and os.name != "nt"
        and _COMPLETION not in os.environ
        and not any(argument.startswith("-") or not argument for argument in arguments)
    )


def _check(paths: Sequence[str]) -> int:
    from inheritlint.faces.cli.request import Request
    from inheritlint.faces.cli.running import run_to_exit_status

    return run_to_exit_status(Request(tuple(paths)))


def _run_click(arguments: Sequence[str] | None) -> int:
    import click

    from inheritlint.faces.cli.command import inheritlint

    try:
        return int(inheritlint.main(arguments, prog_name="inheritlint", standalone_mode=False) or 0)
    except click.Abort:
        return ExitStatus.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return ExitStatus.FAILED
