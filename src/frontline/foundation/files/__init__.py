"""Files by their content: the bytes lie once under their SHA-256, and are given out so that no browser runs them."""
