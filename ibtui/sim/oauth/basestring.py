"""The base string that is signed; it is not RFC 5849's: values go in raw and the whole is encoded once.

Sources: "Encoded Base String" of the Client Portal document and "The base string" of IBKR's "How to implement OAuth".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, quote, quote_plus

from starlette.types import Scope

FORM = "application/x-www-form-urlencoded"
Pairs = Sequence[tuple[str, str]]


class Variant(StrEnum):
    """Where a client put the query when it signed."""

    NO_QUERY = "no-query"
    FOLDED = "folded"
    OMITTED = "omitted"
    IN_URL = "in-url"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of a request that a signature covers."""

    method: str
    path: str
    """As it was sent, still percent-encoded."""
    query: str
    """As it was sent."""
    form: Pairs = ()
    """Fields of a form body; JSON bodies are never signed."""


def signed_request(scope: Scope, body: bytes, content_type: str) -> SignedRequest:
    """The request behind an ASGI scope."""
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    is_form = content_type.split(";")[0].strip().lower() == FORM
    form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) if is_form else ()
    path, query = raw_path.decode("ascii", "replace"), scope["query_string"].decode("ascii", "replace")
    return SignedRequest(scope["method"], path, query, tuple(form))


def base_string(method: str, url: str, parameters: Pairs, prepend: str = "", *, encode: Encoding | None = None) -> str:
    """`[prepend]METHOD&url&parameters`: parameters sorted, joined with raw values, then percent-encoded once."""
    joined = "&".join(f"{name}={value}" for name, value in sorted(parameters))
    return f"{prepend}{method}&{quote(url, safe='')}&{(encode or rfc3986)(joined)}"


def rfc3986(text: str) -> str:
    """Everything but the unreserved characters (the document's C# sample)."""
    return quote(text, safe="")


Encoding = Callable[[str], str]
ENCODINGS: tuple[Encoding, ...] = (rfc3986, quote, quote_plus)
"""They differ in "/" and space alone: the document's Python sample uses quote, ibind quote_plus."""


def candidates(
    request: SignedRequest, origins: Sequence[str], signed: Mapping[str, str], query_rule: str, prepend: str = ""
) -> Iterator[tuple[Variant, bytes]]:
    """Every base string the client may have signed and the rule allows, likeliest first."""
    for variant, query, parameters in _variants(request, signed, query_rule):
        for origin in origins:
            url = f"{origin}{request.path}{query}"
            texts = {base_string(request.method, url, parameters, prepend, encode=encode) for encode in ENCODINGS}
            for text in texts:
                yield variant, text.encode()


def _variants(
    request: SignedRequest, signed: Mapping[str, str], query_rule: str
) -> Iterator[tuple[Variant, str, Pairs]]:
    own = [*signed.items(), *request.form]
    if not request.query:
        yield Variant.NO_QUERY, "", own
        return
    yield Variant.FOLDED, "", [*own, *parse_qsl(request.query, keep_blank_values=True)]
    if query_rule != "strict":
        yield Variant.OMITTED, "", own
    if query_rule == "lenient":
        yield Variant.IN_URL, f"?{request.query}", own
