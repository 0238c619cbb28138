"""Facts of other products: checked, logged under their key, and played like our own.

Facts in: none. Facts out: `external.*`, and `day.active` where the org counts a type as
activity. Table: facts (through the log). Read `rules` first, then `service`.
"""
