"""Drafts and reviews held against golden documents and planted defects."""
