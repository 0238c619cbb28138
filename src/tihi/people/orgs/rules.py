"""Decisions about names of orgs. Pure."""

import re

from tihi.people.orgs.model import UnfitOrg, UnfitSize

_SLUG = re.compile(r"[a-z0-9](?:-?[a-z0-9]){0,39}")
_LONGEST_NAME = 80
_CLASS_SIZES = range(1, 2001)


def check_slug(slug: str) -> str:
    """Return a short name that can be typed behind `--org` and stand in a link.

    Raises:
        UnfitOrg: it holds something else than lower-case letters, digits and single hyphens.
    """
    if not _SLUG.fullmatch(slug):
        raise UnfitOrg("a short name has lower-case letters, digits and hyphens: our-school")
    return slug


def clean_name(typed: str) -> str:
    """Return the name that people read, with single spaces.

    Raises:
        UnfitOrg: nothing is left, or it is longer than 80 characters.
    """
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise UnfitOrg(f"an organisation's name has 1 to {_LONGEST_NAME} characters")
    return name


def check_class_size(most: int) -> int:
    """Return how many learners a class may hold.

    Raises:
        UnfitSize: it is not 1 to 2,000.
    """
    if most not in _CLASS_SIZES:
        raise UnfitSize
    return most
