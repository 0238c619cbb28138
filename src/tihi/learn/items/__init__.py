"""Items: the questions of the bank, what a learner sees of them, and how answers are graded.

Facts in: none. Outcomes out: none; attempts record what the grading says.
Read first: `model` for the nouns, then `rules`; `kinds` holds one module for each kind of item.
"""
