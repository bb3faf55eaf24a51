"""Displays, subscripts and comprehensions: what holds several values, and how names are bound to them."""

import libcst as cst

from inheritlint.facts.evaluation import METHODS, Evaluation
from inheritlint.facts.numbers import names_a_descriptor
from inheritlint.facts.operations import (
    NONE,
    computed,
    element,
    merged,
)
from inheritlint.facts.outline import dotted
from inheritlint.facts.state import State
from inheritlint.facts.values import (
    Bits,
    Constant,
    Items,
    Mixed,
    PerPlatform,
    Reference,
    Table,
    Thing,
    Value,
    choice,
    from_python,
    options,
    to_python,
)
from inheritlint.knowledge.deeds import Kind

_ENVIRONMENT = Reference("os.environ")


class Containers(Evaluation):
    """Evaluates what holds several values, and binds names."""

    def _items(self, node: cst.Tuple | cst.List | cst.Set, state: State) -> Value:
        found: list[Value] = []
        whole = True
        for part in node.elements:
            value = self.evaluate(part.value, state)
            if not isinstance(part, cst.StarredElement):
                found.append(value)
            elif isinstance(value, (Items, Mixed)):
                found.extend(value.items)
                whole &= isinstance(value, Items)
            else:
                whole = False
        return Items(tuple(found)) if whole else Mixed(tuple(found))

    def _table(self, node: cst.Dict, state: State) -> Value:
        table = Table(())
        for part in node.elements:
            if isinstance(part, cst.DictElement):
                key, value = self.evaluate(part.key, state), self.evaluate(part.value, state)
                if isinstance(key, (Constant, Bits)):
                    table = table.having([(key.value if isinstance(key, Constant) else key.ones, value)])
                else:
                    table = Table(table.entries, whole=False)
            else:
                more = self.evaluate(part.value, state)
                table = merged(table, more)
        return table

    def _subscript(self, node: cst.Subscript, state: State) -> Value:
        text = dotted(node.value)
        base = self.evaluate(node.value, state)
        if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
            return self._sliced(node, base, state)
        index = self.evaluate(node.slice[0].slice.value, state)
        if text and isinstance(index, Constant) and (known := state.env.get(f"{text}.[{index.value!r}]")):
            return known
        if isinstance(base, PerPlatform) and base.reads:
            return element(base, index)
        if base == _ENVIRONMENT:
            return Thing(node, (), Kind.ENVIRONMENT if names_a_descriptor(index) else None)
        return choice(element(one, index) for one in options(base, state.platforms))

    def _sliced(self, node: cst.Subscript, base: Value, state: State) -> Value:
        if isinstance(base, PerPlatform) and base.reads and isinstance(node.slice[0].slice, cst.Slice):
            cut = node.slice[0].slice
            bounds = [
                self.evaluate(bound, state) if isinstance(bound, cst.Integer) else NONE
                for bound in (cut.lower, cut.upper, cut.step)
            ]

            def part(whole: Value) -> object:
                return to_python(whole)[slice(*map(to_python, bounds))]  # type: ignore[index]

            parts = [computed(part, value) for value in base.values]
            if not any(isinstance(part, Exception) for part in parts):
                return PerPlatform(tuple(map(from_python, parts)), base.reads)
        return Thing((node, base))

    def _comprehension(self, node: cst.BaseComp, state: State) -> Value:
        """Its conditions hold for its element; its names are its own."""
        inner = state.fork()
        ways = self._generated(node.for_in, [inner])
        results: list[Value] = []
        for way in ways:
            if isinstance(node, cst.DictComp):
                self.evaluate(node.key, way)
                self.evaluate(node.value, way)
            elif isinstance(node, cst.BaseSimpleComp):
                results.append(self.evaluate(node.elt, way))
            self.escaped(way, state)
        return Thing((node, *results[:1])) if results else Thing(node)

    def escaped(self, way: State, state: State) -> None:
        """What a comprehension did to descriptors outlives its names."""
        state.marks = dict(way.marks)
        state.deferred |= way.deferred

    def _generated(self, loop: cst.CompFor, states: list[State]) -> list[State]:
        found: list[State] = []
        for state in states:
            source = self.evaluate(loop.iter, state)
            for way in self.each(loop.target, source, state):
                ways = [way]
                for condition in loop.ifs:
                    ways = [kept for one in ways for kept in self.assume(condition.test, one, True)]
                found.extend(ways)
        return self._generated(loop.inner_for_in, found) if loop.inner_for_in else found

    def each(self, target: cst.BaseExpression, source: Value, state: State) -> list[State]:
        """The states in which `target` is bound to an element of `source`, one element for all where none is known."""
        values = source.items if isinstance(source, Items) and len(source.items) <= 8 else (element(source, None),)
        found = []
        for value in values:
            way = state.fork()
            self.bind(target, value, way)
            found.append(way)
        return found

    def bind(self, target: cst.BaseExpression, value: Value, state: State) -> None:
        """`target = value`."""
        match target:
            case cst.Name(value=name):
                state.forget(name)
                state.env[name] = value
            case cst.Tuple() | cst.List():
                starred = any(isinstance(part, cst.StarredElement) for part in target.elements)
                for position, part in enumerate(target.elements):
                    known = element(value, None if starred else Bits(position))
                    self.bind(part.value, known, state)
            case cst.Attribute():
                if text := dotted(target):
                    state.forget(text)
                    state.env[text] = value
            case cst.Subscript():
                self.evaluate(target.value, state)
                text = dotted(target.value)
                if text and len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index):
                    index = self.evaluate(target.slice[0].slice.value, state)
                    before = state.env.get(text)
                    if isinstance(before, Table) and isinstance(index, Constant):
                        state.env[text] = before.having([(index.value, value)])
                    elif isinstance(before, (Table, Items)):
                        state.env[text] = Thing((target, value))
                    elif isinstance(index, Constant):
                        state.env[f"{text}.[{index.value!r}]"] = value


Containers.methods = METHODS | {
    cst.Tuple: Containers._items,
    cst.List: Containers._items,
    cst.Set: Containers._items,
    cst.Dict: Containers._table,
    cst.Subscript: Containers._subscript,
    cst.ListComp: Containers._comprehension,
    cst.SetComp: Containers._comprehension,
    cst.GeneratorExp: Containers._comprehension,
    cst.DictComp: Containers._comprehension,
}
