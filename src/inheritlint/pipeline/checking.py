"""One file through a run: read, analysed, selected, suppressed, fixed."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from inheritlint.findings import Finding, Span
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.selection import regarded, report_filter
from inheritlint.pipeline.settings import Settings
from inheritlint.source.reading import Unreadable, decode, read

if TYPE_CHECKING:
    from inheritlint.pipeline.analysis import Analysis

Wanted = Callable[[Finding], bool]


def check_file(path: str, settings: Settings, mode: Mode, unsafe: bool) -> Outcome:
    """What a run says of the file at `path`; a fix is written to it. Raises nothing: a fault of ours is an outcome."""
    try:
        outcome = check_data(path, read(path), settings, mode, unsafe)
        return _written(outcome, settings) if mode is Mode.FIX and outcome.after is not None else outcome
    except Exception as error:
        return internal_error(path, settings, error)


def check_data(path: str, data: bytes | Unreadable, settings: Settings, mode: Mode, unsafe: bool) -> Outcome:
    """What a run says of `data`, the content of `path`. Nothing is written."""
    outcome, analysis = _found(path, data, settings)
    if isinstance(data, Unreadable) or not any(each.is_fixable(True) for each in outcome.findings):
        return outcome
    wanted = report_filter(settings, os.path.abspath(path))  # noqa: PTH100 - links are not to be resolved
    if mode is Mode.REPORT or not any(each.is_fixable(unsafe) for each in outcome.findings):
        return outcome._replace(findings=_promised(path, data, settings, wanted, outcome.findings, analysis))
    return _mended(outcome, data, settings, wanted, unsafe)


def found(path: str, data: bytes | Unreadable, settings: Settings) -> Outcome:
    """What is found in `data`, the content of `path`, without the fixes, unless these are kept: a run need not apply
    them."""
    return _found(path, data, settings, with_fixes=False)[0]


def _found(
    path: str, data: bytes | Unreadable, settings: Settings, *, with_fixes: bool = True
) -> "tuple[Outcome, Analysis]":
    # The analysis may bring LibCST with it, which is not to be paid before a file is concerned.
    from inheritlint.pipeline.analysis import analyse

    wanted = report_filter(settings, os.path.abspath(path))  # noqa: PTH100 - links are not to be resolved
    analysis = analyse(path, data, settings.target, cached=settings.cache, with_fixes=with_fixes)
    findings = tuple(map(regarded(settings), filter(wanted, analysis.findings)))
    silenced: tuple[Finding, ...] = ()
    if findings and analysis.source and settings.noqa:
        from inheritlint.pipeline.suppressions import kept

        heard = dict.fromkeys(kept(analysis.source, findings))
        silenced = tuple(each for each in findings if each not in heard)
        findings = tuple(heard)
    source = analysis.source if findings or silenced else None
    return Outcome(path, findings, source, silenced=silenced), analysis


def _promised(
    path: str,
    data: bytes,
    settings: Settings,
    wanted: Wanted,
    findings: tuple[Finding, ...],
    analysis: "Analysis | None" = None,
) -> tuple[Finding, ...]:
    """`findings` of `data`, with the fixes that a run with fixes applies and no others; which these are may be known
    from before."""
    if not any(each.is_fixable(True) for each in findings):
        return findings
    from inheritlint.pipeline.cache import place

    # Which findings there are besides, and which fixes count, is for the settings to say.
    kept = place(("fixes", os.path.abspath(path), settings), data) if settings.cache else None  # noqa: PTH100
    known = kept.read() if kept is not None else None
    if isinstance(known, list) and len(known) == len(findings):
        return tuple(
            each if made is True else each._replace(fix=None) for each, made in zip(findings, known, strict=True)
        )
    made = _tried(path, data, settings, wanted, findings, analysis)
    if kept is not None:
        kept.write([each.fix is not None for each in made])
    return made


def _tried(
    path: str,
    data: bytes,
    settings: Settings,
    wanted: Wanted,
    findings: tuple[Finding, ...],
    analysis: "Analysis | None",
) -> tuple[Finding, ...]:
    """The same, found out by trying them."""
    from inheritlint.pipeline.fixing import promised

    return promised(
        path,
        data,
        settings.target,
        wanted,
        findings,
        regard=regarded(settings),
        noqa=settings.noqa,
        cached=settings.cache,
        known=analysis,
    )


def internal_error(path: str, settings: Settings, fault: Exception | str) -> Outcome:
    """The outcome of a file whose analysis failed by a fault of ours: by an exception, or as a sentence says."""
    from inheritlint.events.event import FileNotChecked
    from inheritlint.pipeline.codes import FILE_NOT_CHECKED
    from inheritlint.pipeline.registry import all_rules

    said = f"{type(fault).__name__}: {fault}".rstrip(": ") if isinstance(fault, Exception) else fault
    fault = " ".join(said.split())
    event = FileNotChecked(Span(0, 0, 1, 1, 1, 1), f"internal error: {fault}")
    wanted = report_filter(settings, os.path.abspath(path))  # noqa: PTH100 - links are not to be resolved
    findings = tuple(filter(wanted, all_rules()[FILE_NOT_CHECKED].findings(event)))
    return Outcome(
        path, findings, problems=(f"{path}: internal error: {fault}; please report this",), internal_error=True
    )


def _mended(outcome: Outcome, data: bytes, settings: Settings, wanted: Wanted, unsafe: bool) -> Outcome:
    from inheritlint.pipeline.fixing import apply_fixes

    # What was found may come from the cache, and who may write to that is to change no file: it is analyzed again.
    mended = apply_fixes(
        outcome.path, data, settings.target, wanted, unsafe, regard=regarded(settings), noqa=settings.noqa
    )
    remaining = _promised(outcome.path, mended.data, settings, wanted, mended.remaining)
    warnings = (f"{outcome.path}: {mended.error}",) if mended.error else ()
    if mended.data == data:
        return outcome._replace(findings=remaining, warnings=warnings)
    source = decode(outcome.path, mended.data) if mended.remaining else None
    return Outcome(
        outcome.path,
        remaining,
        source if not isinstance(source, Unreadable) else None,
        tuple(mended.fixed),
        data,
        mended.data,
        warnings=warnings,
    )


def _written(outcome: Outcome, settings: Settings) -> Outcome:
    """`outcome` with its fixes on disk; where that fails, what is found without them."""
    from inheritlint.pipeline.atomic_write import reason_of, replace_file

    assert outcome.after is not None
    try:
        replace_file(outcome.path, outcome.before, outcome.after)
    except OSError as error:
        unfixed = check_data(outcome.path, outcome.before, settings, Mode.REPORT, False)
        return unfixed._replace(problems=(reason_of(outcome.path, error),))
    return outcome
