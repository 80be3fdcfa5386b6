"""Notices, prompts and bulletins: topics `ntf` and `blt`, "Respond to a Server Prompt"."""

from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.events import BulletinReceived, NoticeReceived
from ibtui.domain.notices import Bulletin, Notice
from ibtui.errors import Garbled
from ibtui.protocol.bodies import Json, first_text, parse, raise_refusal, rows_of, text_of, texts_of
from ibtui.protocol.clean import clean, clean_block
from ibtui.protocol.numbers import whole_or_none

_TEXT_LIMIT = 4_000


def notices_of(args: object, *, received: float) -> tuple[NoticeReceived, ...]:
    """Notices of `ntf`, whose `args` are an array on the wire and an object in the documents."""
    found = (notice_of(row, received=received) for row in rows_of(args))
    return tuple(NoticeReceived(notice) for notice in found if notice is not None)


def notice_of(row: Json, *, received: float) -> Notice | None:
    """A notice, or a prompt where `options` are offered; None for a row that says nothing."""
    text = clean_block(row.get("text"), limit=_TEXT_LIMIT)
    title = text_of(row.get("title"))
    order_id, request_id = whole_or_none(row.get("orderId")), text_of(row.get("reqId"))
    if not text and not title:
        return None
    notice = Notice(
        first_text(row, "id") or request_id or text[:80],
        text,
        title,
        text_of(row.get("url"), limit=1_000),
        order_id,
        request_id,
        texts_of(row.get("options")),
        received=received,
    )
    return _with_wire_options(notice, row)


def in_the_gateways_words(prompt: Notice, body: bytes) -> Notice:
    """The prompt of an advanced rejection with the options as they stand in its answer's body, to be sent back so."""
    for row in rows_of(parse(body)):
        if row.get("options"):
            return _with_wire_options(prompt, row)
    return prompt


def bulletins_of(args: object, *, received: float) -> tuple[BulletinReceived, ...]:
    """Bulletins of `blt`: an array with numeric ids on the wire, an object with a text id in the documents."""
    events: list[BulletinReceived] = []
    for row in rows_of(args):
        text = clean_block(row.get("message"), limit=_TEXT_LIMIT)
        if text:
            events.append(BulletinReceived(Bulletin(first_text(row, "id") or text[:80], text, received)))
    return tuple(events)


def decode_prompt_answer(body: bytes) -> str:
    """The gateway's word for an answered prompt: JSON text, or plain text such as `Success`. Raises Refused."""
    try:
        value = parse(body)
    except Garbled:
        return clean(body[:400].decode(errors="replace"), limit=200)
    for row in rows_of(value):
        raise_refusal(row)
    return text_of(value)


def _with_wire_options(notice: Notice, row: Json) -> Notice:
    """The very words of each option shown; options that cannot be told apart from blanks are left out of both."""
    options = row.get("options")
    said = tuple(str(one) for one in options if text_of(one)) if isinstance(options, list) else ()
    if said == notice.options or len(said) != len(notice.options):
        return notice
    return replace(notice, wire_options=said)
