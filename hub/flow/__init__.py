"""The one loop: receive, absorb, perform; its outcome is again a fact."""
