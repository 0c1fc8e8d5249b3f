package lightcache4j.tests.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.text.ChatTemplate;
import lightcache4j.model.text.MalformedTokenizer;
import lightcache4j.model.text.Tokenizer;
import lightcache4j.tensors.EngineException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a tokenizer's folder may lack, and what it may not ask for.
class TokenizerFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Each line changes one place of a good `tokenizer.json`, given as a JSON pointer.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/surprise | 1 | surprise is 1",
                "/model/surprise | 1 | surprise is 1",
                "/model/type | \"WordPiece\" | type is WordPiece, wanted BPE",
                "/model/dropout | 0.1 | dropout is 0.1",
                "/model/byte_fallback | true | byte_fallback is true",
                "/model/end_of_word_suffix | \"</w>\" | end_of_word_suffix is </w>",
                "/model/unk_token | \"<none>\" | unk_token is <none>, wanted a token of the"
                        + " vocabulary",
                "/model/vocab | {\"a\": -1} | a is -1, wanted a token id",
                "/model/vocab | [] | vocab is [], wanted an object",
                "/model/merges | [\"a b c\"] | has \"a b c\", wanted two tokens",
                "/model/merges | [[\"a\"]] | merges is [\"a\"], wanted pairs",
                "/model/merges | [\"a never\"] | merges name the token \"never\"",
                "/model/merges | 3 | merges is 3, wanted a list",
                "/normalizer | {\"type\": \"Lowercase\"} | type is Lowercase, wanted NFC",
                "/pre_tokenizer | {\"type\": \"Metaspace\"} | type is Metaspace, wanted Split",
                "/pre_tokenizer/pretokenizers/0/behavior | \"Contiguous\" | behavior is contiguous",
                "/pre_tokenizer/pretokenizers/0/pattern | {\"Regex\": \"(\"} | is malformed",
                "/pre_tokenizer/pretokenizers/0/pattern | {\"Regex\": \"\\\\h+\"} | has \\h",
                "/pre_tokenizer/pretokenizers/0/pattern | {\"Regex\": \"a{1,2}+\"} | has {1,2}+",
                "/post_processor | {\"type\": \"BertProcessing\"} | type is BertProcessing",
                "/post_processor/single | [] | single is 0 sequences, wanted one",
                "/decoder | {\"type\": \"WordPiece\"} | type is WordPiece, wanted ByteLevel",
                "/added_tokens/0/surprise | true | surprise is true",
                "/added_tokens/0/content | null | content is missing",
            })
    void whatIsNotBuiltHereIsNamed(String place, String value, String message) throws IOException {
        JsonNode json = JSON.readTree(TokenizerTest.DEMO.resolve("tokenizer.json").toFile());
        int last = place.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) json.at(place.substring(0, last));
        parent.set(place.substring(last + 1), JSON.readTree(value));
        EngineException refusal =
                assertThrows(
                        EngineException.class,
                        () ->
                                Folder.with(
                                        TokenizerTest.DEMO,
                                        "tokenizer.json",
                                        JSON.writeValueAsString(json),
                                        Tokenizer::load));
        assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
    }

    @Test
    void anEmptyFolderIsNamed(@TempDir Path folder) {
        MalformedTokenizer refusal =
                assertThrows(MalformedTokenizer.class, () -> Tokenizer.load(folder));
        assertEquals(
                "tokenizer: %s has neither tokenizer.json nor both vocab.json and merges.txt, wanted one of these"
                        .formatted(folder),
                refusal.getMessage());
        assertThrows(MalformedTokenizer.class, () -> ChatTemplate.load(folder));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat_template.jinja | {{ messages[0].content[0].text }}! | a!",
                "tokenizer_config.json | {\"chat_template\": \"<{{ eos_token }}>\", \"eos_token\":"
                        + " {\"content\": \"e\"}} | <e>",
                "tokenizer_config.json | {\"chat_template\": [{\"name\": \"tool_use\","
                        + " \"template\": \"t\"}, {\"name\": \"default\", \"template\": \"d\"}]} | d",
                "chat_template.json | {\"chat_template\": \"{{ add_generation_prompt }}\"} | True",
            })
    void templatesAreFoundWhereCheckpointsHaveThem(
            String file, String content, String rendered, @TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve(file), content);
        assertEquals(rendered, ChatTemplate.load(folder).prompt("a"));
    }

    @Test
    void aTextThatIsTooLongLosesItsStartWhereTheFilesSaySo() {
        String settings = "{\"truncation_side\": \"left\", \"pad_token\": \"<|endoftext|>\"}";
        Tokenizer left =
                Folder.with(TokenizerTest.DEMO, "tokenizer_config.json", settings, Tokenizer::load);
        assertEquals("c", left.decode(left.encode("abc", 1).ids().toInts(), false));
        Tokenizer right = Tokenizer.load(TokenizerTest.DEMO);
        assertEquals("a", right.decode(right.encode("abc", 1).ids().toInts(), false));
    }

    @Test
    void halvesOfCharactersAreReplaced() {
        Tokenizer tokenizer = Tokenizer.load(TokenizerTest.BPE);
        int[] ids = tokenizer.encode("a\ud83d b");
        assertEquals("a\ufffd b", tokenizer.decode(ids, false));
    }
}
