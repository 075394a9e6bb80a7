"""Layer 1: what there is: places, policies, people, organisation, workforce, access."""
