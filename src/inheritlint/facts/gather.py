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
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
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
    return sorted(events, key=lambda event: event.span)
