/* Dit qui d’autre travaille sur la même section. Aucun verrou : chacun décide. */

const INTERVALLE = 25000; // ms; le serveur oublie une présence après une minute

function enumerer(noms) {
  return noms.length < 2 ? (noms[0] ?? "") : `${noms.slice(0, -1).join(", ")} et ${noms.at(-1)}`;
}

class Presence {
  constructor(avis) {
    this.avis = avis;
    this.objet = avis.dataset.objet ?? "cette section";
    this.phrase = "";
    this.battre();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.battre();
    });
    document.addEventListener("sauvegarde:faite", () => this.battre());
  }

  /* Une page cachée se tait : la présence s’éteint d’elle-même. */
  async battre() {
    clearTimeout(this.minuterie);
    if (document.visibilityState === "visible") await this.demander();
    this.minuterie = setTimeout(() => this.battre(), INTERVALLE);
  }

  async demander() {
    const champ = (nom) => document.querySelector(`form[data-sauvegarde] input[name=${nom}]`) ?? document.querySelector(`input[name=${nom}]`);
    const corps = new FormData();
    const revision = champ("revision");
    if (revision) corps.set("revision", revision.value);
    try {
      const reponse = await fetch(this.avis.dataset.presence, {
        method: "POST",
        body: corps,
        headers: { Accept: "application/json", "X-CSRFToken": champ("csrfmiddlewaretoken")?.value ?? "" },
        credentials: "same-origin",
        redirect: "manual",
      });
      if (reponse.ok) this.montrer(await reponse.json());
    } catch {
      // Hors ligne : l’enregistrement automatique le dit déjà, la présence n’a rien à ajouter.
    }
  }

  /* N’écrit que ce qui change : la région est annoncée par les lecteurs d’écran. */
  montrer({ autres = [], enregistree_par: par = null }) {
    const phrases = [];
    if (autres.length) phrases.push(`${enumerer(autres)} ${autres.length > 1 ? "modifient" : "modifie"} aussi ${this.objet}.`);
    if (par) phrases.push(`${par} a enregistré une nouvelle version.`);
    const phrase = phrases.join(" ");
    if (phrase === this.phrase) return;
    this.phrase = phrase;
    this.avis.replaceChildren(phrase);
    if (!par) return;
    const lien = document.createElement("a");
    lien.href = location.href;
    lien.textContent = "Actualiser la page";
    this.avis.append(" ", lien);
  }
}

for (const avis of document.querySelectorAll("[data-presence]")) new Presence(avis);
