"""Source systems to try podflow with: what would come from other departments, made up but real-looking."""
