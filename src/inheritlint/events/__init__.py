"""What happens to descriptors, one file a kind of event: what rules listen to."""
