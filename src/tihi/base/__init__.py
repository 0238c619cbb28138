"""What everything else is made of: values, ids, problems, chance. Imports nothing of ours."""
