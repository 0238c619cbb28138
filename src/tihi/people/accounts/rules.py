"""Decisions about names, passphrases and changes."""

import unicodedata
from zoneinfo import available_timezones

import msgspec

from tihi.base.chance import Random, below
from tihi.people.accounts.model import Account, Changes, UnfitName, UnfitPassword, UnknownZone

_LONGEST_NAME = 40
_MOST_TYPED = 200
"""Signs of a typed name that are looked at: to put marks in order takes the square of their
number, so that 100,000 of them would keep everybody waiting for seconds (S35)."""
_MOST_MARKS = 2
_PASSWORD_LENGTHS = range(12, 201)
_GOALS = range(10, 501)
_ZONES = frozenset(available_timezones())

# Short, known to children here, spelt in one way and hard to mishear. 216 words; with the
# two digits three of them give 30 bits, which the sign-in limit turns into centuries.
WORDS = tuple(
    """
    acorn amber anchor apple apron arrow aspen autumn badge bamboo banner barley basket beach
    beacon berry birch biscuit blanket bluff boat bonfire border bottle boulder branch bread
    breeze bridge brook bucket button cabin cable candle canoe canvas canyon castle cedar chalk
    cherry circle cliff cloud clover coast cobalt comet compass copper coral cotton cove crater
    creek crystal current daisy dawn delta desert dingo dolphin dragon drum dune eagle earth echo
    eel ember engine estuary evening falcon farm feather fern ferry field finch fiord flame
    flint flower forest fossil fountain frost galaxy garden gecko geyser ginger glacier globe
    gorge granite grape grass gravel guitar gull hammer harbour harvest hawk hazel heron hill
    hollow honey horizon huia iceberg island ivory jacket jade jasper jetty jungle kaka kauri
    kayak kea kelp kettle kite kiwi koru kowhai lagoon lake lantern leaf lemon lichen lily linen
    lizard lunar magnet mango manuka maple marble meadow melon meteor mint mist moa moon moss
    mountain nectar needle nest nikau north oasis ocean olive orbit orchard otter paddle palm
    paper parrot pasture peach pearl pebble penguin pepper piano pigeon pine planet plum pocket
    pollen pond poplar prairie puzzle quartz quill rabbit rain raven reef ribbon ridge river
    robin rocket saddle sail
    """.split()
)


def clean_name(typed: str) -> str:
    """Return a display name as it is stored: NFKC, single spaces.

    Raises:
        UnfitName: nothing is left, it is longer than 40 characters, or it holds control,
            direction or zero-width characters, or piles of combining marks.
    """
    if len(typed) > _MOST_TYPED:
        raise UnfitName("a name has 1 to 40 characters")
    name = " ".join(unicodedata.normalize("NFKC", typed).split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise UnfitName("a name has 1 to 40 characters")
    marks = 0
    for sign in name:
        category = unicodedata.category(sign)
        if category in {"Cc", "Cf", "Co", "Cn", "Cs"}:
            raise UnfitName("a name has letters, digits, spaces and simple signs")
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _MOST_MARKS:
            raise UnfitName("too many marks on one letter")
    if not any(sign.isalnum() for sign in name):
        raise UnfitName("a name needs a letter or a digit")
    return name


def clean_sign_in(typed: str) -> str:
    """Return a sign-in name as it is compared: NFKC, case folded, trimmed."""
    return unicodedata.normalize("NFKC", typed.strip()[:_MOST_TYPED]).strip().casefold()[:80]


def check_password(password: str) -> None:
    """Refuse a password that is too short to be safe or too long to hash.

    Raises:
        UnfitPassword: it has not 12 to 200 characters.
    """
    if len(password) not in _PASSWORD_LENGTHS:
        raise UnfitPassword


def check_zone(name: str) -> str:
    """Return `name` if it is a time zone.

    Raises:
        UnknownZone: it is none.
    """
    if name not in _ZONES:
        raise UnknownZone(f"{name[:60]!r} is no IANA time zone")
    return name


def draw_words(chance: Random) -> str:
    """Return three words and two digits, as a passphrase."""
    words = [WORDS[below(chance, len(WORDS))] for _ in range(3)]
    return f"{' '.join(words)} {10 + below(chance, 90)}"


def draw_sign_in(display_name: str, chance: Random) -> str:
    """Return a sign-in name made of the first word of `display_name` and three digits."""
    bare = "".join(
        sign
        for sign in unicodedata.normalize("NFD", display_name.split(maxsplit=1)[0]).casefold()
        if sign.isalnum()
    )
    # As it is compared: taken apart, the syllables of 민수 are other signs than those typed.
    return clean_sign_in(f"{bare or 'learner'}{100 + below(chance, 900)}")


def changed(account: Account, changes: Changes) -> Account:
    """Return `account` with `changes`.

    Raises:
        UnfitName, UnknownZone: a change that cannot be.
    """
    given = {
        name: value
        for name in Changes.__struct_fields__
        if (value := getattr(changes, name)) is not msgspec.UNSET
    }
    if isinstance(given.get("display_name"), str):
        given["display_name"] = clean_name(given["display_name"])
    if "zone" in given:
        check_zone(given["zone"])
    if "daily_goal" in given and given["daily_goal"] not in _GOALS:
        raise UnfitName("a daily goal is 10 to 500 XP")
    return msgspec.structs.replace(account, **given)
