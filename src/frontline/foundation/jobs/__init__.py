"""Outside effects: what leaves the house (mail, webhooks, actions) runs in workers, never inside a request."""
