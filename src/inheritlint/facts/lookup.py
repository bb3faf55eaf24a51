"""Names, parameters and attributes: what each stands for in one body of the file."""

import builtins

import libcst as cst

from inheritlint.facts.observation import Given
from inheritlint.facts.outline import dotted
from inheritlint.facts.paths import Paths
from inheritlint.facts.platform_names import well_known
from inheritlint.facts.record import Record
from inheritlint.facts.state import State
from inheritlint.facts.values import Local, Reference, Table, Thing, Value, choice
from inheritlint.knowledge.calls import CALLS


class Lookup(Paths):
    """Looks names up where Python would: in the body, in those around it, in the module, among the built-ins."""

    def __init__(
        self, program: Record, scope: cst.CSTNode, owner: cst.ClassDef | None, captured: dict[str, Value] | None
    ) -> None:
        super().__init__()
        self.program, self.scope, self.owner = program, scope, owner
        self._captured = captured or {}

    def evaluate(self, node: cst.BaseExpression, state: State) -> Value:
        # `isinstance` asks an abstract class, and this is asked most of all.
        last = node if type(node) is cst.Name else node.attr if type(node) is cst.Attribute else None
        if last is not None:
            if last.value in self.program.watched:
                self.program.reached[last] |= state.platforms
            if last is node and last.value in self.program.outline.nonlocals:
                return Thing(("nonlocal", last.value))
        return super().evaluate(node, state)

    def look_up(self, name: str, state: State) -> Value:
        outline = self.program.outline
        scope = self.scope
        while scope is not self.program.tree.module:
            bound = name in outline.bound[scope] and name not in outline.outer[scope]
            if bound and (scope is self.scope or not isinstance(scope, cst.ClassDef)):
                captured = self._captured.get(name) if scope is not self.scope else None
                return captured if captured is not None else Thing(("local", scope, name))
            if name in self._captured and scope is not self.scope:
                return self._captured[name]
            scope = outline.scope_of(scope)
        return self._global(name)

    def _global(self, name: str) -> Value:
        outline = self.program.outline
        known = self.program.values.get(name) or self.program.live.get(name)
        if known is not None:
            return known
        if name in outline.bound[self.program.tree.module]:
            return well_known(name) or Thing(("global", name))
        starred = [f"{module}.{name}" for module in outline.stars if f"{module}.{name}" in CALLS]
        if starred:
            return Reference(starred[0])
        if name in ("os", "_os") and name not in outline.globals:
            return Reference("os")
        if hasattr(builtins, name):
            return self.qualified(f"builtins.{name}", State())
        return well_known(name) or Thing(("global", name))

    def parameters(self, node: cst.FunctionDef | cst.Lambda, arguments: Given | None, state: State) -> dict[str, Value]:
        """What the parameters of `node` stand for; `arguments` are those of a call that is followed."""
        env: dict[str, Value] = {}
        listed = [*node.params.posonly_params, *node.params.params]
        given = list(arguments.positional) if arguments else []
        named = dict(arguments.named) if arguments else {}
        if self.owner is not None and listed and not is_static(node):
            env[listed.pop(0).name.value] = Thing(("self", self.owner))
        for parameter in [*listed, *node.params.kwonly_params]:
            name = parameter.name.value
            if given and parameter in listed:
                env[name] = given.pop(0).value
            elif name in named:
                env[name] = named[name].value
            elif arguments is not None and parameter.default is not None and not arguments.open_ended:
                env[name] = self.evaluate(parameter.default, state.fork())
            else:
                env[name] = well_known(name) or Thing(("parameter", node, name))
                if name == "close_fds" and parameter.default is not None and self.starts_children():
                    # what everybody gets who does not ask
                    env[name] = choice([env[name], self.evaluate(parameter.default, state.fork())])
        if isinstance(node.params.star_arg, cst.Param):
            env[node.params.star_arg.name.value] = Thing(("parameter", node, node.params.star_arg.name.value))
        if node.params.star_kwarg is not None:
            env[node.params.star_kwarg.name.value] = Table((), whole=False)
        return env

    def starts_children(self) -> bool:
        """Whether this is a method of a class of this file that is a `Popen` of its own."""
        return self.owner is not None and self.started_class(self.owner) is not None

    def attribute_of(self, instance: Value, name: str) -> Value | None:
        match instance:
            case Thing(root=("self", cst.ClassDef() as owner), path=()):
                pass
            case Thing(root=("instance", _, cst.ClassDef() as owner), path=()):
                pass
            case Local(cst.ClassDef() as owner):
                pass
            case _:
                return None
        if self.scope is owner and isinstance(instance, Local):
            return None
        for method in self.program.methods(owner):
            if method.name.value == name:
                decorators = {dotted(d.decorator) or "" for d in method.decorators}
                if decorators & {"property", "cached_property", "functools.cached_property"}:
                    return self.run(Local(method, instance), Given((), (), False), State())
                return Local(method, instance)
        return self.program.attribute(owner, name)


def is_static(node: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether `node` gets no instance: a lambda, a `staticmethod`."""
    return isinstance(node, cst.Lambda) or any(dotted(d.decorator) == "staticmethod" for d in node.decorators)
