"""Attempts: one go through a lesson, opened, shuffled and graded by the server.

Facts out: answer.graded.v1, lesson.completed.v1, day.active.v1. Facts in: none.
Tables: attempts, steps, answers, item_memory, learner_memory, lesson_memory.
Read `rules` first, then `service.write_answers`: it is the hot path (D13).
"""
