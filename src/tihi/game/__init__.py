"""The game: what facts bring. It sees facts only, never who asked or answered (ADR 11)."""
