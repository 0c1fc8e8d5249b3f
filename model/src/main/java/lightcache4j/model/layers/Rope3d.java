package lightcache4j.model.layers;

import static lightcache4j.tensors.Functional.ropeInto;

import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

/// Rotary position of video tokens in time, height and width (RoFormer, arXiv:2104.09864, in three
/// dimensions as `get_3d_rotary_pos_embed` of diffusers has it).
///
/// A head's features are split: a quarter turns with the frame, three eighths with the row, three
/// eighths with the column; neighbours form the pairs that turn. The tables depend on sizes alone,
/// so one serves all steps of a run.
///
/// @param cos `[L, d/2]`, tokens ordered frame, row, column
/// @param sin `[L, d/2]`
public record Rope3d(Tensor cos, Tensor sin) {
    private static final double THETA = 10_000;

    /// Where the grid of tokens lies in the grid that the model was trained with, in its units.
    public record Region(int top, int left, int bottom, int right) {

        /// `rows × columns` scaled to fit a base grid and laid in its middle. Halves are rounded to
        /// even, as Python does.
        public static Region centred(int rows, int columns, int baseRows, int baseColumns) {
            boolean tall = (double) rows / columns > (double) baseRows / baseColumns;
            int height = tall ? baseRows : (int) Math.rint((double) baseColumns / columns * rows);
            int width = tall ? (int) Math.rint((double) baseRows / rows * columns) : baseColumns;
            int top = (int) Math.rint((baseRows - height) / 2.0);
            int left = (int) Math.rint((baseColumns - width) / 2.0);
            return new Region(top, left, top + height, left + width);
        }
    }

    /// Tables for a grid of tokens, in the current workspace.
    ///
    /// @param dim features of a head, a multiple of 16
    public static Rope3d of(int frames, int rows, int columns, Region region, int dim) {
        float[] t = positions(0, frames - 1, frames);
        float[] h = positions(region.top(), last(region.bottom(), rows), rows);
        float[] w = positions(region.left(), last(region.right(), columns), columns);
        float[][] time = angles(t, dim / 4);
        float[][] height = angles(h, dim / 8 * 3);
        float[][] width = angles(w, dim / 8 * 3);

        float[] angles = new float[frames * rows * columns * (dim / 2)];
        int at = 0;
        for (int f = 0; f < frames; f++) {
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    at = append(angles, at, time[f]);
                    at = append(angles, at, height[r]);
                    at = append(angles, at, width[c]);
                }
            }
        }
        return tables(angles, dim / 2);
    }

    /// Turns the pairs of each head of `x` `[L, D]`, the tokens from `first` on, in place.
    public void rotate(Tensor x, int heads, long first) {
        long end = first + x.dim(0);
        ropeInto(x, x, heads, cos.rows(first, end), sin.rows(first, end), true);
    }

    private static float last(int stop, int count) {
        return (float) ((double) stop * (count - 1) / count);
    }

    /// `count` evenly spaced numbers, in float32 and from both ends towards the middle, as
    /// `torch.linspace` computes them.
    private static float[] positions(float first, float last, int count) {
        float[] p = new float[count];
        float step = count > 1 ? (last - first) / (count - 1) : 0;
        for (int i = 0; i < count; i++) {
            p[i] = i < count / 2 || count == 1 ? first + step * i : last - step * (count - 1 - i);
        }
        return p;
    }

    /// Position times frequency, `dim / 2` of them for each position.
    private static float[][] angles(float[] positions, int dim) {
        float[][] angles = new float[positions.length][dim / 2];
        for (int i = 0; i < dim / 2; i++) {
            float frequency = 1f / (float) Math.pow(THETA, (float) (2 * i) / dim);
            for (int p = 0; p < positions.length; p++) {
                angles[p][i] = positions[p] * frequency;
            }
        }
        return angles;
    }

    private static int append(float[] to, int at, float[] part) {
        System.arraycopy(part, 0, to, at, part.length);
        return at + part.length;
    }

    private static Rope3d tables(float[] angles, int width) {
        float[] cos = new float[angles.length];
        float[] sin = new float[angles.length];
        for (int i = 0; i < angles.length; i++) {
            cos[i] = (float) Math.cos(angles[i]);
            sin[i] = (float) Math.sin(angles[i]);
        }
        Workspace workspace = Workspace.current();
        return new Rope3d(
                workspace.upload(Tensor.of(cos, angles.length / width, width)),
                workspace.upload(Tensor.of(sin, angles.length / width, width)));
    }
}
