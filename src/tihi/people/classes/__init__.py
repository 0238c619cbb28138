"""Classes: who learns and teaches together, and the code that lets a learner in.

Facts in: none. Outcomes out: none. Tables: classes, class_members (and codes in the
directory). Read `service` first.
"""
