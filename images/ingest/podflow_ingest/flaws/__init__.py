"""Which records of a chunk the warehouse would refuse, and why: only asked when it refused the chunk as a whole."""
