package lightcache4j.model.text;

import lightcache4j.tensors.Functional;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

/// Multimodal rotary position (Qwen2-VL, arXiv:2409.12191, section 2.1): a token stands at a time,
/// a height and a width, and each section of the frequencies follows one of the three. For text,
/// all three are its index.
///
/// @param cos `[L, d/2]`
/// @param sin `[L, d/2]`
record Mrope(Tensor cos, Tensor sin) {
    private static final int KINDS = 3;

    /// Angles for text of `length` tokens, in the current workspace.
    static Mrope ofText(int length, Qwen2VLConfig c) {
        int[] positions = new int[KINDS * length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i % length;
        }
        return of(positions, length, c);
    }

    /// Angles for tokens at `positions`, `[3, L]`: their times, then heights, then widths.
    static Mrope of(int[] positions, int length, Qwen2VLConfig c) {
        int half = c.headDim() / 2;
        float[] cos = new float[length * half];
        float[] sin = new float[length * half];
        for (int j = 0; j < half; j++) {
            // Rounded at each step as the original is, for late positions multiply what is off.
            float exponent = 2f * j / c.headDim();
            float frequency = 1 / (float) Math.pow(c.theta(), exponent);
            int kind = kind(j, c);
            for (int l = 0; l < length; l++) {
                float angle = positions[kind * length + l] * frequency;
                cos[l * half + j] = (float) Math.cos(angle);
                sin[l * half + j] = (float) Math.sin(angle);
            }
        }
        Workspace workspace = Workspace.current();
        return new Mrope(
                workspace.upload(Tensor.of(cos, length, half)),
                workspace.upload(Tensor.of(sin, length, half)));
    }

    /// Which kind of position frequency `j` follows.
    private static int kind(int j, Qwen2VLConfig c) {
        int end = 0;
        for (int s = 0; s < c.sections().size(); s++) {
            end += c.sections().get(s);
            if (j < end) {
                return s % KINDS;
            }
        }
        return 0;
    }

    /// Queries or keys `[L, H·d]`, turned by where they stand; the halves of a head make the pairs.
    Tensor rotate(Tensor x, int heads) {
        return Functional.rope(x, heads, cos, sin, false);
    }
}
