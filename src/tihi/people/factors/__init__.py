"""Second factors of staff: one-time codes, passkeys, and codes to recover with.

Facts in: none. Outcomes out: none. Tables: factors, recovery_codes, passkey_challenges.
Read `service` first; what a code is stands in `rules`.
"""
