"""Layer 4: what is overseen: situation, communication, exercises."""
