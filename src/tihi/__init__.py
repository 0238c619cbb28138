"""Tihi, an open, self-hosted platform for gamified learning.

Read `tihi.roles.serve` first: it shows the whole system on one screen.
"""
