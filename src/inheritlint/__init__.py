"""A linter for file descriptors and Windows handles that Python programs leak into child processes.

`lint` and `fix` are functions of a file's bytes and of settings; `docs/api.md` describes them. Importing this package
loads none of it: what is used first is loaded first.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inheritlint.faces.library import Fixed as Fixed
    from inheritlint.faces.library import discover as discover
    from inheritlint.faces.library import fix as fix
    from inheritlint.faces.library import lint as lint
    from inheritlint.faces.library import parse_settings as parse_settings
    from inheritlint.faces.library import read_settings as read_settings
    from inheritlint.findings import Edit as Edit
    from inheritlint.findings import Finding as Finding
    from inheritlint.findings import Fix as Fix
    from inheritlint.findings import Safety as Safety
    from inheritlint.findings import Severity as Severity
    from inheritlint.findings import Span as Span
    from inheritlint.findings import Step as Step
    from inheritlint.findings import StepRole as StepRole
    from inheritlint.pipeline.settings import Settings as Settings
    from inheritlint.pipeline.settings import SettingsError as SettingsError

__version__ = "0.1.0"

#: The public names, by the module that defines them.
_HOMES = {
    "inheritlint.faces.library": ("Fixed", "discover", "fix", "lint", "parse_settings", "read_settings"),
    "inheritlint.findings": ("Edit", "Finding", "Fix", "Safety", "Severity", "Span", "Step", "StepRole"),
    "inheritlint.pipeline.settings": ("Settings", "SettingsError"),
}

__all__ = [name for names in _HOMES.values() for name in names]


def __getattr__(name: str) -> object:
    """The public `name`, loaded when it is asked for (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
