"""What happens in the small sources of `events.txt`: each event by its line and class, and the answers it gives."""

import sys
from dataclasses import fields
from enum import Enum
from pathlib import Path

import libcst as cst
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
from annotated import cases_in, check
from breaking import put_in_place

from inheritlint.domain.values import Tristate
from inheritlint.events.collect import collect_events
from inheritlint.events.event import Event
from inheritlint.interpreter.target import Target
from inheritlint.lifecycle.lifecycle import Lifecycle
from inheritlint.source.parsing import parse
from inheritlint.source.reading import SourceFile
from inheritlint.source.stack import with_deep_stack

IMPORTS = "import fcntl, multiprocessing, os, pty, socket, subprocess, sys; from daemon import DaemonContext\n"

_FILE = Path(__file__).with_name("events.txt")
CASES = cases_in(_FILE)


def collected(text: str) -> list[Event]:
    source = IMPORTS + text
    tree = parse(SourceFile("one.py", source.encode(), source, "utf-8"), whole=True)
    return with_deep_stack(lambda: collect_events(tree, Target()))


def sentence(event: Event) -> str:
    """The line, the class, and the answers, those left out that are false, empty or the place itself."""
    told = [f"{event.span.line - 1} {type(event).__name__}"]
    for each in fields(event):
        value = getattr(event, each.name)
        if each.name in ("span", "node", "program", "platforms"):
            continue
        told += _answer(each.name, value)
    return " ".join(told)


def _answer(name: str, value: object) -> list[str]:
    match value:
        case True:
            return [name]
        case Tristate(known):
            return [f"{name}?"] if known is None else [name] if known else []
        case Lifecycle(ending):
            return [ending.name.lower()]
        case Enum():
            return [value.name.lower()]
        case str() | int():
            return [f"{name}={value}"] if value else []
        case (str() | int(), *_):
            return [f"{name}={','.join(map(str, value))}"]  # type: ignore[arg-type]
        case cst.CSTNode():
            return []
    return []


def told(text: str) -> str:
    return "\n".join(map(sentence, collected(text)))


@pytest.mark.parametrize("title", CASES)
def test_a_source_has_these_events(title: str, bless: bool) -> None:
    text, events = CASES[title]
    check(_FILE, title, events, told(text), bless=bless)


#: (module, what stands there, what is put in its place): each is seen in one of the cases.
BREAKAGES = [
    ("events.inheritable_creation", "yield CreatedInheritable(", "yield from () and CreatedInheritable("),
    ("events.ends", "if kept.in_child:", "if not kept.in_child:"),
    ("events.numbers_used", "sorted(events, key=lambda event: event.span)", "events[::-1]"),
    ("events.collect", "events += _of_callee(program, node, seen)", "pass"),
    ("events.collect", "_is_told_by(event, mark) for mark in idle", "False for mark in idle"),
    ("events.locks_lost", "not any(covers(thing, each) or covers(each, thing) for each in kept)", "True"),
    ("events.inheritable", "is_passed)", "does_not_inherit)"),
    ("events.inheritable", "does_not_inherit)", "is_passed)"),
    ("events.inheritable", "if not wanted or _is_forwarded(program, node)", "if not wanted"),
    ("events.subprocess_calls", "answers.append(FALSE if here else", "answers.append(FALSE if not here else"),
    ("events.subprocess_calls", "UNKNOWN if record.arguments.has_unpacking else TRUE", "TRUE"),
    ("events.os_open", "combine(answers)", "UNKNOWN"),
]


@pytest.mark.parametrize(("module", "old", "new"), BREAKAGES, ids=lambda text: text[:40])
def test_a_broken_event_is_seen(module: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(module, old, new, monkeypatch)
    assert not all(told(text) == events.strip() for text, events in CASES.values())
