"""Achievements: what is counted towards them, and when a tier is reached.

Works inside the consumer `rewards`, in its transaction. Outcomes out: badge_unlocked.
Tables: achievement_sheets, awards. Read `rules` first.
"""
