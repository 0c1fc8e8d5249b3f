package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.bench.DeviceKernels;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

/// The benchmark times the kernels that compute a case, and not the copies around them.
@Tag("gpu")
class DeviceKernelsTest {
    @BeforeEach
    void requireDevice() {
        Backends.working("gpu");
    }

    @Test
    void aProductIsOneKernel() throws IOException {
        var result =
                DeviceKernels.measure(SequenceCases.linear(64, 64, 64, DType.F32, Activation.NONE));
        assertEquals(List.of("PRODUCT"), result.kernels());
        assertTrue(result.nanos() > 0);
    }

    @Test
    void allKernelsOfACaseCount() throws IOException {
        var result = DeviceKernels.measure(VideoCases.groupStatistics(3, 8, 8, 16, 4, true));
        assertEquals(List.of("GROUP_SPANS", "GROUP_STATISTICS"), result.kernels());
        assertTrue(result.nanos() > 0);
    }
}
