"""Reviews of pull requests and merge requests: one run, a server, workers."""
