"""Atobarai Hub stands between Japanese carts and a deferred-payment provider."""
