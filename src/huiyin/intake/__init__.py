"""What people have begun to say and not yet sent: drafts kept seven days, readable only by who holds them."""
