"""API keys: what another product may do in one org, until when, and an end at any moment.

Facts in: none. Outcomes out: none. Table: api_keys (and hashes in the directory).
Read `service` first.
"""
