"""What the command is asked about itself: `--explain CODE`, `--list-rules` and `--clean-cache`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from inheritlint.declaration import Rule
from inheritlint.findings import Safety
from inheritlint.pipeline.codes import rule_names
from inheritlint.pipeline.settings import OutputFormat, SettingsError


def answer(given: Mapping[str, Any]) -> Iterator[str]:
    """The lines that answer what is asked; rules as JSON with `--output-format json`. Raises SettingsError where there
    is no such rule, OSError where the cache cannot be deleted."""
    as_json = given["output_format"] == OutputFormat.JSON
    if given["clean_cache"]:
        from inheritlint.pipeline.cache import clean

        yield from (f"Deleted the cache in {folder}" for folder in clean())
    elif given["explain"] is not None:
        rule = rule_of(given["explain"])
        yield json.dumps(described(rule), indent=2) if as_json else explain(rule).rstrip("\n")
    elif as_json:
        from inheritlint.pipeline.registry import all_rules

        yield json.dumps([described(rule) for rule in all_rules().values()], indent=2)
    else:
        yield from listing()


def described(rule: Rule[Any]) -> dict[str, Any]:
    """The rule as `--output-format json` prints it, with ruff's names for what ruff has, too."""
    from inheritlint.faces.rule_docs import rule_page

    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity,
        "fix": rule.safety,
        "on_by_default": rule.on_by_default,
        "since": rule.added_in,
        "message_formats": list(rule.messages),
        "explanation": rule_page(rule),
    }


def rule_of(word: str) -> Rule[Any]:
    """The rule of that code or name, in any case. Raises SettingsError where there is none."""
    # Rules and their pages are loaded for those who ask for them.
    from inheritlint.pipeline.registry import all_rules

    rule = all_rules().get(rule_names().get(word.strip().lower()) or word.strip().upper())
    if rule is None:
        raise SettingsError(f"unknown rule code `{word}`; see `--list-rules`")
    return rule


def explain(rule: Rule[Any]) -> str:
    """The page of `rule`."""
    from inheritlint.faces.rule_docs import rule_page

    return rule_page(rule)


def listing() -> Iterator[str]:
    """One line a rule: code, name, severity, how far its fix can be trusted, what it finds."""
    from inheritlint.pipeline.registry import all_rules

    rules = list(all_rules().values())
    name, severity, fix = (max(len(getattr(rule, key)) for rule in rules) for key in ("name", "severity", "safety"))
    for rule in rules:
        safety = "no fix" if rule.safety is Safety.NONE else rule.safety
        columns = f"{rule.code}  {rule.name:<{name}}  {rule.severity:<{severity}}  {safety:<{max(fix, 6)}}"
        yield f"{columns}  {rule.summary}"
