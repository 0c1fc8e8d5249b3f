package lightcache4j.cli.media;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// The compression of GIF: Lempel, Ziv and Welch with codes of 3 to 12 bits, in blocks of at most
/// 255 bytes (CompuServe, "Graphics Interchange Format, version 89a", appendix F).
final class GifLzw {
    private static final int LONGEST_CODE = 12;
    private static final int CODES = 1 << LONGEST_CODE;
    private static final int BLOCK = 255;
    private static final int NONE = -1;

    private final OutputStream out;
    private final byte[] block = new byte[BLOCK];
    private int blockLength;
    private int pending;
    private int pendingBits;

    private GifLzw(OutputStream out) {
        this.out = out;
    }

    /// Writes palette indices below `2^bits`.
    static void write(OutputStream out, byte[] indices, int bits) throws IOException {
        out.write(bits);
        GifLzw lzw = new GifLzw(out);
        lzw.encode(indices, bits);
        lzw.flush();
    }

    private void encode(byte[] indices, int bits) throws IOException {
        int clear = 1 << bits;
        int end = clear + 1;
        // followers[code << bits | index]: the code of that string with one index more.
        int[] followers = new int[CODES << bits];
        Arrays.fill(followers, NONE);
        int next = clear + 2;
        int width = bits + 1;
        emit(clear, width);
        int string = indices[0] & 0xff;
        for (int i = 1; i < indices.length; i++) {
            int at = string << bits | (indices[i] & 0xff);
            if (followers[at] != NONE) {
                string = followers[at];
                continue;
            }
            emit(string, width);
            if (next == CODES) {
                emit(clear, width);
                Arrays.fill(followers, NONE);
                next = clear + 2;
                width = bits + 1;
            } else {
                if (next == 1 << width) {
                    width++;
                }
                followers[at] = next++;
            }
            string = indices[i] & 0xff;
        }
        emit(string, width);
        // The reader has one entry more by now, and may have widened its codes for it.
        if (next == 1 << width && width < LONGEST_CODE) {
            width++;
        }
        emit(end, width);
    }

    private void emit(int code, int width) throws IOException {
        pending |= code << pendingBits;
        pendingBits += width;
        while (pendingBits >= 8) {
            put((byte) pending);
            pending >>>= 8;
            pendingBits -= 8;
        }
    }

    private void put(byte value) throws IOException {
        block[blockLength++] = value;
        if (blockLength == BLOCK) {
            flushBlock();
        }
    }

    private void flushBlock() throws IOException {
        if (blockLength > 0) {
            out.write(blockLength);
            out.write(block, 0, blockLength);
            blockLength = 0;
        }
    }

    private void flush() throws IOException {
        if (pendingBits > 0) {
            put((byte) pending);
        }
        flushBlock();
        out.write(0);
    }
}
