"""What a finding is made of: where, what, why, and how it is fixed. Standard library only."""

from inheritlint.findings.edit import Edit as Edit
from inheritlint.findings.edit import Fix as Fix
from inheritlint.findings.edit import Safety as Safety
from inheritlint.findings.finding import PAGES as PAGES
from inheritlint.findings.finding import Finding as Finding
from inheritlint.findings.finding import Severity as Severity
from inheritlint.findings.finding import Step as Step
from inheritlint.findings.finding import StepRole as StepRole
from inheritlint.findings.finding import page_of as page_of
from inheritlint.findings.span import LineTable as LineTable
from inheritlint.findings.span import Span as Span
