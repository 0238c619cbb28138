"""Orgs: a school or company with its time zone, rest days and switches.

Facts in: none. Outcomes out: none. Tables: orgs (and its line in the directory).
Read `service` first.
"""
