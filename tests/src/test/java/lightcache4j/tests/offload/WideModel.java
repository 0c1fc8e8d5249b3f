package lightcache4j.tests.offload;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.tests.parity.FixtureCase;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The demo pipeline with a transformer of another size, its weights in bfloat16 and random, small
/// enough that nothing overflows.
///
/// Of each tensor no more than the first bytes are written; the rest is a hole in the file, which
/// takes no room on the disk and as much memory as any other bytes once it is read.
///
/// @param layers of the transformer
/// @param heads of 64 features each
/// @param timeDim features of the time
/// @param written bytes of each tensor that are written, at most
record WideModel(int layers, int heads, int timeDim, int written) {
    private static final int HEAD = 64;
    private static final int TEXT = 128; // what the demo's text encoder gives
    private static final int CHANNELS = 16; // of the demo's latents
    private static final int PATCH = 2;
    private static final long SEED = 4;

    private long dim() {
        return (long) heads * HEAD;
    }

    /// Bytes of a block.
    long blockBytes() {
        return bytes("transformer_blocks.0.");
    }

    /// Bytes of the transformer.
    long bytes() {
        return bytes("");
    }

    private long bytes(String prefix) {
        return shapes().entrySet().stream()
                .filter(tensor -> tensor.getKey().startsWith(prefix))
                .mapToLong(tensor -> bytes(tensor.getValue()))
                .sum();
    }

    private static long bytes(long[] shape) {
        long bytes = Short.BYTES;
        for (long length : shape) {
            bytes *= length;
        }
        return bytes;
    }

    /// Writes the pipeline.
    ///
    /// @param folder to be made
    /// @return the file with the transformer's weights
    Path write(Path folder) throws IOException {
        Path demo = FixtureCase.folder().toAbsolutePath().resolve("../../demo/model").normalize();
        try (Stream<Path> files = Files.walk(demo)) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(demo.relativize(file).toString());
                if (!file.toString().contains("transformer/diffusion")) {
                    Files.copy(file, copy);
                }
            }
        }
        Path config = folder.resolve("transformer/config.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode fields = (ObjectNode) json.readTree(config.toFile());
        fields.put("attention_head_dim", HEAD);
        fields.put("num_attention_heads", heads);
        fields.put("num_layers", layers);
        fields.put("mmdit_layers", layers);
        fields.put("time_embed_dim", timeDim);
        json.writeValue(config.toFile(), fields);
        Path weights = folder.resolve("transformer/diffusion_pytorch_model.safetensors");
        writeWeights(weights);
        return weights;
    }

    private void writeWeights(Path file) throws IOException {
        Map<String, long[]> shapes = shapes();
        ObjectNode header = new ObjectMapper().createObjectNode();
        long end = 0;
        for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
            ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "BF16");
            for (long length : tensor.getValue()) {
                entry.withArray("shape").add(length);
            }
            entry.putArray("data_offsets").add(end).add(end + bytes(tensor.getValue()));
            end += bytes(tensor.getValue());
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = " ".repeat(-text.length & 7).getBytes(StandardCharsets.UTF_8);
        ByteBuffer start =
                ByteBuffer.allocate(Long.BYTES + text.length + padded.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        start.putLong((long) text.length + padded.length).put(text).put(padded).flip();
        SplittableRandom random = new SplittableRandom(SEED);
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            long at = start.limit();
            writeAll(out, start, 0);
            for (long[] shape : shapes.values()) {
                writeAll(out, numbers(random, Math.min(written, bytes(shape))), at);
                at += bytes(shape);
            }
            writeAll(out, numbers(random, Short.BYTES), at - Short.BYTES); // the file's full length
        }
    }

    /// Numbers of either sign, 2⁻⁷ to 2⁻⁶.
    private static ByteBuffer numbers(SplittableRandom random, long bytes) {
        ByteBuffer numbers =
                ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        while (numbers.hasRemaining()) {
            int bits = random.nextInt();
            numbers.putShort((short) ((bits & 0x8000) | 0x3c00 | (bits & 0x7f)));
        }
        return numbers.flip();
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes, long at) throws IOException {
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }

    private Map<String, long[]> shapes() {
        long d = dim();
        Map<String, long[]> shapes = new TreeMap<>();
        linear(shapes, "time_embedding.linear_1", timeDim, d);
        linear(shapes, "time_embedding.linear_2", timeDim, timeDim);
        shapes.put("text_proj.0.weight", new long[] {TEXT});
        linear(shapes, "text_proj.1", d, TEXT);
        shapes.put("proj.weight", new long[] {d, CHANNELS, PATCH, PATCH});
        shapes.put("proj.bias", new long[] {d});
        norm(shapes, "norm_final", d);
        linear(shapes, "norm_out.linear", 2 * d, timeDim);
        norm(shapes, "norm_out.norm", d);
        linear(shapes, "proj_out", PATCH * PATCH * CHANNELS, d);
        for (int i = 0; i < layers; i++) {
            block(shapes, "transformer_blocks." + i, d);
        }
        return shapes;
    }

    private void block(Map<String, long[]> shapes, String path, long d) {
        for (String norm : new String[] {".norm1", ".norm2"}) {
            linear(shapes, path + norm + ".linear", 6 * d, timeDim);
            norm(shapes, path + norm + ".norm", d);
        }
        for (String layer :
                "to_q to_k to_v add_q_proj add_k_proj add_v_proj to_out.0 to_add_out".split(" ")) {
            linear(shapes, path + ".attn1." + layer, d, d);
        }
        for (String norm : "norm_q norm_k norm_added_q norm_added_k".split(" ")) {
            norm(shapes, path + ".attn1." + norm, HEAD);
        }
        for (String feed : new String[] {".ff", ".txt_ff"}) {
            linear(shapes, path + feed + ".net.0.proj", 4 * d, d);
            linear(shapes, path + feed + ".net.2", d, 4 * d);
        }
    }

    private static void linear(Map<String, long[]> shapes, String path, long out, long in) {
        shapes.put(path + ".weight", new long[] {out, in});
        shapes.put(path + ".bias", new long[] {out});
    }

    private static void norm(Map<String, long[]> shapes, String path, long dim) {
        shapes.put(path + ".weight", new long[] {dim});
        shapes.put(path + ".bias", new long[] {dim});
    }
}
