import java.io.File;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Donne à veraPDF chaque fichier nommé, pour les deux profils; tests/outils/verapdf.py lit ce qui s’écrit ici. */
class VeraPdf {
    static final List<PDFAFlavour> PROFILS = List.of(PDFAFlavour.PDFUA_1, PDFAFlavour.PDFA_2_A);

    public static void main(String[] chemins) {
        VeraGreenfieldFoundryProvider.initialise();
        for (String chemin : chemins) {
            for (PDFAFlavour profil : PROFILS) {
                juger(new File(chemin), profil);
            }
        }
    }

    static void juger(File fichier, PDFAFlavour profil) {
        String nom = fichier.getName();
        var moteur = Foundries.defaultInstance();
        try (var lu = moteur.createParser(fichier, profil);
                var juge = moteur.createValidator(profil, false)) {
            ValidationResult resultat = juge.validate(lu);
            for (TestAssertion faute : resultat.getTestAssertions()) {
                var regle = faute.getRuleId();
                String clause = regle.getClause() + "-" + regle.getTestNumber();
                dire("faute", nom, profil.getId(), clause, faute.getMessage());
            }
            if (resultat.isCompliant()) {
                dire("conforme", nom, profil.getId());
            }
        } catch (Exception erreur) {
            dire("faute", nom, profil.getId(), "illisible", String.valueOf(erreur.getMessage()));
        }
    }

    static void dire(String... champs) {
        System.out.println(Stream.of(champs).map(c -> c.replaceAll("\\s+", " ")).collect(Collectors.joining("\t")));
    }
}
