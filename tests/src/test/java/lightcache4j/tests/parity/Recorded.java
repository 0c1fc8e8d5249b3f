package lightcache4j.tests.parity;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Keeps a copy of what every site puts out, in the order in which sites finish. A site that runs
/// piece by piece, such as a causal decoder's, has its pieces joined along the outermost axis.
public final class Recorded implements Runner {
    private final Runner next;
    private final Map<String, Values> outputs = new LinkedHashMap<>();

    /// @param next who runs the bodies
    public Recorded(Runner next) {
        this.next = next;
    }

    /// Records plain runs.
    public static Recorded plain() {
        return new Recorded(Runner.PLAIN);
    }

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        Features y = next.run(site, x, body);
        keep(site.path(), y.video());
        Tensor text = y.text();
        if (text != null) {
            keep(site.path() + ".text", text);
        }
        return y;
    }

    private void keep(String path, Tensor tensor) {
        Values values = Values.of(Workspace.current().download(tensor));
        outputs.merge(path, values, Values::then);
    }

    /// What was kept by path, the text stream with `.text` behind it, in order of completion.
    public Map<String, Values> outputs() {
        return outputs;
    }
}
