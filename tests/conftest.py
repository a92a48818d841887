"""What holds for every test: generated examples are the same in every run, and a slow machine fails nothing."""

import signal

from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("house")

# Started in the background (`pytest &` in a script), tests would ignore Ctrl-C, and so would the commands they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
