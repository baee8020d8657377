"""The demo shop that a newcomer sees: another company's program, HTTP only."""
