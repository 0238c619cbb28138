"""Rewards: XP by rules, the ledger that can explain every point, levels, awards' XP.

Facts in: every type that a rule or an achievement may name, and corrected grades. Facts out:
level.reached.v1. Outcomes out: points_earned, points_reversed, badge_unlocked, level_up. Tables:
ledger, reward_states, reward_weeks, boards_due. Read `rules` first, then
`service.apply` and the batch in `rewarding`.
"""
