"""Courses: course › unit › lesson, and how far a learner has come on each trail.

Facts in: none. Outcomes out: none. Tables: courses, units, lessons; reads lesson_memory.
Read `service` first.
"""
