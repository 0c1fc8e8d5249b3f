package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The launcher in a tree of its own, with a `java` and a `mvn` that only write down how they were
/// called. On Windows it is `lightcache4j.cmd`.
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");

    private static final String JAVA =
            """
            #!/bin/sh
            printf 'run %s\\n' "$0"
            printf '%s\\n' "$@"
            exit 3
            """;

    private static final String MAVEN =
            """
            #!/bin/sh
            echo "$@" >>"$(dirname "$0")/calls"
            if [ -f "$(dirname "$0")/fails" ]; then
                echo '[INFO] fine'
                echo '[ERROR] something is wrong'
                exit 1
            fi
            mkdir -p cli/target/dist/lib
            """;

    @TempDir private Path folder;
    private Path tree;
    private Path tools;

    /// What a call printed, and its exit code.
    private record Call(int code, List<String> out, List<String> err) {}

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectories(folder.resolve("a tree")).toRealPath();
        for (String part : List.of("tensors", "weights", "kernels", "model", "cli/target/dist")) {
            Files.createDirectories(tree.resolve(part));
        }
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.copy(ROOT.resolve("lightcache4j"), tree.resolve("lightcache4j"));
        Files.copy(ROOT.resolve("cli/jvm.options"), tree.resolve("cli/jvm.options"));
        Files.writeString(tree.resolve("cli/target/dist/built"), "");
        tools = Files.createDirectories(folder.resolve("tools")).toRealPath();
        program(tools.resolve("mvn"), MAVEN);
        jdk("jdk", "25.0.3");
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        program(home.resolve("bin/java"), JAVA);
        program(home.resolve("bin/javac"), JAVA);
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private Call call(Path launcher, Map<String, String> more, String... words)
            throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", launcher.toString());
        builder.command().addAll(List.of(words));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", tools + ":/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        environment.putAll(more);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        int code = builder.start().waitFor();
        return new Call(code, Files.readAllLines(out), Files.readAllLines(err));
    }

    private Call call(String... words) throws IOException, InterruptedException {
        return call(tree.resolve("lightcache4j"), Map.of(), words);
    }

    private List<String> builds() throws IOException {
        Path calls = tools.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private void touch(String file) throws IOException {
        Path path = tree.resolve(file);
        if (!Files.exists(path)) {
            Files.writeString(path, "");
        }
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(60)));
    }

    @Test
    void handsOnEveryWordAndTheExitCode() throws IOException, InterruptedException {
        Call call = call("generate", "a \"red\" circle * $HOME", "", "--steps", "3");
        assertEquals(3, call.code);
        assertEquals(List.of(), builds());
        int module = call.out.indexOf("lightcache4j.cli/lightcache4j.cli.Main");
        List<String> words = List.of("generate", "a \"red\" circle * $HOME", "", "--steps", "3");
        assertEquals(words, call.out.subList(module + 1, call.out.size()));
        assertTrue(call.out.contains("@" + tree.resolve("cli/jvm.options")), call.out.toString());
        assertTrue(call.out.contains("-Dlightcache4j.home=" + tree), call.out.toString());
        int path = call.out.indexOf("--module-path");
        assertEquals(tree.resolve("cli/target/dist/lib").toString(), call.out.get(path + 1));
    }

    @Test
    void optionsOfTheUserComeAfterItsOwn() throws IOException, InterruptedException {
        Call call =
                call(
                        tree.resolve("lightcache4j"),
                        Map.of("LIGHTCACHE4J_OPTS", "-Xmx2g -Da=b"),
                        "--version");
        int own = call.out.indexOf("@" + tree.resolve("cli/jvm.options"));
        int first = call.out.indexOf("-Xmx2g");
        assertTrue(own >= 0 && own < first, call.out.toString());
        assertEquals("-Da=b", call.out.get(first + 1));
        assertTrue(first < call.out.indexOf("--module"), call.out.toString());
    }

    @Test
    void findsItsTreeThroughLinks() throws IOException, InterruptedException {
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, Path.of("a tree", "lightcache4j"));
        Call call = call(link, Map.of(), "--version");
        assertTrue(call.out.contains("-Dlightcache4j.home=" + tree), call.out.toString());
    }

    @Test
    void passesOverAJdkThatIsTooOld() throws IOException, InterruptedException {
        jdk("jdk", "24.0.1");
        jdk("newer", "26");
        String path = folder.resolve("newer/bin") + ":" + tools + ":/usr/bin:/bin";
        Call call = call(tree.resolve("lightcache4j"), Map.of("PATH", path), "--version");
        assertEquals("run " + folder.resolve("newer/bin/java").toRealPath(), call.out.getFirst());
    }

    @Test
    void buildsOnFirstUseAndAfterSourcesChanged() throws IOException, InterruptedException {
        Files.delete(tree.resolve("cli/target/dist/built"));
        Call first = call("--version");
        assertEquals(3, first.code);
        assertEquals(1, builds().size());
        assertTrue(builds().getFirst().contains("-pl cli -am package"), builds().getFirst());
        assertTrue(first.err.getFirst().startsWith("Building LightCache4J"), first.err.toString());
        call("--version");
        assertEquals(1, builds().size());
        touch("model/target");
        call("--version");
        assertEquals(1, builds().size(), "what a build leaves is no source");
        touch("model/New.java");
        call("--version");
        assertEquals(2, builds().size());
    }

    @Test
    void aBuildThatFailsIsSaidAndTriedAgain() throws IOException, InterruptedException {
        Files.delete(tree.resolve("cli/target/dist/built"));
        Files.writeString(tools.resolve("fails"), "");
        Call call = call("--version");
        assertEquals(70, call.code);
        assertEquals(List.of(), call.out);
        assertEquals("[ERROR] something is wrong", call.err.get(1));
        assertTrue(call.err.get(2).startsWith("lightcache4j: the build failed; "), call.err.get(2));
        assertEquals(3, call.err.size());
        assertFalse(Files.exists(tree.resolve("cli/target/dist/built")));
        Files.delete(tools.resolve("fails"));
        assertEquals(3, call("--version").code);
        assertEquals(2, builds().size());
    }

    /// The SDK's options come first, so that our module path is the one that counts, and its own
    /// choice of a collector stands.
    @Test
    void aGpuNeedsTheSdkAndItsModule() throws IOException, InterruptedException {
        Path sdk = Files.createDirectories(folder.resolve("sdk")).toRealPath();
        Files.createDirectories(sdk.resolve("share/java/tornado"));
        Files.writeString(sdk.resolve("tornado-argfile.template"), "-Da=${TORNADOVM_HOME}/lib\n");
        Map<String, String> with = Map.of("TORNADOVM_HOME", sdk.toString());
        Call plain = call(tree.resolve("lightcache4j"), with, "generate", "x");
        assertTrue(plain.out.contains("-XX:+UseSerialGC"), plain.out.toString());
        assertEquals(List.of(), builds());
        Call call = call(tree.resolve("lightcache4j"), with, "generate", "x", "--backend", "gpu");
        assertTrue(builds().getFirst().contains("-Pgpu"), builds().toString());
        assertEquals("@" + tree.resolve("cli/target/dist/tornado-argfile"), call.out.get(1));
        assertEquals(
                List.of("-Da=" + sdk + "/lib"),
                Files.readAllLines(tree.resolve("cli/target/dist/tornado-argfile")));
        assertFalse(call.out.contains("-XX:+UseSerialGC"), call.out.toString());
        int path = call.out.indexOf("--module-path");
        assertEquals(
                List.of(
                        tree.resolve("cli/target/dist/lib").toString(),
                        tree.resolve("kernels/gpu/target/dist").toString(),
                        sdk.resolve("share/java/tornado").toString()),
                List.of(call.out.get(path + 1).split(":", -1)));
    }

    @Test
    void thisJvmKnowsTheOptions() throws IOException, InterruptedException {
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "@" + ROOT.resolve("cli/jvm.options"),
                                "-version")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        assertTrue(said.contains("version \"" + System.getProperty("java.version")), said);
        assertEquals(3, said.lines().count(), said);
    }
}
