from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.events.ends import CopyKept
from inheritlint.explanations import ends


@rule(
    code="INH602",
    name="fork-keeps-copy",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    added_in="0.1",
    message=tuple(ends.MESSAGES.values()),
    example="""
        import os


        def watch(parent_died):
            reader, writer = os.pipe()
            if os.fork() == 0:
                while os.read(reader, 1):
                    pass
                parent_died()
                os._exit(0)
            os.close(reader)
            return writer
    """,
    fixed_example="""
        import os


        def watch(parent_died):
            reader, writer = os.pipe()
            if os.fork() == 0:
                os.close(writer)
                while os.read(reader, 1):
                    pass
                parent_died()
                os._exit(0)
            os.close(reader)
            return writer
    """,
    references=("fork(2)", "pipe(7)", "accept(2)", "Library reference: multiprocessing, Contexts and start methods"),
)
def fork_keeps_copy(kept: CopyKept) -> Iterator[Report]:
    """## What it does

    Checks for processes that keep a descriptor after a fork that only the other process should have.

    ## Why is this bad?

    A forked process has a copy of every descriptor of its parent, inheritable or not: close-on-exec closes them when
    another program starts, and here none does.

    - A child that reads a pipe to its end never sees it if it has a copy of the write end: it does not notice that its
      parent has died. The same is true of a `multiprocessing.Process` under the start method `fork`.
    - A child that keeps the listening socket of its parent keeps its port in use when the parent has closed it.
    - A parent that keeps the connection for which it forked a child keeps it open when the child has closed it: the
      client waits for the end of the answer until the next client comes.

    ## Not reported

    - descriptors that may be closed in the process in question, or that it passes to code that is not known;
    - descriptors that are stored in an object, or that a function did not create;
    - workers of `multiprocessing` if the start method may be another one than `fork`;
    - listening sockets that the child uses, or that the parent keeps as well.
    """
    yield Report(
        kept,
        role=StepRole.CHILD,
        trace=ends.trace_of_copy(kept),
        message=ends.MESSAGES[kept.copy],
        end=ends.name_of(kept.name, "one end"),
        reader=ends.name_of(kept.reader, "the other end"),
        name=f" {ends.name_of(kept.name, '')}".rstrip(),
    )
