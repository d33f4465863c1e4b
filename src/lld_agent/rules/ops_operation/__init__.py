"""Family OPS: can it be deployed, watched and taken back."""
