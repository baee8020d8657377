"""The company, pretended: a provider to test against, with a ledger of its own."""
