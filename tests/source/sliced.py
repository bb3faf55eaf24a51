"""What rules find in a text that is read whole, or in the parts of it that are chosen."""

from inheritlint.events.collect import collect_events
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.registry import all_rules
from inheritlint.source.parsing import parse
from inheritlint.source.reading import SourceFile
from inheritlint.source.stack import with_deep_stack


def findings(source: SourceFile, *, whole: bool) -> list[tuple[str, int, int, str]]:
    """Code, first and last place, and message of each finding."""
    events = with_deep_stack(lambda: collect_events(parse(source, whole=whole), Target()))
    found = [finding for event in events for rule in all_rules().values() for finding in rule.findings(event)]
    return [(finding.code, finding.span.start, finding.span.end, finding.message) for finding in found]
