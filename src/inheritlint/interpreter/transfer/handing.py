"""A function that is passed on with its arguments, for a thread or a process to call it."""

import libcst as cst

from inheritlint.domain.state import State
from inheritlint.domain.values import Value
from inheritlint.interpreter.frame import Site
from inheritlint.interpreter.records import collect
from inheritlint.knowledge.workers import Handed


def worker_site(site: Site, handed: Handed, state: State) -> Site:
    """The call that a thread or a process makes of what it is given."""
    written: list[tuple[str | None, str, Value, cst.Arg | None]] = []
    for (position, name), star in ((handed.arguments, "*"), (handed.named, "**")):
        value = site.value(position, name)
        if value is not None:
            written.append((None, star, state.contents(value) or value, None))
    return site.with_arguments(collect(written))
