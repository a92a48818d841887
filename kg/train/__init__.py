"""Making the model: corpora in, a spaCy pipeline with its card out. Needs the extra `train` (torch)."""
