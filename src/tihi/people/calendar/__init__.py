"""The calendar: weekly rest days, an org's holidays and a learner's own pauses.

Facts in: none. Outcomes out: none. Tables: rest_spans. Read `service` first.
"""
