from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.inheritable_creation import SelfDup2


@rule(
    code="INH108",
    name="dup2-onto-itself",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    added_in="0.1",
    message="`{callee}` with identical descriptors has no effect; "
    "use `os.set_inheritable` to change inheritance, or remove the call",
    example="""
        import os


        def publish(descriptor):
            os.dup2(descriptor, descriptor)
    """,
    fixed_example="""
        import os


        def publish(descriptor):
            os.dup2(descriptor, 0)
    """,
    references=("dup(2)", "gh-77043"),
)
def dup2_onto_itself(call: SelfDup2) -> Iterator[Report]:
    """## What it does

    Checks for `os.dup2` calls with the same descriptor twice.

    ## Why is this bad?

    dup2(2) does nothing if both descriptors are the same: it does not make the descriptor inheritable. With
    `inheritable=False`, the call fails on Linux (`EINVAL`).

    ## Not reported

    - descriptors of which one is unknown;
    - descriptors that are the same on some branches only.
    """
    yield Report(call, callee=call.callee)
