"""Measurements of speed and memory, each one a command (bench/README.md)."""
