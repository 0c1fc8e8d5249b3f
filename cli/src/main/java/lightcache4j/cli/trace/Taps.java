package lightcache4j.cli.trace;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Keeps what every site puts out, by its path; the text stream of a two-stream model with `.text`
/// behind it. A site that runs piece by piece has its pieces joined along time.
public final class Taps implements Runner {
    private final Runner next;
    private final Map<String, List<Tensor>> pieces = new LinkedHashMap<>();

    /// @param next who runs the bodies
    public Taps(Runner next) {
        this.next = next;
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
        pieces.computeIfAbsent(path, _ -> new ArrayList<>())
                .add(Workspace.current().download(tensor));
    }

    /// What was kept, in the order in which sites finished first; videos as `[C, F, H, W]`.
    public Map<String, Tensor> outputs() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        pieces.forEach(
                (path, parts) -> {
                    Tensor whole = HostLayout.joined(parts);
                    outputs.put(
                            path,
                            whole.shape().rank() == 4 ? HostLayout.channelsFirst(whole) : whole);
                });
        return outputs;
    }
}
