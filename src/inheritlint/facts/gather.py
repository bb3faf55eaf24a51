"""A parsed file to its events, in source order."""

from collections.abc import Callable, Iterator

import libcst as cst

from inheritlint.facts import creations, handles, marks, openings, starts
from inheritlint.facts.events import Event
from inheritlint.facts.handles import GuardTested
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.target import Target
from inheritlint.knowledge.deeds import Deed
from inheritlint.source.parsing import Tree

_Gatherer = Callable[[Program, cst.Call, list[Observation]], Iterator[Event]]
#: What makes events of the calls that were seen: one module a topic, each with the deeds that it knows.
_TOPICS = (creations, handles, marks, openings, starts)
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
    events.extend(GuardTested(tree.span(node), guard, program) for node, guard in program.dead_guards.items())
    return sorted(events, key=lambda event: event.span)
