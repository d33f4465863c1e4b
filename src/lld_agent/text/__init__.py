"""Markdown and Mermaid as values with spans; pure, and without any notion of a design."""
