"""Records become rows and come back; what is no record is told apart."""

import json
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boocode_desktop.domain import records as rec
from boocode_desktop.domain.transcript import Entry
from boocode_desktop.orchestrator.ports.store import EntryRow, Record
from boocode_desktop.storage import row_maps
from boocode_desktop.storage.rows import BrokenRow, from_json, to_json
from tests.fakes.stored import CHAT, JSON, PROJECT, SESSION, everything, records_of

ENTRIES = st.one_of([records_of(kind) for kind in typing.get_args(Entry)])
RECORDS = st.one_of(
    *(records_of(kind) for kind in row_maps.BY_RECORD if kind is not EntryRow),
    st.builds(EntryRow, chat_id=st.just("c"), position=st.integers(0, 99), entry=ENTRIES),
)


def test_every_record_of_the_port_has_a_table() -> None:
    assert set(row_maps.BY_RECORD) == set(typing.get_args(Record))


@given(RECORDS)
def test_a_record_comes_back_from_its_row(record: Any) -> None:
    row_map = row_maps.BY_RECORD[type(record)]
    assert row_map.decode(row_map.encode(record)) == record


@given(RECORDS)
def test_a_row_fills_exactly_the_columns_of_its_table(record: Any) -> None:
    row_map = row_maps.BY_RECORD[type(record)]
    row = row_map.encode(record)
    left_out = {c.name for c in row_map.table.c} - set(row)
    assert not set(row) - {c.name for c in row_map.table.c}
    assert left_out <= {"serial", "next_chat"}


@given(JSON)
def test_json_text_is_always_storable(value: Any) -> None:
    text = to_json(value)
    text.encode()
    assert from_json(text) == value


def test_plain_text_stays_readable_in_the_database() -> None:
    assert to_json({"a": "größer"}) == '{"a":"größer"}'


def test_a_field_that_came_later_takes_its_default() -> None:
    row = {**row_maps.CHATS.encode(CHAT), "body": json.dumps({"title": "Old", "gone": 1})}
    assert row_maps.CHATS.decode(row) == rec.Chat(id="cha_1", session_id="ses_1", number=1, title="Old")


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "{}", None, "[" * 100_000])
def test_a_broken_body_is_told_apart(body: str | None) -> None:
    with pytest.raises(BrokenRow):
        row_maps.CHATS.decode({**row_maps.CHATS.encode(CHAT), "body": body})


@pytest.mark.parametrize("change", [{"kind": "hologram"}, {"kind": ""}, {"body": "{}"}, {"body": "[1]"}, {"body": "{"}])
def test_a_broken_entry_is_told_apart(change: dict[str, str]) -> None:
    stored = next(r for r in everything() if isinstance(r, EntryRow))
    with pytest.raises(BrokenRow):
        row_maps.ENTRIES.decode({**row_maps.ENTRIES.encode(stored), **change})


@pytest.mark.parametrize(
    ("row_map", "record", "name"),
    [(row_maps.PROJECTS, PROJECT, "engine"), (row_maps.SESSIONS, SESSION, "Recovered session")],
)
def test_what_others_hang_on_is_mended(row_map: Any, record: Any, name: str) -> None:
    mended = row_map.mend({**row_map.encode(record), "body": "{"})
    assert mended.id == record.id
    assert name in (getattr(mended, "name", ""), getattr(mended, "title", ""))


def test_every_parent_table_is_mended_and_no_other_needs_it() -> None:
    parents = {key.column.table.name for m in row_maps.BY_RECORD.values() for key in m.table.foreign_keys}
    for record in everything():
        row_map = row_maps.BY_RECORD[type(record)]
        if row_map.table.name in parents:
            assert row_map.mend({**row_map.encode(record), "body": "{"}) is not None
