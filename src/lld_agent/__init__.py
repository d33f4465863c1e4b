"""Drafts low-level designs from requirement documents, and reviews designs."""

__version__ = "0.1.0"
