"""Templates, declared once: schema, Markdown out, Markdown in, slots."""
