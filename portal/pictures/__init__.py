"""Opens strangers' pictures far from everything else. Knows no domain, keeps nothing."""
