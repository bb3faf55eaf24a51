"""How a rule is declared: everything the world learns of a rule stands in one `Rule`."""

from inheritlint.declaration.rule import Report as Report
from inheritlint.declaration.rule import Rule as Rule
from inheritlint.declaration.rule import rule as rule
from inheritlint.findings import Safety as Safety
from inheritlint.findings import Severity as Severity
from inheritlint.findings import StepRole as StepRole
