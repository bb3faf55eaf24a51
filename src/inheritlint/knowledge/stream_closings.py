"""What a text says that closes a standard stream, by its number or by its name."""

#: A standard stream is closed by its number, which is written or asked for on the spot.
NUMBER_CLOSED = rb"close\s*\(\s*(?:[012]\s*\)|(?:\w+\s*\.\s*)?(?:__)?std)"
#: They are closed in a loop over their numbers, within a few lines.
NUMBERS_CLOSED = (
    rb"for\s+(\w+)\s+in\s+(?:range\s*\(\s*(?:0\s*,|[1-9]\d*\s*\))|[(\[]\s*[012]\s*,)[^\n]*\n"
    rb"(?:[^\n]*\n){0,4}?[^\n]*\bclose\s*\(\s*\1\s*\)"
)
#: The number of a standard stream is kept, and something is closed that has a name.
NUMBER_KEPT = rb"=\s*(?:\w+\s*\.\s*)?(?:__)?std(?:in|out|err)(?:__)?\s*\.\s*fileno\s*\("
NAME_CLOSED = rb"close\s*\(\s*\w"


def is_stream(name: str) -> bool:
    """Whether something of that name may be a standard stream."""
    return name.strip("_") in ("stdin", "stdout", "stderr")
