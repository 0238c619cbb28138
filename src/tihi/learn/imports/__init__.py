"""Imports: question files become items in the courses that their categories name.

Facts in: none. Outcomes out: none. Tables: none of its own; writes items and courses.
Formats are pure and live in `formats`. Read `service.take` first.
"""
