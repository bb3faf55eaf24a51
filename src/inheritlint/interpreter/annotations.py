"""What annotations say that a parameter, a variable, an attribute or a result is."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import libcst as cst

from inheritlint.domain.joins import one_of
from inheritlint.domain.values import ObjectRef, OneOf, Value
from inheritlint.flow.blocks import Class, Function
from inheritlint.knowledge.classes import AROUND, CLASS_VARIABLES, RECORDS, RECORDS_OF_CALLS, UNIONS, kind_of_class
from inheritlint.knowledge.effects import Kind

Qualified = Callable[[cst.BaseExpression], Iterator[str]]
_LONGEST = 200  # characters of an annotation in quotes


class Annotations:
    """Reads annotations of one file; `qualified` says which names an expression may have."""

    def __init__(self, qualified: Qualified) -> None:
        self._qualified = qualified
        self._fields: dict[Class, dict[str, cst.AnnAssign]] = {}
        self._attributes: dict[Class, dict[str, cst.AnnAssign]] = {}

    def kind(self, annotation: cst.Annotation | None) -> Kind | None:
        """What an annotation says that a value is, `None` aside: `socket.socket`, `"Optional[socket.socket]"`."""
        return self._kind(annotation.annotation, 0) if annotation is not None else None

    def _kind(self, node: cst.BaseExpression, depth: int) -> Kind | None:
        if depth > 5:
            return None
        match node:
            case cst.SimpleString():
                inner = _parsed(node.raw_value)
                return self._kind(inner, depth + 1) if inner is not None else None
            case cst.BinaryOperation(operator=cst.BitOr()):
                return self._of_all([node.left, node.right], depth)
            case cst.Subscript():
                return self._subscripted(node, depth)
        return next((kind for name in self._qualified(node) if (kind := kind_of_class(name)) is not None), None)

    def _subscripted(self, node: cst.Subscript, depth: int) -> Kind | None:
        inside = [each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)]
        names = set(self._qualified(node.value))
        if names & UNIONS:
            return self._of_all(inside, depth)
        return self._kind(inside[0] if names & AROUND and inside else node.value, depth + 1)

    def _of_all(self, nodes: list[cst.BaseExpression], depth: int) -> Kind | None:
        """What all of `nodes` say, `None` aside."""
        kinds = {self._kind(each, depth + 1) for each in nodes if not _is_none(each)}
        return kinds.pop() if len(kinds) == 1 else None

    def of_parameter(self, function: Function, name: str) -> Kind | None:
        """What a parameter is annotated with."""
        if not isinstance(function.node, cst.FunctionDef):
            return None
        params = function.node.params
        for parameter in (*params.posonly_params, *params.params, *params.kwonly_params):
            if parameter.name.value == name:
                return self.kind(parameter.annotation)
        return None

    def of_result(self, function: Function) -> Kind | None:
        """What a function is said to return."""
        return self.kind(function.node.returns) if isinstance(function.node, cst.FunctionDef) else None

    def fields(self, definition: Class) -> dict[str, cst.AnnAssign]:
        """The variables that the body of a class annotates, in their order."""
        if definition not in self._fields:
            body = definition.node.body.body
            lines = [line for line in body if isinstance(line, cst.SimpleStatementLine)]
            found = [small for line in lines for small in line.body if isinstance(small, cst.AnnAssign)]
            self._fields[definition] = {each.target.value: each for each in found if isinstance(each.target, cst.Name)}
        return self._fields[definition]

    def is_record(self, definition: Class) -> bool:
        """Whether a decorator gives a class an initialiser for the fields that it annotates."""
        return any(self._makes_a_record(each.decorator) for each in definition.node.decorators)

    def _makes_a_record(self, decorator: cst.BaseExpression) -> bool:
        called = isinstance(decorator, cst.Call)
        names = set(self._qualified(decorator.func if isinstance(decorator, cst.Call) else decorator))
        written = {
            each.keyword.value: each.value.value
            for each in (decorator.args if isinstance(decorator, cst.Call) else ())
            if each.keyword is not None and isinstance(each.value, cst.Name)
        }
        if names & RECORDS_OF_CALLS and not (called and written.get("auto_attribs") == "True"):
            return False
        return bool(names & RECORDS) and written.get("init") != "False"

    def given(self, definition: Class) -> list[str]:
        """The fields of a record that its initialiser takes, in their order: no `ClassVar`, no `field(init=False)`."""
        return [name for name, each in self.fields(definition).items() if self._is_given(each)]

    def _is_given(self, field: cst.AnnAssign) -> bool:
        annotation = field.annotation.annotation
        if isinstance(annotation, cst.SimpleString):
            annotation = _parsed(annotation.raw_value) or annotation
        around = annotation.value if isinstance(annotation, cst.Subscript) else annotation
        if not CLASS_VARIABLES.isdisjoint(self._qualified(around)):
            return False
        arguments = field.value.args if isinstance(field.value, cst.Call) else ()
        return not any(
            each.keyword is not None and each.keyword.value == "init" and _is_name(each.value, "False")
            for each in arguments
        )

    def of_field(self, definition: Class, name: str) -> Kind | None:
        """What the body of a class says that an attribute of its instances is."""
        field = self.fields(definition).get(name) or self._own(definition).get(name)
        return self.kind(field.annotation) if field is not None else None

    def _own(self, definition: Class) -> dict[str, cst.AnnAssign]:
        """The attributes that methods annotate: `self.name: T = …` in one of their statements."""
        if definition not in self._attributes:
            found: dict[str, cst.AnnAssign] = {}
            for method in definition.methods.values():
                body = method.node.body.body if isinstance(method.node, cst.FunctionDef) else ()
                lines = [line for line in body if isinstance(line, cst.SimpleStatementLine)]
                for each in (small for line in lines for small in line.body if isinstance(small, cst.AnnAssign)):
                    match each.target:
                        case cst.Attribute(value=cst.Name(value=this), attr=cst.Name(value=attribute)):
                            if method.parameters[:1] == (this,):
                                found[attribute] = each
            self._attributes[definition] = found
        return self._attributes[definition]


def declared(value: Value, kind: Kind | None) -> Value:
    """`value`, of which nothing else is known than that it is of `kind`."""
    if kind is None:
        return value
    if isinstance(value, OneOf):
        return one_of(declared(option, kind) for option in value.options)
    return value.of_kind(kind) if isinstance(value, ObjectRef) and value.kind is None else value


@lru_cache(64)
def _parsed(text: str) -> cst.BaseExpression | None:
    if len(text) > _LONGEST:
        return None
    try:
        return cst.parse_expression(text)
    except (cst.ParserSyntaxError, ValueError):
        return None


def _is_none(node: cst.BaseExpression) -> bool:
    return _is_name(node, "None")


def _is_name(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name
