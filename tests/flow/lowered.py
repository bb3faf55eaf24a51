"""What tests of the lowering start from: a text, visited and made into functions."""

import libcst as cst

from inheritlint.flow.lowering import Lowering
from inheritlint.flow.printer import show
from inheritlint.semantics.outline import Outline
from inheritlint.source.nodes import walk
from inheritlint.source.stack import with_deep_stack


def lowered(text: str) -> tuple[Lowering, Outline]:
    """The text of a module with all its functions lowered, and what the visit saw."""

    def work() -> tuple[Lowering, Outline]:
        module = cst.parse_module(text)
        outline = Outline()
        walk(module, outline)
        lowering = Lowering(module, outline)
        for function in lowering.functions.values():
            lowering.lower(function)
        return lowering, outline

    return with_deep_stack(work)


def shown(text: str) -> str:
    """The blocks of all functions; those of the module only where it does more than define functions."""
    lowering, _ = lowered(text)
    functions = list(lowering.functions.values())
    if text.lstrip("@async ").startswith("def "):
        functions = functions[1:]
    return "\n".join(show(each) for each in functions)
