package lightcache4j.tests.dit;

import lightcache4j.model.dit.Conditioning;
import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.run.Runner;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Values;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// One row of a transformer fixture's batch, as the model takes it.
record TransformerCase(FixtureCase fixture, int row) {
    static final String COMPONENT = "easyanimate_transformer";

    static List<TransformerCase> rows(FixtureCase fixture) {
        int batch = fixture.input("hidden_states").batch();
        return IntStream.range(0, batch)
                .mapToObj(row -> new TransformerCase(fixture, row))
                .toList();
    }

    Tensor latents() {
        return fixture.input("hidden_states").sample(row).channelsLast().tensor();
    }

    float timestep() {
        return fixture.input("timestep").numbers()[row];
    }

    Conditioning conditioning() {
        return new Conditioning(
                fixture.input("encoder_hidden_states").sample(row).tensor(),
                fixture.has("encoder_hidden_states_t5")
                        ? fixture.input("encoder_hidden_states_t5").sample(row).tensor()
                        : null,
                video("inpaint_latents"),
                video("control_latents"));
    }

    private Tensor video(String name) {
        return fixture.has(name) ? fixture.input(name).sample(row).channelsLast().tensor() : null;
    }

    Values expected() {
        return fixture.output("sample").sample(row);
    }

    /// What every module put out for this row, by path.
    Map<String, Values> expectedSites() {
        Map<String, Values> sites = new LinkedHashMap<>();
        fixture.outputs().forEach((path, values) -> sites.put(path, values.sample(row)));
        return sites;
    }

    /// The model's prediction, channels first; holds that nothing is left allocated.
    Values predict(EasyAnimateTransformer3DModel model, Backend.Provider provider, Runner runner) {
        return Backends.compute(
                provider,
                () -> {
                    Tensor y = model.forward(latents(), timestep(), conditioning(), runner);
                    return Values.of(Workspace.current().download(y)).channelsFirst();
                });
    }
}
