"""The window: all that a connector sees of the hub, beside hub.text."""
