"""The book: every fact and every intended effect is a committed row."""
