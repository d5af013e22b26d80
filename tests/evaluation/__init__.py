"""How often a diagnosis is right: labelled cases, and the figures drawn from them."""
