"""Claims: which sentences assert something of the paper's own, and what they say."""
