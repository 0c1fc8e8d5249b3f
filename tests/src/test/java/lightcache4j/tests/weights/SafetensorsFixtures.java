package lightcache4j.tests.weights;

import java.nio.file.Path;

/// What `tests/fixtures/safetensors_cases.py` wrote.
final class SafetensorsFixtures {
    private static final Path FOLDER = Path.of("fixtures", "safetensors");

    /// Files and the official library's verdict on each.
    static final Path CASES = FOLDER.resolve("cases.json");

    /// Codes of every dtype, `X`, and their values as PyTorch sees them, `X.float`.
    static final Path ELEMENTS = FOLDER.resolve("elements.safetensors");

    private SafetensorsFixtures() {}
}
