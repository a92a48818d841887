"""Measuring against gold: extracted documents, and the resolver's judgement of pairs of names."""
