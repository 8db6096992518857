"""Ce qui nomme une Alliance dans un numéro : de la convention, d'un dépôt du plan."""


def code_de(alliance):
    """« 2024-14 » : l'année de son cycle et le code de sa région.

    « 2024-10-BJ » si une autre Alliance du cycle partage la région; « 2024-PN » si elle n'en a pas.
    """
    region, sigle = alliance.regions.first(), "".join(mot[:1] for mot in alliance.slug.split("-")).upper()
    parts = [region.code if region else sigle]
    if region and region.alliances.filter(cycle=alliance.cycle).exclude(pk=alliance.pk).exists():
        parts.append(sigle)
    return "-".join([str(alliance.cycle.debut.year), *parts])
