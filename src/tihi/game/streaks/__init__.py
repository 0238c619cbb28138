"""Streaks: days in a row on which a learner did the day's minimum.

Facts in: day.active.v1. Facts out: streak.kept.v1. Outcomes out: streak_extended,
streak_saved. Tables: streak_days, streak_closes. Read `rules.standing` first.
"""
