"""Learning: courses, items, attempts, grades, imports. It tells facts and knows no points."""
