"""What holds for every test: generated examples are the same in every run, and a slow machine fails nothing."""

from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("house")
