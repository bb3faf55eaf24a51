"""`--explain CODE` and `--list-rules`."""

from collections.abc import Iterator

from inheritlint.findings import Safety
from inheritlint.pipeline.settings import SettingsError


def explain(code: str) -> str:
    """The page of the rule `code`. Raises SettingsError where there is no such rule."""
    # Rules and their pages are loaded for those who ask for them.
    from inheritlint.pipeline.registry import all_rules

    rule = all_rules().get(code.strip().upper())
    if rule is None:
        raise SettingsError(f"`--explain`: there is no rule {code!r}; the rules are {', '.join(all_rules())}")
    from inheritlint.faces.catalogue import page

    return page(rule)


def listing() -> Iterator[str]:
    """One line a rule: code, name, severity, how far its fix can be trusted, what it finds."""
    from inheritlint.pipeline.registry import all_rules

    rules = list(all_rules().values())
    name, severity, fix = (max(len(getattr(rule, key)) for rule in rules) for key in ("name", "severity", "safety"))
    for rule in rules:
        safety = "no fix" if rule.safety is Safety.NONE else rule.safety
        columns = f"{rule.code}  {rule.name:<{name}}  {rule.severity:<{severity}}  {safety:<{max(fix, 6)}}"
        yield f"{columns}  {rule.summary}"
