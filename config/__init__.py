"""What a telecom admin sets, and the files it turns into. A leaf: it knows no gateway."""
