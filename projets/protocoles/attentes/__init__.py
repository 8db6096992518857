"""Ce que les protocoles attendent de chacun : de la Table, de ses finances, de l'organisme."""
