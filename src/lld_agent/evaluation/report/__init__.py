"""Results for people: on a terminal, in Markdown, as one page."""
