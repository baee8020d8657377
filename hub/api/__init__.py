"""`/api/v1`: what merchants' own systems read and do, with a key of their own."""
