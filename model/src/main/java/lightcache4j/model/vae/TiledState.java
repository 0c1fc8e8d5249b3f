package lightcache4j.model.vae;

import lightcache4j.model.run.swap.Shelf;
import lightcache4j.model.run.swap.Swap;

import java.util.List;
import java.util.stream.IntStream;

/// How far each tile of a clip has come. The tiles share a shelf, on which those of a piece take
/// their turns: while one computes, the first frames that the next looks back at are brought in.
///
/// @param tiles in the order in which they are coded
record TiledState(List<CausalState> tiles) implements AutoCloseable {

    static TiledState open(Pieces pieces, Swap swap, int count) {
        Shelf shelf = swap.state();
        return new TiledState(
                IntStream.range(0, count)
                        .mapToObj(i -> new CausalState(pieces, shelf, i == count - 1))
                        .toList());
    }

    CausalState tile(int number) {
        return tiles.get(number);
    }

    @Override
    public void close() {
        tiles.forEach(CausalState::close);
    }
}
