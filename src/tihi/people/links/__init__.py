"""Links that are handed over: to a newcomer, or to somebody who forgot their password.

Tihi sends no e-mail. Whoever may issue a link gets it once, and gives it to its person.

Facts in: none. Outcomes out: none. Table: links (and hashes in the directory).
Read `service` first.
"""
