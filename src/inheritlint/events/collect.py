"""A parsed file to its events, in source order."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import libcst as cst

from inheritlint.domain.identity import same_or_inside
from inheritlint.events import (
    closerange,
    descriptor_arguments,
    fcntl_flags,
    handle_calls,
    handles_given,
    inheritable,
    inheritable_creation,
    inherited_descriptors,
    messages,
    numbers_passed,
    os_open,
    preexec,
    spawn_actions,
    subprocess_calls,
)
from inheritlint.events.daemon_closings import daemon_closings
from inheritlint.events.ends import ends_left_open, sockets_kept
from inheritlint.events.event import Event
from inheritlint.events.handle_calls import functions_read, guards_tested
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.events.inputs_shared import inputs_shared
from inheritlint.events.locks_lost import locks_lost
from inheritlint.events.numbers_passed import NumberPassed
from inheritlint.events.numbers_used import told_once
from inheritlint.events.standard_stream_events import lost_streams
from inheritlint.events.unavailable_flags import flag_reads
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.interpreter.target import Target
from inheritlint.knowledge.effects import Effect
from inheritlint.source.parsing import Tree

_EventBuilder = Callable[[Program, cst.Call, list[CallRecord]], Iterator[Event]]
#: What makes events of the calls that were seen: one module a topic, each with the effects that it knows, and with the
#: parameters of a call inside a function of the file that make it the caller's.
_TOPICS = (
    closerange, descriptor_arguments, fcntl_flags, handle_calls, handles_given, inheritable, inheritable_creation,
    inherited_descriptors, messages, numbers_passed, os_open, preexec, spawn_actions, subprocess_calls,
)  # fmt: skip
#: What makes events of the paths themselves.
_TRAILS = (
    guards_tested, functions_read, flag_reads, lost_streams, ends_left_open, sockets_kept, inputs_shared, locks_lost,
    daemon_closings,
)  # fmt: skip


def collect_events(tree: Tree, target: Target) -> list[Event]:
    """Every event of the file, in source order."""
    program = Program(tree, target)
    program.run()
    events: list[Event] = []
    for node, seen in list(program.records.items()):
        events += _of_call(program, node, seen)
    for node, seen in list(program.file.relayed.items()):
        events += _of_callee(program, node, seen)
    for trail in _TRAILS:
        events.extend(trail(program))
    idle = [event for event in events if isinstance(event, MadeInheritable) and event.has_no_effect]
    events = [event for event in events if not any(_is_told_by(event, mark) for mark in idle)]
    return list(told_once(events))


def _of_call(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    """What a call is by itself."""
    for effect in dict.fromkeys(each.spec.effect for each in seen):
        of_that_effect = [each for each in seen if each.spec.effect is effect]
        for topic in _TOPICS:
            builder: _EventBuilder | None = topic.EVENT_BUILDERS.get(effect)
            if builder is not None:
                yield from builder(program, node, of_that_effect)


def _of_callee(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    """What a call of a function of the file does through what it gives: that function does nothing of it by itself."""
    for topic in _TOPICS:
        chosen: dict[Effect, frozenset[str]] = getattr(topic, "CHOSEN", {})
        for effect, parameters in chosen.items():
            inner: dict[object, list[CallRecord]] = {}
            for each in seen:
                if each.spec.effect is effect and each.given and not parameters.isdisjoint(each.given):
                    inner.setdefault(each.inner, []).append(each)
            for records in inner.values():
                yield from topic.EVENT_BUILDERS[effect](program, node, [replace(each, node=node) for each in records])


def _is_told_by(event: Event, mark: MadeInheritable) -> bool:
    """Whether a child is passed the number of what `mark` makes inheritable to no effect: that event says all of it."""
    if not isinstance(event, NumberPassed) or mark.fate.thing is None:
        return False
    return event.node in mark.fate.children and same_or_inside(mark.fate.thing, event.thing.base)
