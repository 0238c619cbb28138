"""Accounts: who signs in, under which name they are shown, and where they are signed in.

Facts in: none. Outcomes out: none. Tables: accounts, identities, sessions,
security_events. Read `service` first.
"""
