"""The one seam to language models; the only place that imports litellm, instructor, openai, tiktoken."""
