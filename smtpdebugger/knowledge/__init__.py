"""knowledge: what resources/ says about verbs, extensions, replies, causes and servers."""
