"""The same fixes through LibCST's own tool: `python -m libcst.tool codemod -x inheritlint.faces.codemods.FixAll PATH`.

Beside `FixAll` there is one command a rule that has a fix, named after its code: `FixInh101`. The tool runs a
formatter over what it writes unless it is given `--no-format`. Only that tool imports this module, so LibCST and the
rules are loaded with it.
"""

import argparse
import os
from typing import Any, ClassVar

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext

from inheritlint.declaration import Rule, Safety
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.fixing import apply_fixes
from inheritlint.pipeline.registry import all_rules


class FixAll(CodemodCommand):
    """Applies the fixes of every rule, or of `codes`; comments that suppress a finding are respected."""

    DESCRIPTION: str = "Apply inheritlint's fixes."

    #: The rules whose fixes this command applies.
    codes: ClassVar[frozenset[str]] = frozenset(all_rules())

    def __init__(self, context: CodemodContext, unsafe_fixes: bool = False) -> None:
        super().__init__(context)
        self._unsafe = unsafe_fixes

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add `--unsafe-fixes` to the tool's options."""
        arg_parser.add_argument(
            "--unsafe-fixes",
            action="store_true",
            help="Also apply fixes that may change the behavior of the program.",
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """`tree` with its fixes, itself where there is none. A fix that cannot be applied is a warning of the tool.

        Raises SettingsError where the project's settings cannot be meant.
        """
        path = self.context.filename or "stdin"
        absolute = os.path.abspath(path)  # noqa: PTH100 - links are not to be resolved
        target = Configuration().of_file(absolute).target
        before = tree.bytes
        mended = apply_fixes(path, before, target, lambda finding: finding.code in self.codes, self._unsafe)
        if mended.error:
            self.warn(f"{path}: {mended.error}")
        return tree if mended.data == before else cst.parse_module(mended.data)


def _command(rule: Rule[Any]) -> type[FixAll]:
    parts = {
        "__module__": __name__,  # the tool's processes find the class by its name
        "__doc__": f"Applies the fixes of {rule.code}, `{rule.name}`.",
        "DESCRIPTION": f"{rule.summary} ({rule.code} {rule.name})",
        "codes": frozenset({rule.code}),
    }
    return type(f"Fix{rule.code.capitalize()}", (FixAll,), parts)


#: Every command by its name; each is a name of this module too.
COMMANDS: dict[str, type[FixAll]] = {"FixAll": FixAll}
for _rule in all_rules().values():
    if _rule.safety in (Safety.SAFE, Safety.UNSAFE):
        COMMANDS[f"Fix{_rule.code.capitalize()}"] = _command(_rule)
globals().update(COMMANDS)
