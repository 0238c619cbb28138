"""The record of what matters to safety: sign-ins, denials, administration, opened records.

Facts in: none. Outcomes out: none. Table: security_events, which can only be added to.
Read `model` first, then `service`.
"""
