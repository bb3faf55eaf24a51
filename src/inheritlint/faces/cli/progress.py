"""A bar on the terminal for runs that take longer than a second."""

import sys
import time
from types import TracebackType
from typing import Any

from inheritlint.faces.cli.output import is_terminal

#: Seconds before the bar is shown.
SILENCE = 1.0


class Progress:
    """Called with the number of files that are done; a context that takes its bar away at the end."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total = total
        self._shown = not quiet and is_terminal(sys.stderr)
        self._began = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            # Back to the start of the line, and nothing left on it: what follows is the report.
            import click  # it is there with the bar, and knows the consoles of Windows

            click.echo("\r\x1b[K\x1b[?25h", file=sys.stderr, nl=False, color=True)

    def __call__(self, done: int) -> None:
        if not self._shown or time.monotonic() - self._began < SILENCE:
            return
        if self._bar is None:
            import click  # a run that has lasted a second has the time

            self._bar = click.progressbar(
                length=self._total,
                label="Checking",
                file=sys.stderr,
                show_pos=True,
                update_min_steps=max(1, self._total // 200),
            )
        self._bar.update(done - self._bar.pos - self._bar._completed_intervals)
