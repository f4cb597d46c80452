"""Files of messages: kept as they came, and made harmless for a screen in a caged process."""
