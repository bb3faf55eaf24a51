"""Settings → which findings a run reports."""

from collections.abc import Callable, Iterator
from functools import cache

from inheritlint.findings import Finding, Safety
from inheritlint.pipeline.codes import FILE_NOT_CHECKED, UNUSED_NOQA, reach
from inheritlint.pipeline.settings import Settings


def report_filter(settings: Settings, path: str) -> Callable[[Finding], bool]:
    """Whether a finding in the file at the absolute `path` is to be reported."""
    by_file = (*settings.per_file_ignores, *settings.extend_per_file_ignores)
    silenced = [codes for patterns, codes in by_file if patterns.cover(path)]

    @cache
    def chosen(code: str, by_default: bool) -> bool:
        if code == UNUSED_NOQA and not settings.noqa:  # what does not count cannot be used
            return False
        if code == FILE_NOT_CHECKED:
            return not any(code in codes for codes in (*_ignored(settings), *silenced))
        return is_selected(settings, code, by_default) and not any(reach(codes, code) for codes in silenced)

    def wanted(finding: Finding) -> bool:
        return finding.severity.rank >= settings.min_severity.rank and chosen(finding.code, finding.by_default)

    return wanted


def is_selected(settings: Settings, code: str, by_default: bool = True) -> bool:
    """Whether `code` runs; by default it does so `by_default`. In one source of settings the longest entry that fits
    decides, and of two equally long ones that of `ignore`; a later source (the command line) decides before an earlier
    one."""
    entries = (*(settings.select or ()), *settings.extend_select)
    chosen = _decision(entries, settings.ignore, code, closed=settings.select is not None)
    if chosen is None:
        return is_selected(settings.earlier, code, by_default) if settings.earlier else by_default
    return chosen


def is_fixable(settings: Settings, code: str) -> bool:
    """Whether findings of `code` may be fixed, decided between `fixable` and `unfixable` as `is_selected` decides."""
    closed = settings.fixable is not None
    chosen = _decision(settings.fixable or (), settings.unfixable, code, closed=closed)
    if chosen is None:
        return is_fixable(settings.earlier, code) if settings.earlier else True
    return chosen


def regarded(settings: Settings) -> Callable[[Finding], Finding]:
    """A finding with its fix as the settings regard it: as safe, as unsafe, or as none. Where a rule is among both
    `extend-safe-fixes` and `extend-unsafe-fixes`, the longer entry decides, and of two equally long ones the latter."""

    @cache
    def safety(code: str, own: Safety) -> Safety:
        safe, unsafe = (reach(codes, code) for codes in (settings.extend_safe_fixes, settings.extend_unsafe_fixes))
        if own is Safety.SAFE and unsafe >= max(safe, 1):
            return Safety.UNSAFE
        return Safety.SAFE if own is Safety.UNSAFE and safe > unsafe else own

    def regard(finding: Finding) -> Finding:
        fix = finding.fix
        if fix is None:
            return finding
        if not is_fixable(settings, finding.code):
            return finding._replace(fix=None)
        return finding._replace(fix=fix._replace(safety=safety(finding.code, fix.safety)))

    return regard


def _decision(chosen: tuple[str, ...], ignored: tuple[str, ...], code: str, *, closed: bool) -> bool | None:
    """Whether one source of settings is for `code`; None where it does not decide. `closed` says that it wants what it
    names and nothing else."""
    for_it, against_it = reach(chosen, code), reach(ignored, code)
    if for_it or against_it:
        return for_it > against_it
    return False if closed else None


def _ignored(settings: Settings) -> Iterator[tuple[str, ...]]:
    yield settings.ignore
    if settings.earlier and settings.select is None:
        yield from _ignored(settings.earlier)
