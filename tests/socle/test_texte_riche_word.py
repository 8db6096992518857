"""Ce que laisse un collage de Word, de Docs ou de LibreOffice."""

from socle.texte.riche import nettoyer

LISTE = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; mso-style-name:"Normal";} --></style></head>
<body lang=FR-CA style='tab-interval:35.4pt'><!--StartFragment-->
<p class=MsoTitle>Plan régional<o:p></o:p></p>
<h1 style='margin-top:12.0pt'><span style='font-family:"Arial"'>Portrait</span></h1>
<p class=MsoNormal style='text-align:justify'><b style='mso-bidi-font-weight:normal'><span style='color:red'>Deux
sièges</span></b> sont réservés<span style='mso-spacerun:yes'>&nbsp; </span>; voir
<span style='font-style:italic'>le guide</span>.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>allocation</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>
&nbsp; </span></span><![endif]>transport</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>·<span> </span></span>documents</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>1.<span>&nbsp;</span></span>premier</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>2.<span>&nbsp;</span></span>second</p>
<!--EndFragment--></body></html>"""


def test_une_liste_de_word_redevient_une_liste():
    assert nettoyer(LISTE) == (
        "<h3>Plan régional</h3><h3>Portrait</h3>"
        "<p><strong>Deux sièges</strong> sont réservés ; voir <em>le guide</em>.</p>"
        "<ul><li>allocation<ul><li>transport</li></ul></li><li>documents</li></ul>"
        "<ol><li>premier</li><li>second</li></ol>"
    )


def test_une_puce_ecrite_sans_style_de_liste_est_reconnue_et_un_simple_retrait_ne_l_est_pas():
    html = (
        "<p class=MsoListParagraph>·&nbsp;&nbsp;&nbsp; puce</p><p class=MsoListParagraph>1)&nbsp; numéro</p>"
        "<p class=MsoListParagraph>un retrait</p>"
    )
    assert nettoyer(html) == "<ul><li>puce</li></ul><ol><li>numéro</li></ol><p>un retrait</p>"


def test_un_tableau_de_word_perd_ses_largeurs_et_gagne_des_en_tetes():
    html = """<table class=MsoTableGrid border=1 cellspacing=0 width=623 style='border-collapse:collapse'>
    <tr style='height:1.0cm'><td width=311 valign=top style='width:233.6pt'><p class=MsoNormal><b>MRC</b></p></td>
    <td width=311><p class=MsoNormal><b>Montant</b></p></td></tr>
    <tr><td><p class=MsoNormal>La Matanie</p></td>
    <td><p class=MsoNormal align=right>1&nbsp;234&nbsp;$</p></td></tr></table>"""
    assert nettoyer(html) == (
        "<table><thead><tr>"
        '<th scope="col"><strong>MRC</strong></th><th scope="col"><strong>Montant</strong></th></tr></thead>'
        "<tbody><tr><td>La Matanie</td><td>1\u00a0234\u00a0$</td></tr></tbody></table>"
    )


def test_les_ajouts_suivis_restent_et_les_suppressions_et_commentaires_partent():
    html = """<p>Gardé <ins cite="mailto:a@b.ca">ajouté</ins> <del>retiré</del></p>
    <div style='mso-element:comment-list'><div style='mso-element:comment'>[A1] à vérifier</div></div>"""
    assert nettoyer(html) == "<p>Gardé ajouté</p>"


def test_l_enveloppe_de_docs_ne_met_pas_tout_en_gras():
    html = (
        '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span style="font-weight:400">Un </span>'
        '<span style="font-weight:700">mot</span></p></b>'
    )
    assert nettoyer(html) == "<p>Un <strong>mot</strong></p>"


def test_une_note_de_bas_de_page_perd_son_lien_interne():
    assert nettoyer('<p>Selon<a href="#_ftn1" name="_ftnref1">[1]</a></p>') == "<p>Selon[1]</p>"
