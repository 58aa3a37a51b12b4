"""The tables, one module per family of nouns."""
