package lightcache4j.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import lightcache4j.tests.architecture.broken.Broken;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.stream.Stream;

/// Rules about classes, checked on what was compiled.
class ArchitectureTest {
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(
                            location ->
                                    !location.contains("/lightcache4j/tests/")
                                            && !location.contains("/lightcache4j/bench/"))
                    .importPackages("lightcache4j");

    private static final JavaClasses BROKEN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.OnlyIncludeTests())
                    .importPackagesOf(Broken.class);

    private static final ArchRule NO_CYCLES =
            slices().matching("lightcache4j.(**)").should().beFreeOfCycles();

    private static final ArchRule TENSORS_NEED_THE_JDK_ONLY =
            classes()
                    .that()
                    .resideInAPackage("lightcache4j.tensors..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("lightcache4j.tensors..", "java..", "org.jspecify..");

    private static final ArchRule WEIGHTS_KNOW_TENSORS_ONLY =
            noClasses()
                    .that()
                    .resideInAPackage("lightcache4j.weights..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "lightcache4j.model..", "lightcache4j.kernels..", "lightcache4j.cli..");

    private static final ArchRule MODEL_NEVER_SEES_KERNELS =
            noClasses()
                    .that()
                    .resideInAPackage("lightcache4j.model..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("lightcache4j.kernels..", "lightcache4j.cli..");

    private static final ArchRule KERNELS_KNOW_TENSORS_ONLY =
            noClasses()
                    .that()
                    .resideInAPackage("lightcache4j.kernels..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "lightcache4j.model..", "lightcache4j.weights..", "lightcache4j.cli..");

    private static final ArchRule ONE_PACKAGE_USES_THE_INCUBATOR =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("lightcache4j.kernels.vector..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("jdk.incubator..");

    private static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("lightcache4j.cli..")
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .orShould()
                    .callMethod(Throwable.class, "printStackTrace");

    private static final ArchRule NAMES_SAY_SOMETHING =
            noClasses()
                    .should()
                    .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)(\\$.*)?")
                    .orShould()
                    .haveSimpleNameStartingWith("Abstract");

    private static final ArchRule STATICS_ARE_FINAL =
            fields().that().areStatic().should().beFinal();

    /// The rules that sample classes can break; directions of dependency are told by package names.
    private static final Map<String, ArchRule> BREAKABLE =
            Map.of(
                    "one package uses the incubator", ONE_PACKAGE_USES_THE_INCUBATOR,
                    "only the command line prints", ONLY_THE_COMMAND_LINE_PRINTS,
                    "names say something", NAMES_SAY_SOMETHING,
                    "statics are final", STATICS_ARE_FINAL);

    private static final Map<String, ArchRule> DIRECTIONS =
            Map.of(
                    "no cycles", NO_CYCLES,
                    "tensors need the JDK only", TENSORS_NEED_THE_JDK_ONLY,
                    "weights know tensors only", WEIGHTS_KNOW_TENSORS_ONLY,
                    "model never sees kernels", MODEL_NEVER_SEES_KERNELS,
                    "kernels know tensors only", KERNELS_KNOW_TENSORS_ONLY);

    @TestFactory
    Stream<DynamicTest> theProductKeepsEveryRule() {
        return Stream.concat(BREAKABLE.entrySet().stream(), DIRECTIONS.entrySet().stream())
                .map(
                        rule ->
                                DynamicTest.dynamicTest(
                                        rule.getKey(), () -> rule.getValue().check(PRODUCT)));
    }

    @TestFactory
    Stream<DynamicTest> brokenSamplesBreakTheRules() {
        return BREAKABLE.entrySet().stream()
                .map(
                        rule ->
                                DynamicTest.dynamicTest(
                                        rule.getKey(),
                                        () ->
                                                assertThrows(
                                                        AssertionError.class,
                                                        () -> rule.getValue().check(BROKEN))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensors", "weights", "kernels", "model", "cli"})
    void everyPartWasRead(String part) {
        long count =
                PRODUCT.stream()
                        .filter(c -> c.getName().startsWith("lightcache4j." + part))
                        .filter(c -> !c.getSimpleName().equals("package-info"))
                        .count();
        assertTrue(count > 0, "no class of " + part + " was found: the rules see nothing of it");
    }

    @Test
    void theWholeWasRead() {
        assertTrue(PRODUCT.size() > 40, "only " + PRODUCT.size() + " classes were found");
    }
}
