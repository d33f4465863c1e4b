"""GitHub: requests and answers, commentable lines, nothing of reviews."""
