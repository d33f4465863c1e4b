"""From what a brief says to the slots where it belongs, one module per template."""
