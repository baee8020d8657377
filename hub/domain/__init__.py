"""The heart: it computes, and has no I/O, no clock and no framework."""
