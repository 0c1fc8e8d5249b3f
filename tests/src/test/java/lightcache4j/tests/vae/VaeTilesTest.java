package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.vae.Pieces;
import lightcache4j.model.vae.Tiling;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Tiles that advance together, piece by piece of a clip. What tiles of a whole clip give is
/// compared with diffusers elsewhere.
class VaeTilesTest {
    private static final FixtureCase CASE = FixtureCase.named("easyanimate_vae/decode_5_frames");
    private static final Runner SCOPED = new Scoped(Runner.PLAIN);
    private static final int TILE = 4; // latents across a tile
    private static final int SIDE = 7; // latents, of which tiles take 4

    static Stream<String> backends() {
        return Session.backends().stream();
    }

    private static Tensor latents(Session session, int frames) {
        return latents(session, frames, SIDE);
    }

    private static Tensor latents(Session session, int frames, int side) {
        int channels = session.vae().config().latentChannels();
        float[] numbers = new float[frames * side * side * channels];
        Random random = new Random(5);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Tensor.of(numbers, frames, side, side, channels);
    }

    private static Pieces tiled(Session session) {
        int scale = session.vae().config().spatialCompression();
        return Pieces.DEFAULT.tiled(Tiling.square(TILE * scale, scale));
    }

    private static List<Values> decode(
            Session session, Tensor latents, Pieces pieces, Swap.Settings swap) {
        List<Values> parts = new ArrayList<>();
        try (Workspace workspace = session.workspace().open();
                Swap away = Swap.open(workspace, swap)) {
            workspace.run(
                    () ->
                            session.vae()
                                    .decode(
                                            latents,
                                            pieces,
                                            away,
                                            SCOPED,
                                            part -> parts.add(Values.of(part))));
        }
        assertEquals(0, session.ledger().current(Pool.HOST));
        return parts;
    }

    private static float[] joined(List<Values> parts) {
        return parts.stream().reduce(Values::then).orElseThrow().numbers();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void piecesOfTilesHaveTheBitsOfTheWholeClip(String backend) {
        try (Session session = Session.open(backend, CASE.model())) {
            Tensor latents = latents(session, 3);
            Pieces pieces = tiled(session);
            List<Values> whole = decode(session, latents, pieces.apart(false), Swap.Settings.OFF);
            assertEquals(1, whole.size());
            List<Values> parts = decode(session, latents, pieces, Swap.Settings.OFF);
            assertEquals(3, parts.size(), "frames leave with their piece");
            assertArrayEquals(joined(whole), joined(parts));
            List<Values> swapped = decode(session, latents, pieces, Swap.Settings.ON);
            assertArrayEquals(joined(whole), joined(swapped));
        }
    }

    @Test
    void aTileThatHoldsTheFrameIsNoTile() {
        try (Session session = Session.open(CASE.model())) {
            int scale = session.vae().config().spatialCompression();
            Tensor latents = latents(session, 2);
            Pieces large = Pieces.DEFAULT.tiled(Tiling.square(SIDE * scale, scale));
            assertArrayEquals(
                    joined(decode(session, latents, Pieces.DEFAULT, Swap.Settings.OFF)),
                    joined(decode(session, latents, large, Swap.Settings.OFF)));
        }
    }

    @Test
    void memoryGrowsNeitherWithTheClipNorAboveThatOfWholeFrames() {
        long few = peak(3, true);
        assertEquals(few, peak(9, true), "peak bytes of 9 and of 33 frames");
        assertTrue(few < peak(3, false), few + " bytes with tiles");
    }

    /// All tiles together have as much of their states in memory as whole frames of a tile's size:
    /// those of the layer that computes and of the next one, of another tile or not. Frames brought
    /// in out of turn would wait there for theirs.
    @Test
    void tilesTakeTurnsInMemory() {
        assertEquals(stateBytes(TILE, false), stateBytes(3 * SIDE, true));
    }

    private static long stateBytes(int side, boolean tiles) {
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        try (Session session = new Session(new Rehearsal(Pool.HOST), CASE.model())) {
            Pieces pieces = tiles ? tiled(session) : Pieces.DEFAULT;
            session.ledger()
                    .observe(
                            (_, pool, part, bytes) -> {
                                if (pool == Pool.HOST && part == Part.STATE) {
                                    most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                                }
                            });
            rehearse(session, latents(session, 5, side), pieces);
        }
        return most.get();
    }

    private static long peak(int frames, boolean tiles) {
        try (Session session = new Session(new Rehearsal(Pool.HOST), CASE.model())) {
            Pieces pieces = tiles ? tiled(session) : Pieces.DEFAULT;
            rehearse(session, latents(session, frames, 3 * SIDE), pieces);
            return session.ledger().peak(Pool.HOST);
        }
    }

    private static void rehearse(Session session, Tensor latents, Pieces pieces) {
        try (Workspace workspace = session.workspace().open();
                Swap away = Swap.open(workspace, Swap.Settings.ON)) {
            workspace.run(() -> session.vae().decode(latents, pieces, away, SCOPED, _ -> {}));
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 8, 56", "512, 8, 448", "32, 8, 24", "16, 8, 8", "24, 4, 20"})
    void neighboursShareAtLeastAnEighth(int side, int scale, int stride) {
        Tiling tiling = Tiling.square(side, scale);
        assertEquals(new Tiling(side, side, stride, stride), tiling);
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "20, 8", "4, 4"})
    void tilesThatCannotOverlapAreRefused(int side, int scale) {
        EngineException refusal =
                assertThrows(EngineException.class, () -> Tiling.square(side, scale));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("tile: is " + side));
    }
}
