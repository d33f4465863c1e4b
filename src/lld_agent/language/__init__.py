"""Names, quantities, word lists and stems: what words mean, without a notion of a design."""
