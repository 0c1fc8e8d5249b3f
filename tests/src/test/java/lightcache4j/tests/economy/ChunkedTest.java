package lightcache4j.tests.economy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.model.run.Chunked;
import lightcache4j.model.run.Chunking;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Arithmetic;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Where layers are cut.
class ChunkedTest {
    private static final Site SITE = Site.of("site", Axis.TOKEN);

    @ParameterizedTest
    @CsvSource({
        "60, 2, 30 30",
        "7, 3, 2 2 3",
        "7, 9, 2 2 3",
        "3, 2, 3",
        "191, 2, 95 96",
        "192, 2, 96 96",
        "256, 2, 144 112",
        "400, 3, 144 144 112",
        "1000, 4, 240 240 288 232"
    })
    void piecesAreEvenAndLongOnesBeginWhereBlocksOfRowsDo(int length, int wanted, String lengths) {
        List<Long> pieces = new ArrayList<>();
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = i;
        }
        float[] doubled =
                Backends.compute(
                        Backends.preferred(),
                        () -> {
                            Workspace here = Workspace.current();
                            Tensor x = here.upload(Tensor.of(numbers, length, 1));
                            Runner runner = new Chunked(Chunking.everywhere(wanted), Runner.PLAIN);
                            Features y = runner.run(SITE, Features.of(x), h -> doubled(h, pieces));
                            return here.download(y.video()).toFloats();
                        });
        assertEquals(Stream.of(lengths.split(" ")).map(Long::valueOf).toList(), pieces);
        for (int i = 0; i < length; i++) {
            assertEquals(2f * i, doubled[i]);
        }
    }

    private static Features doubled(Features h, List<Long> pieces) {
        pieces.add(h.video().dim(0));
        return Features.of(Arithmetic.add(h.video(), h.video()));
    }
}
