"""The stages of drafting with a language model: what each asks, and what becomes of the answer."""
