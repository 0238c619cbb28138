"""What comes from other products and goes to them. Knows people and facts, not learning or play."""
