"""Le service autour des pages : séance, en-têtes, traces, comptes d’allauth."""
