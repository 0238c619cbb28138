"""Boards: who stands where in an org or class, this week and over all time.

Facts in: none; rewards hand over absolute totals after their commit. Tables: none of its
own; reads reward_states, reward_weeks and boards_due. Valkey: one sorted set and one hash
of sequences a period. All of it can be rebuilt. Read `rules` first.
"""
