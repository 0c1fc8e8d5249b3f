package lightcache4j.kernels.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

/// What kernels may not do because TornadoVM compiles it to something else, and PoCL does not mind.
@Tag("gpu")
class KernelDialectTest {
    /// In a called method, an array in local memory is indexed by bytes behind a header: an NVIDIA
    /// GPU refuses what then lies outside of it.
    @Test
    void noMethodIsHandedALocalArray() {
        List<String> handed =
                new ClassFileImporter()
                        .importPackages(Kernel.class.getPackageName()).stream()
                                .filter(c -> c.getSimpleName().endsWith("Kernels"))
                                .flatMap(c -> c.getMethods().stream())
                                .filter(KernelDialectTest::takesAnArray)
                                .map(JavaMethod::getFullName)
                                .toList();
        assertEquals(List.of(), handed);
    }

    private static boolean takesAnArray(JavaMethod method) {
        return method.getRawParameterTypes().stream().anyMatch(type -> type.isArray());
    }
}
