"""A parsed file to its events, in source order."""

from collections.abc import Callable, Iterator

import libcst as cst

from inheritlint.facts import (
    adoptions,
    arguments_given,
    commands,
    creations,
    handles,
    marks,
    messages,
    numbers_handed,
    openings,
    preparations,
    ranges,
    spawn_actions,
    starts,
)
from inheritlint.facts.events import Event
from inheritlint.facts.flag_reads import flag_reads
from inheritlint.facts.handles import guards_tested
from inheritlint.facts.lost_streams import lost_streams
from inheritlint.facts.marks import MadeInheritable
from inheritlint.facts.numbers_handed import NumberHanded
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.state import same_or_inside
from inheritlint.facts.target import Target
from inheritlint.knowledge.deeds import Deed
from inheritlint.source.parsing import Tree

_Gatherer = Callable[[Program, cst.Call, list[Observation]], Iterator[Event]]
#: What makes events of the calls that were seen: one module a topic, each with the deeds that it knows.
_TOPICS = (
    adoptions, arguments_given, commands, creations, handles, marks, messages, numbers_handed, openings, preparations,
    ranges, spawn_actions, starts,
)  # fmt: skip
#: What makes events of the paths themselves.
_TRAILS = (guards_tested, flag_reads, lost_streams)
_GATHERERS: dict[Deed, list[_Gatherer]] = {
    deed: [topic.GATHERERS[deed] for topic in _TOPICS if deed in topic.GATHERERS] for deed in Deed
}


def gather(tree: Tree, target: Target) -> list[Event]:
    """Every event of the file, in source order."""
    program = Program(tree, target)
    program.run()
    events: list[Event] = []
    for node, seen in list(program.observations.items()):
        for deed in dict.fromkeys(each.known.deed for each in seen):
            of_that_deed = [each for each in seen if each.known.deed is deed]
            for gatherer in _GATHERERS[deed]:
                events.extend(gatherer(program, node, of_that_deed))
    for trail in _TRAILS:
        events.extend(trail(program))
    idle = [event for event in events if isinstance(event, MadeInheritable) and event.is_idle]
    events = [event for event in events if not any(_is_told_by(event, mark) for mark in idle)]
    return sorted(events, key=lambda event: event.span)


def _is_told_by(event: Event, mark: MadeInheritable) -> bool:
    """Whether a child is told the number of what `mark` marks to no effect: the mark tells the whole story."""
    if not isinstance(event, NumberHanded) or mark.fate.thing is None:
        return False
    return event.node in mark.fate.children and same_or_inside(mark.fate.thing, event.thing.owner)
