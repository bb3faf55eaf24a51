"""One file as a program: its module body, its classes and its functions, each run once on every path."""

import sys
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import PurePath

import libcst as cst

from inheritlint.facts.body import Body
from inheritlint.facts.observation import Argument, Given
from inheritlint.facts.outcomes import Outcomes
from inheritlint.facts.outline import Outline
from inheritlint.facts.record import STEPS, Entry, ExhaustedError, Record, final, is_target, unskipped
from inheritlint.facts.state import MOST_STATES, State
from inheritlint.facts.values import (
    Table,
    Thing,
)
from inheritlint.knowledge.platforms import EVERYWHERE, WINDOWS

_FEWER_STATES = (4, 1)
_GENEROUS = 8_000  # statements of a file after which no more paths of a function are kept apart


class Program(Record):
    """Runs a file. Afterwards `observations`, `exits` and `dead_guards` hold what was seen."""

    def run(self) -> None:
        """Run the module body, then every function that can concern us."""
        if self.tree.module not in self.outline.concerned:
            return
        self._module()
        for function in self.outline.functions:
            if function in self.outline.concerned:
                self.function(function)
        self._relay()

    def _relay(self) -> None:
        """What a wrapper does only because of what it is given was done by its caller."""
        for site, inside in self.relayed:
            own = self.observations.get(inside.node, [])
            for name in ("arg", "close_fds"):
                value = inside.value(name)
                if value is not None and own and all(each.value(name) != value for each in own):
                    given = next((each for each in site.args if each.keyword and each.keyword.value == name), None)
                    named = tuple(
                        (key, Argument(each.value, given if key == name else None))
                        for key, each in inside.arguments.items()
                    )
                    relayed = replace(inside, node=site, given=Given((), named, inside.given.open_ended))
                    self.observations.setdefault(site, []).append(relayed)

    def _module(self) -> None:
        name = PurePath(self.tree.source.path).name
        here = self.target.everywhere
        if any(fnmatch(name, pattern) for pattern in self.target.windows_files):
            here = here & WINDOWS or here
        body = Body(self, self.tree.module, None)
        try:
            outcomes = body.block(self.tree.module.body, [State(platforms=here)])
        except ExhaustedError:
            self.steps, self.allowance = 0, sys.maxsize
            outcomes = Body(self, self.tree.module, None).block(self.tree.module.body, [State(platforms=here, most=1)])
        self.exits[self.tree.module] = outcomes
        self.values, self.live = final(outcomes.normal), {}
        for name, value in self.values.items():
            changed = isinstance(value, Table) and any(_is_changed(n, self.outline) for n in self.outline.names[name])
            if changed or name in self.outline.globals:
                self.values[name] = Thing(("global", name))
        ends = frozenset().union(*(state.platforms for state in outcomes.normal))
        self._platforms = unskipped(self.values.get("pytestmark"), ends or here)

    def function(self, node: cst.FunctionDef) -> Outcomes | None:
        """How `node` can be left; None where its definition was never reached, or it is being run already."""
        if node in self.exits or node in self._running:
            return self.exits.get(node)
        outer = self.outline.scope_of(node)
        if isinstance(outer, cst.FunctionDef):
            self.function(outer)
        entry = self.entries.get(node)
        if entry is None:
            return None
        self._running.add(node)
        platforms = entry.platforms & self._platforms
        if node.name.value in self.watched:
            platforms &= self._called_on(node)
        self.exits[node] = self._walked(node, entry, platforms) if platforms else Outcomes()
        self._running.discard(node)
        return self.exits.get(node)

    def _walked(self, node: cst.FunctionDef, entry: Entry, platforms: frozenset[int]) -> Outcomes:
        """Every path through `node`; with fewer kept apart where there are too many, none where even those are."""
        before = self.steps, self.allowance
        generous = self.walked < _GENEROUS
        for most in (MOST_STATES, *_FEWER_STATES) if generous else _FEWER_STATES[-1:]:
            body = Body(self, node, entry.owner, entry.captured)
            env = body.parameters(node, None, State(platforms=platforms))
            self.steps, self.allowance = 0, min(before[1], STEPS)
            try:
                return body.suite(node.body, [State(env, platforms, most=most)])
            except ExhaustedError:
                continue
            finally:
                self.steps, self.allowance = before
        return Outcomes()

    def _called_on(self, function: cst.FunctionDef) -> frozenset[int]:
        """Platforms on which this file uses a private function; everywhere where it does not use it."""
        platforms: frozenset[int] = frozenset()
        used = False
        outer = self.outline.scope_of(function)
        home = outer if isinstance(outer, cst.FunctionDef) else None
        for use in self.outline.names[function.name.value]:
            around = self.around(use)
            if use is function.name or function in around or not (home is None or home in around):
                continue
            used = True
            caller = next((scope for scope in around if isinstance(scope, cst.FunctionDef)), None)
            if caller in self._running:  # a circle: at most where that function is defined
                platforms |= self.entries[caller].platforms
                continue
            if caller is not None:
                self.function(caller)
            platforms |= self.reached[use]
        return platforms if used else EVERYWHERE


def _is_changed(node: cst.CSTNode, outline: Outline) -> bool:
    """Whether a function changes the container that the name `node` stands for."""
    parent = outline.parents[node]
    if isinstance(outline.scope_of(node), cst.Module):
        return False
    if isinstance(parent, cst.Subscript) and parent.value is node:
        return is_target(parent, outline) or isinstance(outline.parents[parent], cst.Del)
    return isinstance(parent, cst.Attribute) and parent.attr.value in (
        "update",
        "pop",
        "setdefault",
        "clear",
        "popitem",
    )
