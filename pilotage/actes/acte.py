"""Un acte qui lie, tel que la page d’aide et `docs/actes_qui_lient.md` le disent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Acte:
    piece: str
    geste: str
    nom: str
    roles: tuple
    personnes: int
    condition: str
    tenu_par: tuple

    @property
    def qui(self):
        return ", ".join(role.label for role in self.roles)
