"""Family CFG: are variables declared, and secrets treated as such."""
