"""What stays the same of a finding when the lines around it move: its file, its rule, the function, the code itself."""

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from inheritlint.findings import Finding, LineTable
from inheritlint.pipeline.baseline.scopes import Scopes
from inheritlint.source.reading import SourceFile

#: The longest text that an identity spells out; of a longer one the beginning and a digest are kept.
_LONGEST = 160

_LAYOUT = frozenset(
    (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER)
)
# A string without escapes or quotes inside says the same in either kind of quotes.
_PLAIN_STRING = re.compile(r"([A-Za-z]*)'([^'\"\\\n]*)'")
_WORD = re.compile(r"\w")


class Identity(NamedTuple):
    """One finding without its line: the file with `/` between folders, the rule's code, the dotted names of the classes
    and functions around it (empty at module level), and the reported call without blanks and comments."""

    path: str
    code: str
    scope: str
    text: str


def identities(path: str, source: SourceFile | None, findings: Sequence[Finding]) -> list[Identity]:
    """The identity of each of `findings`, which are in `source`, a file that is called `path`."""
    if not findings:
        return []
    if source is None:
        return [Identity(path, finding.code, "", "") for finding in findings]
    scopes = Scopes(source.text)
    return [
        Identity(
            path,
            each.code,
            scopes.around(each.span.start).name,
            text_without_layout(source.text, *scopes.call_around(each.span.start, each.span.end)),
        )
        for each in findings
    ]


def fingerprints(known: Sequence[Identity], *, with_path: bool) -> list[str]:
    """A digest of each identity that does not depend on its line; of equal ones the second differs from the first."""
    seen: Counter[Identity] = Counter()
    digests = []
    for identity in known:
        identity = identity if with_path else identity._replace(path="")
        seen[identity] += 1
        whole = "\0".join((*identity, str(seen[identity])))
        digests.append(sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return digests


def text_without_layout(text: str, start: int, end: int) -> str:
    """A piece of `text` as a formatter cannot change it: no blanks, comments or trailing commas, one kind of quotes."""
    reported = text[start:end]
    try:
        pieces = list(_pieces(reported))
    except (tokenize.TokenError, SyntaxError):
        pieces = reported.split()
    bare = _joined(pieces)
    if len(bare) <= _LONGEST:
        return bare
    return f"{bare[:_LONGEST]}…{sha256(bare.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _pieces(text: str) -> Iterator[str]:
    """The tokens of `text`; a formatted string is one, as it is for older tokenizers."""
    lines = LineTable(text)
    depth, begin = 0, 0
    # In brackets a line may end anywhere, as it may in the file that the text is from.
    for token in tokenize.generate_tokens(io.StringIO(f"({text}\n)", newline=None).readline):
        kind = tokenize.tok_name[token.type]
        offset = 0
        if kind.endswith("STRING_START"):
            offset = lines.offset(token.start[0]) + token.start[1] - (token.start[0] == 1)
            begin = begin if depth else offset
            depth += 1
        elif kind.endswith("STRING_END"):
            depth -= 1
            if not depth:
                end = lines.offset(token.end[0]) + token.end[1] - (token.end[0] == 1)
                yield _quoted(text[begin:end].replace("\r\n", "\n").replace("\r", "\n"))
        elif not depth and token.type not in _LAYOUT:
            yield _quoted(token.string) if token.type == tokenize.STRING else token.string


def _quoted(string: str) -> str:
    match = _PLAIN_STRING.fullmatch(string)
    return f'{match[1]}"{match[2]}"' if match else string


def _joined(pieces: Sequence[str]) -> str:
    """The tokens side by side, with one blank where two words would become one; without commas before a bracket, and
    without the brackets that were put around them."""
    if pieces[:1] == ["("] and pieces[-1:] == [")"]:
        pieces = pieces[1:-1]
    bare = ""
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        if piece == "," and following in (")", "]", "}"):
            continue
        bare += f" {piece}" if bare and _WORD.match(bare[-1]) and _WORD.match(piece) else piece
    return bare
