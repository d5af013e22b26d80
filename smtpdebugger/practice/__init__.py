"""The embedded practice server: plays mail servers of many kinds, on loopback alone."""
