from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.creations import DuplicatedOntoItself


@rule(
    code="INH108",
    name="dup2-onto-itself",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message="`{callee}` of a descriptor onto itself changes nothing, its inheritance neither: "
    "use `os.set_inheritable`, or drop it",
    bad="""
        import os


        def publish(descriptor):
            os.dup2(descriptor, descriptor)
    """,
    good="""
        import os


        def publish(descriptor):
            os.dup2(descriptor, 0)
    """,
    references=("dup(2)", "gh-77043"),
)
def dup2_onto_itself(call: DuplicatedOntoItself) -> Iterator[Report]:
    """`os.dup2(fd, fd)`: both numbers are the same.

    dup2(2) then does nothing at all, so the descriptor is as inheritable as it was. With `inheritable=False` Linux
    refuses it (`EINVAL`).

    Silent: two numbers of which one is not known, or that are equal on some paths only.
    """
    yield Report(call, callee=call.callee)
