/* Garde sur l’appareil ce qui est tapé tant que le serveur ne l’a pas reçu : un onglet tué, un réseau perdu ne l’emportent
   pas. Rendu à l’ouverture, avec la révision d’où il part : le serveur l’enregistre, ou dit le conflit. */

const PREFIXE = "brouillon:";
const A_TAIRE = new Set(["csrfmiddlewaretoken", "jeton_d_envoi", "revision", "vues"]);

class BrouillonLocal {
  constructor(formulaire) {
    this.formulaire = formulaire;
    this.cle = `${PREFIXE}${formulaire.dataset.brouillon}`;
    if (formulaire.hasAttribute("data-conflit")) return;
    for (const nom of ["input", "change"]) formulaire.addEventListener(nom, () => this.garder());
    formulaire.addEventListener("sauvegarde:faite", () => this.apresEnregistrement());
    formulaire.addEventListener("submit", (e) => !e.defaultPrevented && formulaire.hasAttribute("data-modifie") && this.garder(true));
    if (formulaire.hasAttribute("data-modifie")) this.garder();
    else this.rendre();
  }

  get revision() {
    return this.formulaire.elements.namedItem("revision");
  }

  get vues() {
    return this.formulaire.elements.namedItem("vues");
  }

  get champs() {
    return [...new FormData(this.formulaire)].filter(([nom, valeur]) => typeof valeur === "string" && !A_TAIRE.has(nom));
  }

  garder(soumis = false) {
    ecrire(this.cle, { revision: this.revision.value, vues: this.vues?.value, champs: this.champs, soumis });
  }

  /* Ce qui a été tapé pendant l’envoi part de la révision neuve. */
  apresEnregistrement() {
    if (this.formulaire.hasAttribute("data-modifie")) this.garder();
    else localStorage.removeItem(this.cle);
  }

  rendre() {
    const garde = lire(this.cle);
    if (!garde) return;
    if (JSON.stringify(garde.champs) === JSON.stringify(this.champs)) {
      localStorage.removeItem(this.cle);
      return;
    }
    this.revision.value = garde.revision;
    if (this.vues && garde.vues) this.vues.value = garde.vues;
    this.remplir(garde.champs);
    this.annoncer();
    this.formulaire.dispatchEvent(new CustomEvent("sauvegarde:demander"));
  }

  remplir(champs) {
    const restants = [...champs];
    const prendre = (nom, valeur) => {
      const rang = restants.findIndex(([n, v]) => n === nom && (valeur === undefined || v === valeur));
      return rang < 0 ? undefined : restants.splice(rang, 1)[0][1];
    };
    for (const champ of this.formulaire.elements) {
      if (!champ.name || A_TAIRE.has(champ.name) || champ.type === "submit") continue;
      if (champ.type === "checkbox" || champ.type === "radio") champ.checked = prendre(champ.name, champ.value) !== undefined;
      else champ.value = prendre(champ.name) ?? champ.value;
      if (champ.matches("textarea")) champ.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const [nom, valeur] of restants) this.ajouter(nom, valeur);
  }

  /* Une rangée que la page n’a plus : sa réponse part quand même, et le conflit la montre. */
  ajouter(nom, valeur) {
    const cache = document.createElement("input");
    Object.assign(cache, { type: "hidden", name: nom, value: valeur });
    this.formulaire.append(cache);
  }

  annoncer() {
    const avis = document.createElement("p");
    avis.className = "avis";
    avis.setAttribute("role", "status");
    avis.dataset.brouillonRendu = "";
    this.formulaire.before(avis);
    avis.textContent = "Ce que vous aviez tapé ici, et qui n’était pas encore enregistré, vient d’être remis.";
  }
}

function lire(cle) {
  try {
    return JSON.parse(localStorage.getItem(cle));
  } catch {
    return null;
  }
}

function ecrire(cle, garde) {
  try {
    localStorage.setItem(cle, JSON.stringify(garde));
  } catch {
    // L’appareil n’a plus de place ou refuse : l’enregistrement automatique reste.
  }
}

/* Ce que le serveur a reçu par le bouton, et ce qu’une autre personne a laissé sur l’appareil, s’oublie. */
function trier({ demande, personne, recues }) {
  const revisions = JSON.parse(recues);
  for (const cle of Object.keys(localStorage).filter((c) => c.startsWith(PREFIXE))) {
    const [, sienne, code, qui] = cle.split(":");
    const garde = lire(cle);
    const recu = sienne === demande && garde?.soumis && revisions[code] > Number(garde.revision);
    if (qui !== personne || recu) localStorage.removeItem(cle);
  }
}

/* {partie: ce que l’appareil en garde} : ce qui n’est pas parti. */
function nonPartis({ demande, personne }) {
  const siens = Object.keys(localStorage).filter((cle) => cle.startsWith(`${PREFIXE}${demande}:`) && cle.endsWith(`:${personne}`));
  return Object.fromEntries(siens.map((cle) => [cle.split(":")[2], lire(cle)]));
}

/* Les parties dont un texte n’est pas parti se nomment, et le dépôt attend qu’il n’en reste aucune. */
function retenir(avis, demande) {
  const gardes = nonPartis(demande);
  for (const ligne of avis.querySelectorAll("[data-partie]")) {
    const garde = gardes[ligne.dataset.partie];
    ligne.hidden = !garde;
    ligne.querySelector("[data-texte]")?.replaceChildren(...(garde ? enMots(garde) : []));
  }
  avis.hidden = !avis.querySelector("[data-partie]:not([hidden])");
  for (const bouton of document.querySelectorAll("form[data-retenu] button")) bouton.disabled = !avis.hidden;
}

/* Ce qui a été écrit, sans les cases ni les codes. */
function enMots({ champs }) {
  const ecrits = champs.map(([, valeur]) => valeur).filter((valeur) => valeur.length > 3 && !/^[a-z_]+$/.test(valeur));
  return ecrits.map((valeur) => Object.assign(document.createElement("p"), { textContent: valeur }));
}

function surveiller(avis, demande) {
  const suivre = () => retenir(avis, demande);
  for (const nom of ["storage", "pageshow"]) window.addEventListener(nom, suivre);
  avis.querySelector("[data-effacer]")?.addEventListener("click", () => {
    for (const code of Object.keys(nonPartis(demande)))
      localStorage.removeItem(`${PREFIXE}${demande.demande}:${code}:${demande.personne}`);
    suivre();
  });
  suivre();
}

const repere = document.querySelector("[data-recues]");
if (repere) trier(repere.dataset);
const avis = document.querySelector("[data-non-partis]");
if (avis) surveiller(avis, repere.dataset);
for (const formulaire of document.querySelectorAll("form[data-brouillon]")) new BrouillonLocal(formulaire);
