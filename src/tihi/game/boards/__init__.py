"""Boards: who stands where in an org or class, this week and over all time.

Facts in: none; rewards hand over absolute totals after their commit. Tables: none of its
own; reads reward_states, reward_weeks and boards_due. Valkey: a sorted set a period,
and a hash of those whose totals fell once. All of it can be rebuilt. Read `rules` first.
"""
