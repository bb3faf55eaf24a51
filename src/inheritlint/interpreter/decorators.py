"""Decorators of the file that give the decorated function other arguments than its callers do.

Any other decorator is taken for one that passes on what it is given: then a call calls the decorated function itself.
"""

from collections.abc import Iterable, Sequence

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.values import LocalCallable, Value
from inheritlint.flow import instructions as flow
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.frame import Frame
from inheritlint.interpreter.reach import functions_in

_CHANGING = frozenset(["pop", "popitem", "clear", "update", "setdefault"])


def wrapper_of(frame: Frame, decorator: LocalCallable, given_back: Iterable[Value]) -> Function | None:
    """The function that `decorator` always gives back in place of the decorated one, whose arguments it changes; None
    where it does not, or where that is not known."""
    made, options = decorator.target, [option for value in given_back for option in alternatives(value)]
    if not isinstance(made, Function) or decorator.receiver is not None or not made.parameters:
        return None
    functions = {option.target if isinstance(option, LocalCallable) else None for option in options}
    wrapper = functions.pop() if len(functions) == 1 else None
    if not isinstance(wrapper, Function) or wrapper.parent is not made or _is_assigned(made.parameters[0], made):
        return None
    frame.summary(wrapper, {})  # which has lowered it
    return wrapper if any(_changes_arguments(each, wrapper) for each in (wrapper, *functions_in(wrapper))) else None


def _is_assigned(name: str, function: Function) -> bool:
    """Whether a variable of `function` is given anything, there or inside."""
    instructions = (each for block in function.blocks for each in block.instructions)
    return name in function.rebound or any(isinstance(each, flow.Store) and each.name == name for each in instructions)


def _changes_arguments(function: Function, wrapper: Function) -> bool:
    """Whether `function`, the wrapper or one inside it, changes what the wrapper is given, or passes on something
    else."""
    table, given = (wrapper, wrapper.double_star), {*wrapper.parameters, wrapper.star, wrapper.double_star}
    instructions = [each for block in function.blocks for each in block.instructions]
    loaded = {each.dst: (each.owner, each.name) for each in instructions if isinstance(each, flow.Load)}
    for each in instructions:
        match each:
            case flow.Store(owner=owner, name=name) if owner is wrapper and name in given:
                return True
            case flow.StoreItem(obj=obj) if loaded.get(obj) == table:
                return True
            case flow.LoadAttribute(obj=obj, name=name) if loaded.get(obj) == table and name in _CHANGING:
                return True
            case flow.Call(func=func) if loaded.get(func) == decorated_in(wrapper):
                names = [loaded[each.register][1] if each.register in loaded else "" for each in each.arguments]
                if not _is_passed_on(each.arguments, names, wrapper):
                    return True
    return False


def _is_passed_on(arguments: Sequence[flow.Argument], names: Sequence[str], wrapper: Function) -> bool:
    """Whether `arguments`, which are variables of these `names`, are all that the wrapper is given, each as it is."""
    places = wrapper.parameters[: wrapper.positional]
    listed = [each.star or each.keyword or "".join(places[at : at + 1]) for at, each in enumerate(arguments)]
    known = {name: name for name in wrapper.parameters} | {"*": wrapper.star, "**": wrapper.double_star}
    return dict(zip(listed, names, strict=True)) == {place: name for place, name in known.items() if name is not None}


def decorated_in(wrapper: Function) -> tuple[Function | None, str]:
    """The decorator, and that variable of it which holds the decorated function."""
    return wrapper.parent, wrapper.parent.parameters[0] if wrapper.parent is not None else ""


def wrapper_around(frame: Frame, function: Function) -> Function | None:
    """What is called in place of `function` where that is called: the outermost of its wrappers, and in a wrapper the
    next one; None for the function itself."""
    wrappers = frame.file.wrappers.get(function, ())
    around = [each for each in frame.function.outward() if each in wrappers]
    inner = wrappers[: wrappers.index(around[0])] if around else wrappers
    return inner[-1] if inner else None
