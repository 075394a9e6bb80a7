"""Layer 2: what is seen and done: sampling, laboratory, codes, tasks, care."""
