"""Findings to new bytes: fixes that get along, as often as it takes, and nothing that makes a file worse."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from inheritlint.findings import Edit, Finding, Safety
from inheritlint.pipeline.rewriting import UnencodableError, rewritten
from inheritlint.pipeline.suppressions import kept

if TYPE_CHECKING:
    from inheritlint.facts.target import Target
    from inheritlint.pipeline.analysis import Analysis

#: A file whose fixes still call for more fixes after this many rounds is left as it then is.
ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Mended:
    """A file after its fixes: `data` is its content, `fixed` what was mended (each with its place at the time),
    `remaining` what is still wanted and not silenced, with its place in `data`; `error` says, in one sentence
    without a full stop, which fixes were not applied and why."""

    data: bytes
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    error: str | None


def mend(
    path: str,
    data: bytes,
    target: Target,
    wanted: Callable[[Finding], bool],
    unsafe: bool,
    *,
    regard: Callable[[Finding], Finding] = lambda finding: finding,
    noqa: bool = True,
) -> Mended:
    """Mend the findings in `data`, the content of the file at `path`, that are `wanted` and not silenced.

    Safe fixes are applied, with `unsafe` the unsafe ones too. A fix that would not fit the file's encoding,
    break its syntax or bring a new finding is not applied. `regard` gives a finding with its fix as the settings see
    it, `noqa` says whether comments silence. Raises nothing of its own.
    """
    return _Mending(path, target, wanted, unsafe, regard, noqa).run(data)


@dataclass
class _State:
    """A file that stands, with what is found in it."""

    data: bytes
    analysis: Analysis

    @cached_property
    def soundness(self) -> int:
        """2 where the running interpreter compiles the file, 1 where it only parses it, else 0."""
        return _soundness(self.data)


@dataclass
class _Mending:
    path: str
    target: Target
    wanted: Callable[[Finding], bool]
    unsafe: bool
    regard: Callable[[Finding], Finding]
    noqa: bool
    fixed: list[Finding] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def run(self, data: bytes) -> Mended:
        state = _State(data, self._analyse(data))
        for _ in range(ROUNDS):
            after = self._round(state)
            if after is state:
                break
            state = after
        else:
            if self._compatible(state):
                self.refused[""] = f"its fixes do not settle within {ROUNDS} rounds"
        error = "; ".join(self.refused.values()) or None
        return Mended(state.data, tuple(self.fixed), tuple(self._open(state)), error)

    def _analyse(self, data: bytes) -> Analysis:
        # The analysis brings LibCST with it, which only a file that concerns us may cost.
        from inheritlint.pipeline.analysis import analyse

        return analyse(self.path, data, self.target)

    def _open(self, state: _State) -> list[Finding]:
        source, findings = state.analysis.source, state.analysis.findings
        heard = kept(source, findings) if source and self.noqa else findings
        return [self.regard(finding) for finding in heard if self.wanted(finding)]

    def _compatible(self, state: _State) -> list[Finding]:
        """The findings whose fixes may be applied together, those further up first."""
        trusted = {Safety.SAFE, Safety.UNSAFE} if self.unsafe else {Safety.SAFE}
        chosen: list[Finding] = []
        taken = _Taken()
        for finding in self._open(state) if state.analysis.source else []:
            if finding.fix and finding.fix.safety in trusted and taken.has_room_for(finding.fix.edits):
                chosen.append(finding)
        return chosen

    def _round(self, state: _State) -> _State:
        """`state` with every fix that can be applied at once; `state` itself where there is none."""
        self.refused.clear()
        chosen, after = self._sound(state, [], self._compatible(state), state)
        self.fixed += chosen
        return after

    def _sound(
        self, base: _State, good: list[Finding], more: list[Finding], after: _State
    ) -> tuple[list[Finding], _State]:
        """`good` and what of `more` can be added to it, and the state they make; halves what does not work."""
        if not more:
            return good, after
        attempt = self._applied(base, [*good, *more])
        if not isinstance(attempt, str):
            return [*good, *more], attempt
        if len(more) == 1:
            self._refuse(more[0], attempt)
            return good, after
        middle = len(more) // 2
        good, after = self._sound(base, good, more[:middle], after)
        return self._sound(base, good, more[middle:], after)

    def _refuse(self, finding: Finding, reason: str) -> None:
        self.refused.setdefault(
            f"{finding.code} {reason}", f"the fix of {finding.code} in line {finding.span.line} {reason}"
        )

    def _applied(self, base: _State, findings: Sequence[Finding]) -> _State | str:
        """`base` with the fixes of `findings`, or why not."""
        assert base.analysis.source is not None
        edits = sorted({edit for finding in findings if finding.fix for edit in finding.fix.edits})
        try:
            data = rewritten(base.analysis.source, edits)
        except UnencodableError as error:
            return str(error)
        if data == base.data:
            return "changes nothing"
        if _soundness(data) < base.soundness:
            return "would break the syntax"
        analysis = self._analyse(data)
        new = _counts(analysis.findings) - (_counts(base.analysis.findings) - _counts(findings))
        return f"would leave or bring {', '.join(sorted(new))}" if new else _State(data, analysis)


@dataclass
class _Taken:
    """The edits of one round, in order. An edit that two fixes share is made once."""

    edits: list[Edit] = field(default_factory=list)

    def has_room_for(self, edits: Sequence[Edit]) -> bool:
        """Take `edits`, unless one of them meets another that was taken before."""
        if not edits or any(self._clashes(edit) for edit in edits):
            return False
        for edit in set(edits).difference(self.edits):
            insort(self.edits, edit)
        return True

    def _clashes(self, edit: Edit) -> bool:
        place = bisect_left(self.edits, edit)
        return any(_clash(edit, neighbour) for neighbour in self.edits[max(place - 2, 0) : place + 2])


def _clash(one: Edit, other: Edit) -> bool:
    insertion = one.start == one.end or other.start == other.end
    if one == other:
        # Two blocks that are both moved to the right, each by its own fix: once is not enough.
        return insertion and one.text.isspace()
    if insertion:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _counts(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.code for finding in findings)


def _soundness(data: bytes) -> int:
    soundness = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for only_syntax in (True, False):
                _compile(data, only_syntax)
                soundness += 1
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return soundness


def _compile(data: bytes, only_syntax: bool) -> None:
    compile(data, "<source>", "exec", ast.PyCF_ONLY_AST if only_syntax else 0, dont_inherit=True)
