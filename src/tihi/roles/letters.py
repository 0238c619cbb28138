"""Drafts for after a breach: to people, and to the Office of the Privacy Commissioner.

The Privacy Act 2020 asks to tell both as soon as practicable where serious harm is likely
(sections 114 and 115); the Office expects to hear within 72 hours.
"""

from datetime import datetime

from tihi.base.value import Value


class Figures(Value):
    """What the record knows; the rest is for people to fill in."""

    since: datetime
    until: datetime
    people: int
    data: list[str]


def report(org: str, found: Figures) -> str:
    """Return a draft of the report to the Office of the Privacy Commissioner."""
    data = "\n".join(f"- {one}" for one in found.data)
    return f"""# Privacy breach: report to the Office of the Privacy Commissioner (draft)

Organisation: {org}
Contact: [name, role, telephone, e-mail]

1. **What happened**: [in two sentences]
2. **When**: between {_moment(found.since)} and {_moment(found.until)}; found on [date, time]
3. **How many people**: {found.people} (list: people.csv). Children among them: [yes or no]
4. **Whose access**: [an account, an API key, somebody outside]
5. **What data may have been seen.** Tihi keeps no birth date, gender, address, e-mail, telephone
   number, photo or national student number. It keeps:
{data}
6. **Likely harm**: [none, some, serious: why]
7. **What was done**: sessions and API keys were stopped on [date, time]; [what else]
8. **Who was told**: [people affected: how and when; if not yet, why]
9. **What will keep it from happening again**: [ ]
"""


def letter_en(org: str, found: Figures) -> str:
    """Return a draft of the letter to people, in English."""
    return f"""# A letter to learners and whānau (draft)

Kia ora

Between {_moment(found.since)} and {_moment(found.until)}, somebody saw information in Tihi, our
learning platform, that they should not have seen. Your information was among it.

**What it was**: the name that is shown in Tihi, the classes, and what was answered and earned
there. Tihi holds no address, birth date, e-mail or photo.

**What we did**: we stopped all access on [date, time], and [what else].

**What you can do**: get new words to sign in with from your teacher. Ask us to see everything that
is kept about you; we send it within days.

We are sorry. If you have questions: [name, telephone, e-mail]. You can also complain to the Office
of the Privacy Commissioner, privacy.org.nz.

{org}
"""


def letter_mi(org: str, found: Figures) -> str:
    """Return a draft of the letter to people, in te reo Māori; a fluent speaker checks it."""
    return f"""# He reta ki ngā ākonga me ngā whānau (he tauira: mā te tangata matatau e titiro)

Kia ora

I waenga i te {_moment(found.since)} me te {_moment(found.until)}, i kite tētahi tangata i ētahi
mōhiohio i roto i a Tihi kāore i tika kia kitea e ia. Kei roto ō mōhiohio.

**He aha aua mōhiohio**: te ingoa e whakaaturia ana i a Tihi, ngā karaehe, ngā whakautu me ngā
whiwhinga. Kāore a Tihi e pupuri i te wāhi noho, i te rā whānau, i te īmēra, i te whakaahua rānei.

**He aha tā mātou i mahi ai**: i aukatia te urunga katoa i te [rā, wā], ā, [he aha atu].

**He aha tāu e taea ai**: tīkina he kupu takiuru hou i tō kaiako. Tonoa mai kia kite koe i ngā mea
katoa e puritia ana mōu.

Kei te pōuri mātou. Mō ngā pātai: [ingoa, waea, īmēra]. Ka taea hoki te amuamu ki Te Mana Mātāpono
Matatapu, privacy.org.nz.

{org}
"""


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
