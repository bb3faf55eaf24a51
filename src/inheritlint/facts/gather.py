"""A parsed file to its events, in source order."""

from inheritlint.facts import creations, handles, marks, openings, starts
from inheritlint.facts.events import Event
from inheritlint.facts.handles import GuardTested
from inheritlint.facts.program import Program
from inheritlint.facts.target import Target
from inheritlint.source.parsing import Tree

#: What makes events of the calls that were seen: one module a topic, each with the deeds that it knows.
_GATHERERS = creations.GATHERERS | handles.GATHERERS | marks.GATHERERS | openings.GATHERERS | starts.GATHERERS


def gather(tree: Tree, target: Target) -> list[Event]:
    """Every event of the file, in source order."""
    program = Program(tree, target)
    program.run()
    events: list[Event] = []
    for node, seen in list(program.observations.items()):
        events.extend(_GATHERERS[seen[0].known.deed](program, node, seen))
    events.extend(GuardTested(tree.span(node), guard, program) for node, guard in program.dead_guards.items())
    return sorted(events, key=lambda event: event.span)
