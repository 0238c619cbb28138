"""Facts about people themselves."""

from typing import ClassVar

from tihi.facts.envelope import Payload


class PersonErased(Payload):
    """A person was erased; whoever keeps something under their id lets go of it.

    It says nothing but the id, which leads to nobody any more.
    """

    type: ClassVar[str] = "person.erased.v1"
