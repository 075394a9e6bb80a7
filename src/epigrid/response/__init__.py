"""Layer 3: what is decided: outbreaks, tracing, quarantine, zones."""
