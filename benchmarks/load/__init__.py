"""A big night: the phones of a whole district bring their tubes while the server is killed and its disk is full. Everybody is invented."""
