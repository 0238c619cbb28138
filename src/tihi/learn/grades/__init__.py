"""Grades: what a learner answered, how a grade is corrected, and what they say of one that is kept.

Facts out: grade.overridden.v1. Facts in: none; reads the log. Tables: grade_corrections,
grade_requests, kept_grades; the attempts keep the grades themselves. Read `service.correct` first.
"""
