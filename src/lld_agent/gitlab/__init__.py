"""GitLab: requests and answers, positions in diffs, nothing of reviews."""
