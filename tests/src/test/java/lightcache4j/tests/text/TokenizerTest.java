package lightcache4j.tests.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import lightcache4j.model.text.ChatTemplate;
import lightcache4j.model.text.Encoding;
import lightcache4j.model.text.MalformedTokenizer;
import lightcache4j.model.text.Tokenizer;
import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Ids that transformers' tokenizers gave, with what is done around a prompt.
class TokenizerTest {
    static final Path DEMO =
            FixtureCase.folder().toAbsolutePath().resolve("../../demo/model/tokenizer").normalize();
    static final Path BPE = FixtureCase.folder().resolve("tokenizer/bpe");

    private static final Map<String, Tokenizer> TOKENIZERS =
            Map.of("demo", Tokenizer.load(DEMO), "bpe", Tokenizer.load(BPE));

    static Stream<Arguments> texts() {
        return Stream.concat(texts("demo", "texts.json"), texts("bpe", "texts_bpe.json"));
    }

    private static Stream<Arguments> texts(String tokenizer, String file) {
        return list("tokenizer/" + file)
                .map(
                        c ->
                                Arguments.of(
                                        tokenizer,
                                        c.required("text").asText(),
                                        ints(c.required("ids"))));
    }

    static Stream<JsonNode> prompts() {
        return list("tokenizer/prompts.json");
    }

    private static Stream<JsonNode> list(String file) {
        return StreamSupport.stream(FixtureCase.json(file).spliterator(), false);
    }

    private static int[] ints(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void encodesAsTransformers(String tokenizer, String text, int[] ids) {
        assertArrayEquals(ids, TOKENIZERS.get(tokenizer).encode(text));
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void preparesPromptsAsThePipelinesDo(JsonNode c) {
        boolean demo = c.required("tokenizer").asText().equals("demo");
        Tokenizer tokenizer = TOKENIZERS.get(demo ? "demo" : "bpe");
        int length = c.required("max_length").asInt();

        String chat = ChatTemplate.load(demo ? DEMO : BPE).prompt(c.required("prompt").asText());
        assertEquals(c.required("chat").asText(), chat);

        Encoding encoding = tokenizer.encode(chat, length);
        assertArrayEquals(ints(c.required("input_ids")), encoding.ids().toInts(), "ids");
        assertArrayEquals(ints(c.required("attention_mask")), encoding.mask().toInts(), "mask");
        assertEquals(
                Math.max(0, tokenizer.encode(chat).length - length),
                encoding.cut(),
                "tokens that were cut");
    }

    @Test
    void readsTheTwoOlderFilesWhereTheNewerIsAbsent() {
        Tokenizer older = Folder.without(DEMO, "tokenizer.json", Tokenizer::load);
        long tried =
                texts("demo", "texts.json")
                        .map(Arguments::get)
                        .peek(c -> assertArrayEquals((int[]) c[2], older.encode((String) c[1])))
                        .count();
        assertTrue(tried > 100, "only " + tried + " texts were tried");
        Encoding padded = older.encode("a", 3);
        assertEquals(482, padded.ids().toInts()[2], "<|endoftext|> pads");
    }

    @ParameterizedTest
    @CsvSource({"<|im_end|>, 481", "<|endoftext|>, 482", "a, 64", "<|no_such|>, -1"})
    void knowsTokensByTheirContent(String token, int id) {
        OptionalInt expected = id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
        assertEquals(expected, TOKENIZERS.get("demo").id(token));
    }

    @Test
    void aLengthThatHoldsNothingIsRefused() {
        Tokenizer tokenizer = TOKENIZERS.get("demo");
        assertThrows(MalformedTokenizer.class, () -> tokenizer.encode("a", 0));
        assertEquals(2, tokenizer.encode("abc", 1).cut());
    }

    @Test
    void paddingNeedsAToken() {
        Tokenizer tokenizer = Folder.without(DEMO, "tokenizer_config.json", Tokenizer::load);
        MalformedTokenizer refusal =
                assertThrows(MalformedTokenizer.class, () -> tokenizer.encode("a", 8));
        assertTrue(refusal.getMessage().startsWith("tokenizer: pad_token is missing"));
        assertArrayEquals(new int[] {64}, tokenizer.encode("a", 1).ids().toInts());
    }

    /// Texts on which a pattern that backtracks, or merging pair by pair, would take hours.
    @ParameterizedTest
    @ValueSource(strings = {"abcdefghij", " ", "\n", " \n", "😀", "7", "a ", "!", "'s", "世"})
    void veryLongTextsComeBack(String part) {
        String text = part.repeat(50_000) + "x";
        Tokenizer tokenizer = TOKENIZERS.get("bpe");
        assertEquals(text, tokenizer.decode(tokenizer.encode(text), false));
    }

    @Test
    void decodingGivesTheTextBack() {
        String text = "a red circle, 你好 😀 <|im_end|>\n";
        Tokenizer tokenizer = TOKENIZERS.get("bpe");
        int[] ids = tokenizer.encode(text);
        assertEquals(text, tokenizer.decode(ids, false));
        assertEquals(text.replace("<|im_end|>", ""), tokenizer.decode(ids, true));
        int[] cutInsideACharacter = Arrays.copyOf(tokenizer.encode("𝄞"), 2);
        assertEquals("\ufffd", tokenizer.decode(cutInsideACharacter, false));
    }
}
