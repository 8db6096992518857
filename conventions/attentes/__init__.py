"""Ce que les conventions attendent de chaque personne."""
