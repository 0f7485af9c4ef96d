"""Records to rows and back. A field with a column of its name goes there, the others into `body`.

So a record may gain a field without a migration: rows written before it take the field's default.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa

from boocode_desktop.domain.codec import from_plain, to_plain
from boocode_desktop.storage.upserts import Row, Upsert

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class BrokenRow(ValueError):
    """A stored row that is no record: broken JSON, an unknown kind, a field missing."""


class RowMap(Protocol[R_co]):
    """How one kind of record is kept in one table."""

    @property
    def table(self) -> sa.Table:
        """Where the rows are."""

    @property
    def upsert(self) -> Upsert:
        """Inserts a row, or replaces the one with its key."""

    def encode(self, record: Any) -> dict[str, Any]:
        """The row of a record."""

    def decode(self, row: Row) -> R_co:
        """The record of a row.

        Raises:
            BrokenRow: the row is damaged.
        """

    def mend(self, row: Row) -> R_co | None:
        """A stand-in for a damaged row on which others hang, None where it may simply go."""


def to_json(value: Any) -> str:
    """JSON text that SQLite takes: readable, but escaped where the text could not be stored as UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_dataclass_to_plain)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return json.dumps(value, separators=(",", ":"), default=_dataclass_to_plain)
    return text


def _dataclass_to_plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_plain(value)
    raise TypeError(f"{type(value).__name__} cannot be stored")


def from_json(text: Any) -> Any:
    """The value of `to_json`.

    Raises:
        BrokenRow: this is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise BrokenRow(f"no JSON: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Shape(Generic[R]):
    """How a dataclass is read from JSON."""

    record: type[R]

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The fields by name: None where JSON gives the value itself, else the type to build from it."""
        hints = typing.get_type_hints(self.record)
        names = [f.name for f in dataclasses.fields(self.record)]  # type: ignore[arg-type]
        return {name: None if _is_plain(hints[name]) else hints[name] for name in names}

    def read(self, body: Any) -> dict[str, Any]:
        """The fields that a stored body holds; those the record does not know (any more) are left out.

        Raises:
            BrokenRow: this is the body of no such record.
        """
        if not isinstance(body, dict):
            raise BrokenRow("the body is no object")
        fields = self.fields
        try:
            return {
                name: value if value is None or fields[name] is None else from_plain(fields[name], value)
                for name, value in body.items()
                if name in fields
            }
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise BrokenRow(f"no {self.record.__name__}: {error}") from error

    def build(self, values: Mapping[str, Any]) -> R:
        """The record of its fields.

        Raises:
            BrokenRow: one is missing.
        """
        try:
            return self.record(**values)
        except TypeError as error:
            raise BrokenRow(f"no {self.record.__name__}: {error}") from error


def _is_plain(hint: Any) -> bool:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return all(_is_plain(option) for option in typing.get_args(hint))
    return hint in (str, int, float, bool, types.NoneType) or typing.get_origin(hint) in (typing.Literal, dict)


def _nothing(_value: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class RecordMap(Generic[R]):
    """The mapping of a flat record. `extra` gives columns that are only queried, never read back.

    `stand_in` gives the fields that `body` would have held, for a damaged row whose children must stay reachable.
    """

    record: type[R]
    table: sa.Table
    key: tuple[str, ...] = ("id",)
    extra: Callable[[R], dict[str, Any]] = _nothing
    stand_in: Callable[[Row], dict[str, Any]] | None = None

    @cached_property
    def shape(self) -> Shape[R]:
        """How the record is read."""
        return Shape(record=self.record)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Fields with a column of their own."""
        return tuple(name for name in self.shape.fields if name in self.table.c and name != "body")

    @cached_property
    def upsert(self) -> Upsert:
        """Inserts a row, or replaces the one with its key."""
        return Upsert(table=self.table, key=self.key)

    def encode(self, record: R) -> dict[str, Any]:
        """The row of a record."""
        row = {name: getattr(record, name) for name in self.columns}
        rest = {name: getattr(record, name) for name in self.shape.fields if name not in row}
        return {**row, **self.extra(record), "body": to_json(rest)}

    def decode(self, row: Row) -> R:
        """The record of a row.

        Raises:
            BrokenRow: the row is damaged.
        """
        return self._with_columns(row, from_json(row["body"]))

    def mend(self, row: Row) -> R | None:
        """A stand-in for a damaged row on which others hang, None where it may simply go."""
        return None if self.stand_in is None else self._with_columns(row, self.stand_in(row))

    def _with_columns(self, row: Row, body: Any) -> R:
        values = self.shape.read(body)
        values.update({name: row[name] for name in self.columns})
        return self.shape.build(values)
