"""Family ERR: does every call that can fail have an answer, and do the answers agree."""
