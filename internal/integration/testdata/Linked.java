import java.util.ArrayList;
import java.util.List;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.NodeFactory;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.Quad;

/** Follows links through the pages of trialweave serve with Jena. Prints what is wrong. */
public class Linked {
    static final String REGISTRY = "https://clinicaltrials.gov/";
    static final Node SPONSOR = NodeFactory.createURI("https://schema.org/sponsor");
    static final Node NAME = NodeFactory.createURI("https://schema.org/name");

    /** Reads what an IRI leads to; the registry's are served at the address. */
    static DatasetGraph read(String iri, String address, String media) {
        String url = iri.startsWith(REGISTRY) ? address + iri.substring(REGISTRY.length()) : iri;
        return RDFParser.source(url).acceptHeader(media).toDatasetGraph();
    }

    static List<String> find(DatasetGraph data, Node subject, Node predicate, Node object, boolean objects) {
        List<String> out = new ArrayList<>();
        data.find(Node.ANY, subject, predicate, object).forEachRemaining((Quad q) -> {
            Node n = objects ? q.getObject() : q.getSubject();
            String s = n.isURI() ? n.getURI() : n.getLiteralLexicalForm();
            if (!out.contains(s)) {
                out.add(s);
            }
        });
        return out;
    }

    public static void main(String[] args) {
        String address = args[0], start = REGISTRY + "study/NCT99990001";
        for (String media : new String[] {"text/turtle", "application/trig", "application/rdf+xml", "application/ld+json"}) {
            List<String> sponsors = find(read(start, address, media), NodeFactory.createURI(start), SPONSOR, Node.ANY, true);
            if (sponsors.size() != 1 || !sponsors.get(0).startsWith(address)) {
                System.out.println(media + ": sponsors " + sponsors);
                continue;
            }
            Node sponsor = NodeFactory.createURI(sponsors.get(0));
            DatasetGraph about = read(sponsor.getURI(), address, media);
            if (find(about, sponsor, NAME, Node.ANY, true).isEmpty()) {
                System.out.println(media + ": the sponsor has no name");
            }
            List<String> others = find(about, Node.ANY, SPONSOR, sponsor, false);
            others.remove(start);
            if (others.isEmpty()) {
                System.out.println(media + ": the sponsor leads to no other study");
                continue;
            }
            String other = others.get(0);
            if (!find(read(other, address, media), NodeFactory.createURI(other), SPONSOR, Node.ANY, true).contains(sponsor.getURI())) {
                System.out.println(media + ": the other study does not lead back");
            }
        }
    }
}
