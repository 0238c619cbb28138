"""The one kind of record: frozen, keyword-only, closed to unknown fields."""

from typing import dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class _ValueMeta(type(msgspec.Struct)):
    """Tells type checkers what msgspec does at run time."""


class Value(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, metaclass=_ValueMeta
):
    """A frozen record that refuses fields it does not know."""
