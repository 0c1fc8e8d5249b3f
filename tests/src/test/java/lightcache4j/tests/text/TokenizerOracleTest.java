package lightcache4j.tests.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.text.Tokenizer;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Random texts through Hugging Face's own library, next to ours, with files that differ in flags.
class TokenizerOracleTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TEXTS = 1500;

    /// Alphabets in which tokenizers go wrong; each text mixes some of them.
    private static final String[] ALPHABETS = {
        "abcdefghijklmnopqrstuvwxyz",
        "      \n\r\t\u00a0\u3000\u2003\u0085\u2028\u200b\ufeff",
        "0123456789٠١٢½²Ⅷ〇",
        "'s't're've'm'll'dSTREVMLLDſ’",
        "éüñßÅ\u0301\u0308\u0327\u0323\u030a",
        "你好世界熊猫竹林里弹吉他，。",
        "こんにちはカタカナﾊﾟ゛",
        "안녕하세요ᄒ\u1161\u11ab",
        "Приветмирάσου",
        "שלוםمرحبا",
        "नमस्तेสวัสดี",
        "a\u0301\u0334\u0345\u08d0\u0eba\u1acc\u1df9\u32ff\ud81b\udff0\ud805\udd30\ud805\udd35\ud801\uddd2\u0307",
        "😀👍🏽❤️🔥👨‍👩‍👧🇩🇪☺",
        "𝓗𝔬𝟙𠮷𝅘𝅥",
        "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~",
        "\u0000\u0001\u007f\u0344\u0958\u2126\u212b\ufb01",
    };

    private static final String[] WORDS = {
        "<|im_start|>",
        "<|im_end|>",
        "<|endoftext|>",
        "<|image_pad|>",
        "<extra>",
        "whole",
        "wholesome",
        " <extra> ",
        "circle",
        " moving",
        "it's",
        "\r\n",
        "    ",
        "café",
        "A\u030a",
    };

    static Stream<Arguments> tokenizers() {
        return Stream.of(
                variant("as the demo has it", TokenizerTest.DEMO, _ -> {}),
                variant("as the fixture has it", TokenizerTest.BPE, _ -> {}),
                variant(
                        "prefix space and GPT-2's cut",
                        TokenizerTest.BPE,
                        TokenizerOracleTest::gpt2),
                variant(
                        "no normaliser, merging ignored",
                        TokenizerTest.BPE,
                        TokenizerOracleTest::raw),
                variant(
                        "white space removed, NFKC",
                        TokenizerTest.BPE,
                        TokenizerOracleTest::removed),
                variant(
                        "special tokens around, NFD",
                        TokenizerTest.BPE,
                        TokenizerOracleTest::framed),
                variant("an unknown token", TokenizerTest.BPE, TokenizerOracleTest::unknown),
                variant(
                        "ids of added tokens with gaps",
                        TokenizerTest.DEMO,
                        TokenizerOracleTest::gaps));
    }

    private static Arguments variant(String name, Path folder, Consumer<ObjectNode> change) {
        return Arguments.of(Named.of(name, folder), change);
    }

    private static void gpt2(ObjectNode json) {
        json.set(
                "pre_tokenizer",
                json(
                        "{'type': 'ByteLevel', 'add_prefix_space': true, 'trim_offsets': true,"
                                + " 'use_regex': true}"));
    }

    private static void raw(ObjectNode json) {
        json.putNull("normalizer");
        json.withObject("model").put("ignore_merges", true);
        ArrayNode merges = JSON.createArrayNode();
        for (JsonNode pair : json.required("model").required("merges")) {
            merges.add(pair.get(0).asText() + " " + pair.get(1).asText());
        }
        json.withObject("model").set("merges", merges);
        json.withArray("added_tokens").forEach(t -> ((ObjectNode) t).put("normalized", true));
    }

    private static void removed(ObjectNode json) {
        json.set(
                "normalizer",
                json("{'type': 'Sequence', 'normalizers': [{'type': 'NFD'}, {'type': 'NFKC'}]}"));
        json.set(
                "pre_tokenizer",
                json(
                        "{'type': 'Sequence', 'pretokenizers': [{'type': 'Split', 'pattern':"
                                + " {'Regex': '\\\\s+'}, 'behavior': 'Removed', 'invert': false},"
                                + " {'type': 'Split', 'pattern': {'String': '.'}, 'behavior':"
                                + " 'Isolated', 'invert': true}, {'type': 'ByteLevel',"
                                + " 'add_prefix_space': false, 'trim_offsets': false, 'use_regex':"
                                + " false}]}"));
    }

    private static void framed(ObjectNode json) {
        json.set("normalizer", json("{'type': 'NFD'}"));
        json.set(
                "post_processor",
                json(
                        "{'type': 'Sequence', 'processors': [{'type': 'ByteLevel',"
                                + " 'add_prefix_space': true, 'trim_offsets': false, 'use_regex':"
                                + " true}, {'type': 'TemplateProcessing', 'single': [{'SpecialToken':"
                                + " {'id': 'S', 'type_id': 0}}, {'Sequence': {'id': 'A', 'type_id':"
                                + " 0}}, {'SpecialToken': {'id': 'E', 'type_id': 0}}], 'pair':"
                                + " [{'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'B',"
                                + " 'type_id': 1}}], 'special_tokens': {'S': {'id': 'S', 'ids': [7, 8],"
                                + " 'tokens': ['a', 'b']}, 'E': {'id': 'E', 'ids': [9], 'tokens':"
                                + " ['c']}}}]}"));
    }

    private static void unknown(ObjectNode json) {
        ObjectNode model = json.withObject("model");
        ((ObjectNode) model.required("vocab")).remove("Ã");
        ((ObjectNode) model.required("vocab")).remove("ð");
        model.set("merges", JSON.createArrayNode());
        model.put("unk_token", "!").put("fuse_unk", true);
    }

    private static void gaps(ObjectNode json) {
        int id = 500;
        for (JsonNode token : json.withArray("added_tokens")) {
            ((ObjectNode) token)
                    .put("id", id)
                    .put("rstrip", id % 2 == 0)
                    .put("single_word", id > 510);
            id += 3;
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenizers")
    void equalsHuggingFace(Path folder, Consumer<ObjectNode> change) {
        int different =
                Folder.with(
                        folder,
                        "tokenizer.json",
                        changed(folder, change),
                        TokenizerOracleTest::compare);
        assertTrue(different > TEXTS / 2, "only " + different + " different ids sequences came up");
    }

    private static String changed(Path folder, Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
            change.accept(json);
            return JSON.writeValueAsString(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int compare(Path folder) {
        Tokenizer ours = Tokenizer.load(folder);
        try (HuggingFaceTokenizer theirs =
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(folder.resolve("tokenizer.json"))
                        .optTruncation(false)
                        .optPadding(false)
                        .build()) {
            Random random = new Random(20);
            int filled = 0;
            for (int i = 0; i < TEXTS; i++) {
                String text = text(random);
                long[] expected = theirs.encode(text).getIds();
                int[] ids = ours.encode(text);
                assertArrayEquals(
                        expected,
                        Arrays.stream(ids).asLongStream().toArray(),
                        () -> "ids of " + escaped(text));
                assertEquals(
                        theirs.decode(expected, false),
                        ours.decode(ids, false),
                        () -> "decoding of " + escaped(text));
                assertEquals(
                        theirs.decode(expected, true),
                        ours.decode(ids, true),
                        () -> "decoding without special tokens of " + escaped(text));
                filled += ids.length > 3 ? 1 : 0;
            }
            return filled;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(12);
            if (kind == 0) {
                text.append(WORDS[random.nextInt(WORDS.length)]);
            } else if (kind == 1) {
                text.appendCodePoint(codePoint(random));
            } else {
                if (kind < 5) {
                    alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
                }
                int[] letters = alphabet.codePoints().toArray();
                text.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
        }
        return text.toString();
    }

    private static int codePoint(Random random) {
        int[] ends = {0x250, 0x600, 0x3100, 0xd7a4, 0x20000};
        while (true) {
            int c = random.nextInt(ends[random.nextInt(ends.length)]);
            if (Character.isDefined(c) && Character.getType(c) != Character.SURROGATE) {
                return c;
            }
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars()
                .forEach(
                        c ->
                                escaped.append(
                                        c > ' ' && c < 0x7f
                                                ? Character.toString(c)
                                                : "\\u%04x".formatted(c)));
        return escaped.toString();
    }
}
