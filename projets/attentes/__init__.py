"""Ce que les initiatives attendent de chaque personne : de l'organisme, de la Table, de qui évalue."""
