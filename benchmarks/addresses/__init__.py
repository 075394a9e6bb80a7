"""The address matcher on real places: precision, recall, speed. See docs/reference/address-matcher.md."""
