"""What the mail channel does."""
