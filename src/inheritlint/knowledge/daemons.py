"""python-daemon: what its context closes, and what is open without being a descriptor, a file or a socket."""

from inheritlint.knowledge.effects import CallSpec, Effect, Kind

_DAEMON = "daemon/daemon.py, DaemonContext: open() closes every descriptor but those of files_preserve and the streams"
_CONTEXT = CallSpec(
    Effect.CREATE,
    tuple(
        "chroot_directory working_directory umask uid gid initgroups prevent_core detach_process files_preserve "
        "pidfile stdin stdout stderr signal_map".split()
    ),
    _DAEMON,
    makes=Kind.DAEMON,
)
#: The options of the context that keep something open.
PRESERVING = ("files_preserve", "stdin", "stdout", "stderr")

DAEMONS: dict[str, CallSpec] = {"daemon.DaemonContext": _CONTEXT, "daemon.daemon.DaemonContext": _CONTEXT}
for _name in (
    "logging.FileHandler",
    "logging.handlers.RotatingFileHandler",
    "logging.handlers.TimedRotatingFileHandler",
    "logging.handlers.WatchedFileHandler",
):
    DAEMONS[_name] = CallSpec(
        Effect.CREATE, ("filename",), "Lib/logging: opens its file, but with delay", ("delay",), Kind.HANDLER
    )
DAEMONS["logging.basicConfig"] = CallSpec(
    Effect.CREATE, (), "Lib/logging: a FileHandler of the root logger", ("filename",), Kind.HANDLER
)
DAEMONS["logging.getLogger"] = CallSpec(Effect.CREATE, ("name",), "Lib/logging", makes=Kind.LOGGER)
for _name in "sqlite3.connect psycopg2.connect psycopg.connect pymysql.connect MySQLdb.connect".split():
    DAEMONS[_name] = CallSpec(Effect.CREATE, ("target",), "DB-API: an open connection", makes=Kind.DATABASE)

_SERVERS = (
    "TCPServer UDPServer ThreadingTCPServer ThreadingUDPServer ForkingTCPServer ForkingUDPServer UnixStreamServer"
)
for _name in (
    *(f"socketserver.{_server}" for _server in (*_SERVERS.split(), "UnixDatagramServer")),
    *("http.server.HTTPServer", "http.server.ThreadingHTTPServer", "xmlrpc.server.SimpleXMLRPCServer"),
):
    DAEMONS[_name] = CallSpec(
        Effect.CREATE,
        ("server_address", "RequestHandlerClass"),
        "Lib/socketserver.py: binds its socket",
        makes=Kind.LISTENER,
    )
#: What writes to, or reads, the file that it is given first (Modules/_csv.c, Lib/csv.py, Lib/logging).
USING = frozenset("csv.writer csv.reader csv.DictWriter csv.DictReader logging.StreamHandler".split())

#: Methods of a logger, and functions of `logging`, that write to handlers.
WRITING = frozenset("debug info warning warn error exception critical fatal log".split())
#: What a program may do with something closed: ask what it is, or close it again.
HARMLESS_WHEN_CLOSED = frozenset(
    "close fileno detach isinstance repr str int id hash bool len type hasattr getattr format addHandler removeHandler "
    "setFormatter setLevel addFilter setblocking settimeout set_inheritable register append add".split()
)
