"""A model as judge: binary questions, held against answers that somebody labelled."""
