"""Settings → which findings a run speaks of."""

from collections.abc import Callable, Iterator
from functools import cache

from inheritlint.findings import Finding
from inheritlint.pipeline.codes import NOT_ANALYSED, reach
from inheritlint.pipeline.settings import Settings


def predicate(settings: Settings, path: str) -> Callable[[Finding], bool]:
    """Whether a finding in the file at the absolute `path` is to be reported."""
    silenced = [codes for patterns, codes in settings.per_file_ignores if patterns.cover(path)]

    @cache
    def chosen(code: str, by_default: bool) -> bool:
        if code == NOT_ANALYSED:
            return not any(code in codes for codes in (*_ignored(settings), *silenced))
        return is_selected(settings, code, by_default) and not any(reach(codes, code) for codes in silenced)

    def wanted(finding: Finding) -> bool:
        return finding.severity.rank >= settings.min_severity.rank and chosen(finding.code, finding.by_default)

    return wanted


def is_selected(settings: Settings, code: str, by_default: bool = True) -> bool:
    """Whether `code` runs; where nothing is said it does so `by_default`. In one source of settings the longest entry
    that fits decides, and of two equally long ones that of `ignore`; a later source (the command line) decides before
    an earlier one."""
    chosen = reach((*(settings.select or ()), *settings.extend_select), code)
    ignored = reach(settings.ignore, code)
    if chosen or ignored:
        return chosen > ignored
    if settings.select is not None:
        return False
    return is_selected(settings.earlier, code, by_default) if settings.earlier else by_default


def _ignored(settings: Settings) -> Iterator[tuple[str, ...]]:
    yield settings.ignore
    if settings.earlier and settings.select is None:
        yield from _ignored(settings.earlier)
