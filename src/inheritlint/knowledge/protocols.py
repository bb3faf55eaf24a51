"""How a program reads requests from its standard input, and which children get that input, too.

Piece by piece, with a library that serves a protocol, or by text that a person types; a name that is not here is not
known to do any of these.
"""

from inheritlint.knowledge.effects import CallSpec, Effect, Kind

_MCP = "mcp/server/stdio.py, stdio_server: sys.stdin.buffer, line by line"
_FASTMCP = 'mcp/server/fastmcp/server.py and fastmcp/server/server.py, run: transport "stdio"'
_PYGLS = "pygls/server.py, start_io: sys.stdin.buffer"

#: Methods of an input that read a piece of it. `read` does with a size, and `readlines` never.
READING_METHODS = frozenset("readline read read1 readinto".split())

PROTOCOLS: dict[str, CallSpec] = {}
for _name in ("mcp.server.stdio.stdio_server", "mcp.stdio_server"):
    PROTOCOLS[_name] = CallSpec(Effect.SERVE, ("stdin", "stdout"), _MCP)
for _name in ("mcp.server.fastmcp.FastMCP", "mcp.server.FastMCP", "fastmcp.FastMCP", "fastmcp.server.FastMCP"):
    PROTOCOLS[_name] = CallSpec(Effect.CREATE, ("name",), _FASTMCP, makes=Kind.SERVER)
for _name in "json.loads orjson.loads ujson.loads simplejson.loads".split():
    PROTOCOLS[_name] = CallSpec(Effect.DECODE, ("text",), "one message, as JSON")
for _name in "pickle.load marshal.load cbor2.load".split():
    PROTOCOLS[_name] = CallSpec(Effect.DECODE, ("file",), "reads one message, and leaves the rest")
for _name, _source in (
    ("builtins.input", "Lib/builtins: the prompt is for a person"),
    ("getpass.getpass", "Lib/getpass.py"),
    ("click.prompt", "click/termui.py"),
    ("click.confirm", "click/termui.py"),
    ("typer.prompt", "typer: click's own"),
    ("typer.confirm", "typer: click's own"),
    ("os.isatty", "isatty(3)"),
    ("termios.tcgetattr", "termios(3)"),
    ("termios.tcsetattr", "termios(3)"),
    ("tty.setraw", "Lib/tty.py"),
    ("tty.setcbreak", "Lib/tty.py"),
    ("curses.initscr", "curses(3)"),
    ("curses.wrapper", "curses(3)"),
):
    PROTOCOLS[_name] = CallSpec(Effect.ASK, ("prompt",), _source)

#: Methods of a server object that read requests until there are no more.
SERVING_METHODS = {
    name: CallSpec(Effect.SERVE, ("transport",), _FASTMCP) for name in ("run", "run_async", "run_stdio_async")
}
#: The same, whatever they are called on: nothing else has these names.
SERVING_NAMES = {
    "start_io": CallSpec(Effect.SERVE, (), _PYGLS),
    "run_stdio_async": CallSpec(Effect.SERVE, (), _FASTMCP),
    "connect_read_pipe": CallSpec(
        Effect.SERVE, ("protocol_factory", "pipe"), "Lib/asyncio/unix_events.py: reads the pipe from now on"
    ),
}
#: What says that an object stands at a terminal, or may.
ASKING_METHODS = {"isatty": CallSpec(Effect.ASK, (), "io.IOBase.isatty")}

#: Another face of the file that is given first.
FACES = frozenset("io.TextIOWrapper io.BufferedReader anyio.wrap_file".split())

_SUBPROCESSES = ("subprocess", "gevent.subprocess", "eventlet.green.subprocess")
#: What starts a child that has this program's standard input unless `stdin` says otherwise.
SHARING = frozenset(
    [f"{module}.{name}" for module in _SUBPROCESSES for name in "Popen run call check_call check_output".split()]
    + [f"{module}.create_subprocess_{way}" for module in ("asyncio", "asyncio.subprocess") for way in ("exec", "shell")]
    + ["psutil.Popen", "trio.lowlevel.open_process", "os.system"]
    + [f"os.spawn{kind}" for kind in "v ve vp vpe l le lp lpe".split()]
)
