"""Packs: the rules of the game as data. Applying one makes a new version of an org's rules.

Facts in: none. Outcomes out: none. Tables: rule_sets, backfills. Read `model` first: it is the
language in which XP rules, levels and achievements are written.
"""
