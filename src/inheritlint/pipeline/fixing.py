"""Findings to new bytes: fixes that get along, as often as it takes, and nothing that makes a file worse."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from inheritlint.findings import Edit, Finding, Safety
from inheritlint.pipeline.following import followed
from inheritlint.pipeline.preservation import broken_by
from inheritlint.pipeline.rewriting import UnencodableError, in_newlines_of, rewritten
from inheritlint.pipeline.suppressions import kept
from inheritlint.pipeline.validity import SOUNDEST, still_compiles, validity

if TYPE_CHECKING:
    from inheritlint.interpreter.target import Target
    from inheritlint.pipeline.analysis import Analysis

#: A file whose fixes still call for more fixes after this many rounds is left as it then is.
MAX_ITERATIONS = 10
#: So many fixes that fail alone are tried in pairs; each pair costs an analysis.
_MOST_PAIRED = 6
#: So many characters may be analysed again to find out which fixes can be made, but a few attempts are always allowed.
_MOST_ANALYSED, _FEWEST_ATTEMPTS = 3_000_000, 12


class FixResult(NamedTuple):
    """A file after its fixes: `data` is its content, `fixed` what was fixed (each with its place at the time),
    `remaining` what is still wanted and not suppressed, with its place in `data`; `error` says, in one sentence
    without a full stop, which fixes were not applied and why; `kept` are those of the findings that were there before
    all fixes which are fixed now."""

    data: bytes
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    error: str | None
    kept: frozenset[Finding] = frozenset()


def apply_fixes(
    path: str,
    data: bytes,
    target: Target,
    wanted: Callable[[Finding], bool],
    unsafe: bool,
    *,
    regard: Callable[[Finding], Finding] = lambda finding: finding,
    noqa: bool = True,
    cached: bool = False,
    known: Analysis | None = None,
) -> FixResult:
    """Fix the findings in `data`, the content of the file at `path`, that are `wanted` and not suppressed.

    Safe fixes are applied, with `unsafe` the unsafe ones too. A fix that would not fit the file's encoding, break its
    syntax, leave its own finding, or bring another one that is wanted and as severe, is not applied. `regard` gives a
    finding with its fix as the settings see it, `noqa` says whether comments suppress, `cached` that answers of the
    analysis may be known from before, and are kept; `known` is that of `data`. Raises nothing of its own.
    """
    fixing = _Fixing(path, target, wanted, unsafe, regard, noqa, cached, {})
    return fixing.run(fixing.state(data, known))


def promised(
    path: str,
    data: bytes,
    target: Target,
    wanted: Callable[[Finding], bool],
    findings: Sequence[Finding],
    *,
    regard: Callable[[Finding], Finding] = lambda finding: finding,
    noqa: bool = True,
    cached: bool = False,
    known: Analysis | None = None,
) -> tuple[Finding, ...]:
    """`findings`, all that are wanted and not suppressed in `data`, each with its fix where a run with fixes applies
    it, and without one where it does not. The rest is as `apply_fixes` takes it."""
    kinds = {finding.fix.safety for finding in findings if finding.fix}
    made: dict[Safety, frozenset[Finding]] = {}
    analyses: dict[bytes, Analysis] = {}
    for safety, unsafe in ((Safety.SAFE, False), (Safety.UNSAFE, True)):
        if safety in kinds:
            mending = _Fixing(path, target, wanted, unsafe, regard, noqa, cached, analyses)
            made[safety] = mending.promised(data, known)
    return tuple(
        each if each.fix is None or each in made.get(each.fix.safety, ()) else each._replace(fix=None)
        for each in findings
    )


class _State:
    """A file that stands, with what is found in it: `open` is what is wanted there and not suppressed; `brought` what
    was not there in the round before, `gone` what was fixed since, `same` where in `open` each of the others is."""

    def __init__(self, data: bytes, analysis: Analysis, findings: list[Finding]) -> None:
        self.data, self.analysis, self.open = data, analysis, findings
        self.brought: list[Finding] = []
        self.gone: list[Finding] = []
        self.same: dict[int, int] = {}

    @cached_property
    def validity(self) -> int:
        """2 where the running interpreter compiles the file, 1 where it only parses it, else 0."""
        return validity(self.data)


class _Fixing:
    def __init__(
        self,
        path: str,
        target: Target,
        wanted: Callable[[Finding], bool],
        unsafe: bool,
        regard: Callable[[Finding], Finding],
        noqa: bool,
        cached: bool,
        analyses: dict[bytes, Analysis],
    ) -> None:
        self.path, self.target, self.wanted, self.unsafe = path, target, wanted, unsafe
        self.regard, self.noqa, self.cached = regard, noqa, cached
        self.analyses = analyses  # by content: with unsafe fixes a file comes to be what it was with safe ones
        self.fixed: list[Finding] = []
        self.refused: dict[str, str] = {}
        self.attempts = 0
        self.tries_certain = True  # else what is certain is not applied
        self.left: list[Finding] = []  # by the last attempt that failed: what it did not fix

    def run(self, state: _State) -> FixResult:
        """What becomes of `state`."""
        first = dict(enumerate(state.open))
        kept: set[Finding] = set()
        for _ in range(MAX_ITERATIONS):
            after = self._round(state)
            if after is state:
                break
            kept |= {finding for index, finding in first.items() if state.open[index] in after.gone}
            first = {after.same[index]: finding for index, finding in first.items() if index in after.same}
            state = after
        else:
            if self._compatible(state):
                self.refused[""] = f"fixes did not converge after {MAX_ITERATIONS} iterations"
        error = "; ".join(self.refused.values()) or None
        return FixResult(state.data, tuple(self.fixed), tuple(state.open), error, frozenset(kept))

    def promised(self, data: bytes, known: Analysis | None) -> frozenset[Finding]:
        """The findings in `data` that `run` fixes. What is certain is not tried, where all can be made at once."""
        state = self.state(data, known)
        chosen = self._compatible(state)
        certain = [each for each in chosen if _is_certain(each)]
        if len(chosen) < len([each for each in state.open if each.is_fixable(self.unsafe)]):
            certain = []
        if not certain or isinstance(self._rewritten(state, _edits_of(chosen)), str):
            return self.run(state).kept
        self.tries_certain = False
        return self.run(state).kept.union(certain)

    def state(self, data: bytes, known: Analysis | None = None) -> _State:
        # The analysis brings LibCST with it, which only a relevant file may cost.
        from inheritlint.pipeline.analysis import analyse

        analysis = known or self.analyses.get(data) or analyse(self.path, data, self.target, cached=self.cached)
        self.analyses[data] = analysis
        source, findings = analysis.source, analysis.findings
        heard = kept(source, findings) if source and self.noqa else findings
        return _State(data, analysis, [self.regard(finding) for finding in heard if self.wanted(finding)])

    def _compatible(self, state: _State) -> list[Finding]:
        """The findings whose fixes may be applied together: safe fixes first, then those further up."""
        chosen: list[Finding] = []
        taken = _AppliedEdits()
        candidates = (each for each in state.open if each.is_fixable(self.unsafe)) if state.analysis.source else ()
        for finding in sorted(candidates, key=lambda each: each.fix is not None and each.fix.safety is Safety.UNSAFE):
            assert finding.fix and state.analysis.source
            broken = broken_by(state.analysis.source, finding.fix.edits, self.target.oldest)
            if broken:
                self._refuse(finding, broken)
            elif taken.has_room_for(finding.fix.edits):
                chosen.append(finding)
        return chosen

    def _round(self, state: _State) -> _State:
        """`state` with every fix that can be applied at once; `state` itself where there is none."""
        self.refused.clear()
        chosen = [each for each in self._compatible(state) if self.tries_certain or not _is_certain(each)]
        attempt = self._applied(state, chosen, state) if chosen else state
        if isinstance(attempt, str) and 0 < len(self.left) < len(chosen):
            attempt = self._applied(state, [each for each in chosen if each not in self.left], state)
        if isinstance(attempt, str):
            attempt = self._piecemeal(state, chosen)
        self.fixed += attempt.gone if attempt is not state else []
        return attempt

    def _piecemeal(self, state: _State, chosen: list[Finding]) -> _State:
        """`state` with as many of `chosen` as can be: the severe ones first, then what fails alone by twos."""
        good: list[Finding] = []
        after = state
        failed: list[tuple[Finding, str]] = []
        for rank in sorted({each.severity.rank for each in chosen}, reverse=True):
            alike = [each for each in chosen if each.severity.rank == rank]
            good, after = self._sound(state, good, alike, after, failed)
        if 1 < len(failed) <= _MOST_PAIRED:
            for pair in combinations([finding for finding, _ in failed], 2):
                attempt = self._applied(state, [*good, *pair], after)
                if not isinstance(attempt, str):
                    good, after = [*good, *pair], attempt
                    failed = [each for each in failed if each[0] not in pair]
                    break
        for finding, reason in failed:
            self._refuse(finding, reason)
        return after

    def _sound(
        self, base: _State, good: list[Finding], more: list[Finding], after: _State, failed: list[tuple[Finding, str]]
    ) -> tuple[list[Finding], _State]:
        """`good` and what of `more` can be added to it, and the state they make; halves what does not work."""
        if not more:
            return good, after
        attempt = self._applied(base, [*good, *more], after)
        if not isinstance(attempt, str):
            return [*good, *more], attempt
        if len(more) == 1:
            failed.append((more[0], attempt))
            return good, after
        middle = len(more) // 2
        good, after = self._sound(base, good, more[:middle], after, failed)
        return self._sound(base, good, more[middle:], after, failed)

    def _refuse(self, finding: Finding, reason: str) -> None:
        self.refused.setdefault(
            f"{finding.code} {reason}", f"fix for {finding.code} in line {finding.span.line} not applied: it {reason}"
        )

    def _rewritten(self, base: _State, edits: Sequence[Edit]) -> bytes | str:
        """The content of `base` after `edits`, or why there is none that can stand."""
        source = base.analysis.source
        assert source is not None
        try:
            data = rewritten(source, edits)
        except UnencodableError as error:
            return str(error)
        if data == base.data:
            return "changes nothing"
        if still_compiles(source.text, in_newlines_of(source, edits)):
            return data
        is_sound = (made := validity(data)) == SOUNDEST or made >= base.validity
        return data if is_sound else "would introduce a syntax error"

    def _applied(self, base: _State, findings: Sequence[Finding], accepted: _State) -> _State | str:
        """`base` with the fixes of `findings`, or why not. What `accepted` brought is no reason any more."""
        source = base.analysis.source
        assert source is not None
        self.left = []
        if self.attempts > max(_FEWEST_ATTEMPTS, _MOST_ANALYSED // max(1, len(source.text))):
            return "takes too many attempts"
        edits = _edits_of(findings)
        data = self._rewritten(base, edits)
        if isinstance(data, str):
            return data
        self.attempts += data not in self.analyses
        state = self.state(data)
        state.same = followed(base.open, in_newlines_of(source, edits), state.open, findings)
        there = set(state.same.values())
        state.brought = [finding for index, finding in enumerate(state.open) if index not in there]
        mended = (finding for index, finding in enumerate(base.open) if index not in state.same)
        state.gone = [finding for finding in mended if finding.is_fixable(self.unsafe)]
        self.left = [finding for finding in findings if finding not in state.gone]
        left = [finding.code for finding in self.left]
        least = min(finding.severity.rank for finding in findings)
        worse = _counts(state.brought, least) - _counts(accepted.brought, least)
        return f"would leave or introduce {', '.join(sorted({*left, *worse}))}" if left or worse else state


def _is_certain(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.is_certain


def _edits_of(findings: Iterable[Finding]) -> list[Edit]:
    """What fixes `findings`, in order; an edit that two fixes share is made once."""
    return sorted({edit for finding in findings if finding.fix for edit in finding.fix.edits})


class _AppliedEdits:
    """The edits of one round, in order. An edit that two fixes share is made once."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []

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


def _counts(findings: Iterable[Finding], least: int) -> Counter[str]:
    """How often each code of at least that rank was found."""
    return Counter(finding.code for finding in findings if finding.severity.rank >= least)
