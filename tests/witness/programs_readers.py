"""Programs that wait for the end of a pipe in other ways than by `read`: as generators, by an event loop, for several;
and those whose forks keep a socket in other ways than by ending with it.

`CLOSE` is where the line stands that mends each.
"""

#: The rest of a program with a server in a process of its own: whoever is its client waits for the end.
CLIENT = """

def main():
    listener = socket.create_server(("127.0.0.1", 0))
    server = os.fork()
    if server == 0:
        serve(listener)
    ours = socket.create_connection(listener.getsockname())
    ours.settimeout(1)
    try:
        while ours.recv(100):
            pass
        print("ends")
    except TimeoutError:
        print("waits")
    os.kill(server, signal.SIGKILL)
    os.waitpid(server, 0)


main()
"""
READERS = {
    "generator": (
        "INH601",
        """
def lines():
    reader, writer = os.pipe()
    subprocess.run(["echo", "hello"], stdout=writer)
    CLOSE
    with os.fdopen(reader) as stream:
        for line in stream:
            yield line


patience()
for line in lines():
    pass
print("ends")
""",
        "os.close(writer)",
    ),
    "socket that is shut for writing": (
        "INH601",
        """
def main():
    ours, theirs = socket.socketpair()
    subprocess.run(["true"], stdin=theirs)
    CLOSE
    patience()
    ours.shutdown(socket.SHUT_WR)
    while ours.recv(10):
        pass
    print("ends")


main()
""",
        "theirs.close()",
    ),
    "stream of a pipe": (
        "INH601",
        """
async def main():
    reader, writer = os.pipe()
    subprocess.run(["echo", "hello"], stdout=writer)
    CLOSE
    patience()
    stream = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stream)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reader))
    await stream.read()
    print("ends")


asyncio.run(main())
""",
        "os.close(writer)",
    ),
    "stream of a socket": (
        "INH601",
        """
async def main():
    ours, theirs = socket.socketpair()
    subprocess.run(["true"], stdin=theirs)
    CLOSE
    patience()
    stream, writing = await asyncio.open_connection(sock=ours)
    await stream.read()
    writing.close()
    print("ends")


asyncio.run(main())
""",
        "theirs.close()",
    ),
    "socket of an event loop": (
        "INH601",
        """
async def main():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    subprocess.run(["true"], stdin=theirs)
    CLOSE
    patience()
    while await asyncio.get_running_loop().sock_recv(ours, 10):
        pass
    print("ends")


asyncio.run(main())
""",
        "theirs.close()",
    ),
    "several connections": (
        "INH601",
        """
def work(sender):
    sender.send(1)


def main():
    receivers = []
    for _ in range(2):
        receiver, sender = multiprocessing.Pipe(False)
        receivers.append(receiver)
        worker = multiprocessing.Process(target=work, args=(sender,))
        worker.start()
        worker.join()
        CLOSE
    patience()
    while receivers:
        for receiver in multiprocessing.connection.wait(receivers):
            try:
                receiver.recv()
            except EOFError:
                receivers.remove(receiver)
    print("ends")


main()
""",
        "sender.close()",
    ),
    "listening socket of a child that never ends": (
        "INH602",
        """
def main():
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    pid = os.fork()
    if pid == 0:
        CLOSE
        while True:
            time.sleep(1)
    listener.close()
    time.sleep(0.3)
    try:
        socket.create_server(address).close()
        print("ends")
    except OSError:
        print("waits")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


main()
""",
        "listener.close()",
    ),
    "accepted connection of a worker": (
        "INH602",
        """
def greet(client):
    client.sendall(b"hello")


def serve(listener):
    context = multiprocessing.get_context("fork")
    while True:
        client, _ = listener.accept()
        worker = context.Process(target=greet, args=(client,))
        worker.start()
        CLOSE
"""
        + CLIENT,
        "client.close()",
    ),
}
