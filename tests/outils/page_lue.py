"""Une page telle qu'une personne la lit : où le gabarit change de ligne ne compte pas."""


def lu(page):
    """Le HTML d'une réponse, une espace pour chaque blanc, insécables comprises."""
    return " ".join(page.text.replace("&nbsp;", " ").split())
