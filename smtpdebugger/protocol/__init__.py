"""SMTP grammar and state, sans-IO: octets in, replies and commands out; standard library only."""
