"""How a function can be left."""

from dataclasses import field

from inheritlint.domain.disjuncts import Disjuncts
from inheritlint.findings.classes import distinct


@distinct
class Exits:
    """How a function can be left. `suspended` are the states at its `yield`s, `unreturned` those in which it does not
    return: a loop without end begins its next round, or it exits or raises after children may have got what it took
    over."""

    returned: Disjuncts = field(default_factory=Disjuncts)
    raised: Disjuncts = field(default_factory=Disjuncts)
    suspended: Disjuncts = field(default_factory=Disjuncts)
    unreturned: Disjuncts = field(default_factory=Disjuncts)

    def widened(self, later: "Exits") -> "Exits":
        """What covers these ways out and `later` ones."""
        return Exits(
            self.returned.widened(later.returned),
            self.raised.widened(later.raised),
            self.suspended.widened(later.suspended),
            self.unreturned.widened(later.unreturned),
        )

    def is_like(self, other: "Exits") -> bool:
        """Whether both say the same."""
        return (
            self.returned.is_like(other.returned)
            and self.raised.is_like(other.raised)
            and self.suspended.is_like(other.suspended)
            and self.unreturned.is_like(other.unreturned)
        )
