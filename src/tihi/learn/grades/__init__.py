"""Grades: what a teacher sees of a learner's answers, and how one of them is corrected.

Facts out: grade.overridden.v1. Facts in: none; reads the log. Tables: grade_corrections; the
attempts keep the grades themselves. Read `service.correct` first.
"""
