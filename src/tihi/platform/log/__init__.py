"""The fact log, what is due of it, and the outcomes that learners are told.

Tables: facts, fact_counts, fact_days, due, dead_letters, outcomes, outcome_counts.
Read `append` first, then `due`, then `outcomes`.
"""
