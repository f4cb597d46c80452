"""The one line of waiting items: in this process, or shared in Redis. Rebuilt from the store."""
