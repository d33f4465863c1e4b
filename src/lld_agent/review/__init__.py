"""The review pipeline: read, check, triage."""
