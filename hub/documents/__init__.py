"""Documents that leave the hub for people and printers."""
