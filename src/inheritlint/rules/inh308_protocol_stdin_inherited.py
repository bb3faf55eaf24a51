from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inputs import without_input
from inheritlint.events.inputs_shared import InputShared
from inheritlint.explanations import inputs


@rule(
    code="INH308",
    name="protocol-stdin-inherited",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`{callee}` lets the child process read requests that are meant for this program; {remedy}",
    example="""
        import json
        import subprocess
        import sys


        def answer(request):
            subprocess.run(request["command"])


        for line in sys.stdin:
            answer(json.loads(line))
    """,
    fixed_example="""
        import json
        import subprocess
        import sys


        def answer(request):
            subprocess.run(request["command"], stdin=subprocess.DEVNULL)


        for line in sys.stdin:
            answer(json.loads(line))
    """,
    references=("Library reference: subprocess.Popen, stdin", "Model Context Protocol: stdio transport"),
)
def protocol_stdin_inherited(shared: InputShared) -> Iterator[Report]:
    """## What it does

    Checks for child processes that inherit the standard input from which the program reads requests.

    ## Why is this bad?

    `subprocess` redirects standard input only if `stdin` is given. The child process then shares the pipe that the
    client writes to: it can read requests that are meant for the program, which waits for them in vain. On Windows a
    child process can hang while it starts, because the program is reading from the same pipe.

    A program reads requests if it reads standard input piece by piece and decodes what it reads (`json.loads`), starts
    a child process between two pieces, or runs a server on it: `mcp.server.stdio.stdio_server`, `FastMCP(...).run()`
    with the default transport, `start_io()` of pygls, `loop.connect_read_pipe(..., sys.stdin)`. In a project whose
    server and child processes are in different files, set the option `stdio-server`. Version 2 of the `mcp` package
    redirects descriptor 0 itself while it serves: disable the rule where no older version is supported.

    ## Not reported

    - calls with `stdin` or `input`, calls that forward `**kwargs`, and functions whose default is a pipe, such as
      `loop.subprocess_exec`, `trio.run_process` and `anyio.run_process`;
    - programs that read standard input to its end at once, or duplicate another descriptor onto 0;
    - functions that also ask a person (`input()`, `getpass`, `isatty()`);
    - functions that the code which reads the messages does not lead to: other commands of the same file;
    - commands that redirect their own input (`< file`), and those with the argument `-`, which read it on purpose.

    ## Fix safety

    The fix adds `stdin=subprocess.DEVNULL`. It is unsafe: a child process that asks a person, or reads its data from
    the program's standard input on purpose, no longer can.
    """
    yield Report(
        shared,
        fix=lambda: without_input(shared),
        role=StepRole.CHILD,
        trace=inputs.trace(shared),
        callee=shared.callee,
        remedy=inputs.remedy(shared),
    )
