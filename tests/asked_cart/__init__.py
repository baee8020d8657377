"""A cart that shows its orders when it is asked, as its own HTTP server."""
