"""Every word that a person reads, and how Japanese text is treated."""
