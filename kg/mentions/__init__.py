"""Mentions and the entities of one document: acronyms, the tagger, and the grouping of what it tags."""
