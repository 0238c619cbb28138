"""The people of an org as its staff look after them: added, given a role, let back in, suspended.

Facts in: none. Outcomes out: none. Tables: those of accounts. Read `service` first.
"""
