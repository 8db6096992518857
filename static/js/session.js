/* Prévient cinq minutes avant la fin de la séance, et la prolonge sur demande (WCAG 2.2.1). */

const PREAVIS = 5 * 60; // secondes
const MAXIMUM = 2 ** 31 / 1000 - 1; // un minuteur du navigateur ne compte pas plus loin

class Session {
  constructor(porteur) {
    this.porteur = porteur;
    this.duree = Number(porteur.dataset.sessionFin);
    if (!(this.duree > 0)) return;
    this.armer(this.duree);
    document.addEventListener("session:prolongee", (e) => this.armer(Number(e.detail?.secondes) || this.duree));
  }

  armer(secondes) {
    clearTimeout(this.minuterie);
    this.avis?.remove();
    this.avis = null;
    if (secondes > MAXIMUM) return;
    this.minuterie = setTimeout(() => this.prevenir(Math.min(secondes, PREAVIS)), Math.max(0, secondes - PREAVIS) * 1000);
  }

  prevenir(restant) {
    const minutes = Math.max(1, Math.round(restant / 60));
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.className = "bouton mince";
    bouton.textContent = "Prolonger la séance";
    bouton.addEventListener("click", () => this.prolonger());
    const phrase = document.createElement("p");
    phrase.textContent = `Votre séance se termine dans ${minutes} minute${minutes >= 2 ? "s" : ""}. Vos réponses restent dans cette page.`;
    this.avis = document.createElement("div");
    this.avis.className = "avis attention";
    this.avis.setAttribute("role", "alert");
    this.avis.dataset.sessionAvis = "";
    document.querySelector("main")?.prepend(this.avis);
    this.avis.append(phrase, bouton);
  }

  async prolonger() {
    try {
      const reponse = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
      if (reponse.ok) {
        this.armer(this.duree);
        return;
      }
    } catch {
      // dit ci-dessous
    }
    this.avis.querySelector("p").textContent = "La séance n’a pas pu être prolongée. Vos réponses restent dans cette page.";
  }
}

const porteur = document.querySelector("[data-session-fin]");
if (porteur) new Session(porteur);
