"""Uses an output as those do who have it: prints a line that says what came of it."""
import contextlib
import io
import logging
import sys

what, file = sys.argv[1:3]
logging.disable(logging.CRITICAL)


def owlready2():
    import owlready2

    o = owlready2.get_ontology("file://" + file).load()
    return f"{len(list(o.classes()))} classes, {len(list(o.object_properties()))} object and {len(list(o.data_properties()))} data properties"


def skosify():
    import rdflib
    from skosify import skosify

    before = rdflib.Graph().parse(file)
    after = skosify(file)
    schemes = len(list(before.subjects(rdflib.RDF.type, rdflib.SKOS.ConceptScheme)))
    lost = [t for t in before if t not in after]
    return f"{schemes} schemes, {len(lost)} statements lost, {len([t for t in after if t not in before])} added"


def sssom():
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    mappings = parse_sssom_table(file)
    with contextlib.redirect_stdout(io.StringIO()):
        reports = validate(mappings, fail_on_error=False)
    faults = sum(len(r.results) for r in reports.values())
    return f"{len(mappings.df)} mappings, {faults} faults"


def pylode():
    import pathlib
    import re
    import site

    # Its wheel (3.4.1) has not the file that it reads its version from.
    (pathlib.Path(site.getsitepackages()[0]) / "pyproject.toml").write_text('[project]\nname = "pylode"\nversion = "3.4.1"\n')
    from pylode import OntPub

    page = OntPub(ontology=file).make_html()
    import rdflib

    terms = {s for s in rdflib.Graph().parse(file).subjects(rdflib.RDFS.isDefinedBy) if isinstance(s, rdflib.URIRef)}
    shown = {t for t in terms if re.search("[>\"]" + re.escape(str(t)) + "[<\"]", page)}
    return f"{len(shown)} of {len(terms)} terms in the page"


print(globals()[what]())
