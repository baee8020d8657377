"""The provider's wire: one field table, one codec, one client."""
