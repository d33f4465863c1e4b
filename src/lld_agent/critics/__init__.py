"""Critics: what a language model is asked about a design, and what proves its answers."""
