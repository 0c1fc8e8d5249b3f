package lightcache4j.tests.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.model.text.ChatTemplate;
import lightcache4j.tensors.EngineException;
import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Renderings of `apply_chat_template` of transformers, and what a template cannot do.
class ChatTemplateTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> chats() {
        return cases("tokenizer/chats.json");
    }

    static Stream<Arguments> jinja() {
        return cases("tokenizer/jinja.json");
    }

    private static Stream<Arguments> cases(String file) {
        JsonNode json = FixtureCase.json(file);
        return StreamSupport.stream(json.required("cases").spliterator(), false)
                .map(
                        c ->
                                Arguments.of(
                                        c.required("template").asText(),
                                        json.required("templates")
                                                .required(c.required("template").asText())
                                                .asText(),
                                        c));
    }

    private static List<Map<String, Object>> messages(JsonNode messages) {
        return JSON.convertValue(messages, new TypeReference<>() {});
    }

    private static String render(String source, JsonNode c) {
        ChatTemplate template =
                ChatTemplate.of("chat_template.jinja", source, Map.of("eos_token", "<|im_end|>"));
        return template.render(
                messages(c.required("messages")), c.required("add_generation_prompt").asBoolean());
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("chats")
    void rendersAsTransformers(String name, String source, JsonNode c) {
        assertEquals(c.required("rendered").asText(), render(source, c));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("jinja")
    void readsJinja(String name, String source, JsonNode c) {
        assertEquals(c.required("rendered").asText(), render(source, c));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% include 'other' %}",
                "{% import 'x' as y %}",
                "{% extends 'x' %}",
                "{{ 1 | pprint }}",
                "{{ 1 is sameas 1 }}",
                "{% if %}",
                "{% if true %}",
                "{% for x in y %}",
                "{{ 'open }}",
                "{{ 1",
                "{# open",
                "{{ (1 }}",
                "{{ }}",
                "{% endif %}",
                "{{ a b }}",
                "{{ '\\x4' }}",
            })
    void whatIsNotBuiltHereIsNamedWhenRead(String source) {
        refused(source, "chat_template.jinja line 1: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__.__mro__ }}",
                "{{ messages.append(1) }}",
                "{{ x.y }}",
                "{{ open('/etc/passwd') }}",
                "{{ 1 + 'a' }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 1 // 0 }}",
                "{{ raise_exception('no') }}",
                "{% set x.y = 1 %}",
                "{{ range }}",
                "{% set a, b = [1] %}",
                "{{ {[1]: 2} }}",
            })
    void whatCannotBeDoneIsNamedWhenRendered(String source) {
        refused(source, "chat template: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(1000000000) %}{% endfor %}",
                "{% set n = namespace(s='ab') %}{% for i in range(100) %}{% set n.s = n.s ~ n.s"
                        + " %}{% endfor %}",
                "{{ 'a' * 1000000000000 }}",
                "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
                "{% set n = namespace(s=[]) %}{% for i in range(1000) %}{% set n.s = [n.s] %}{%"
                        + " endfor %}{{ n.s }}",
                "{% set n = namespace(s=[]) %}{% for i in range(1000) %}{% set n.s = [n.s] %}{%"
                        + " endfor %}{{ n.s == [n.s] }}",
            })
    void whatTakesTooMuchEnds(String source) {
        refused(source, "chat template: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "-", "not ", "(", "1 if "})
    void deepNestingEnds(String opening) {
        refused("{{ " + opening.repeat(100_000) + " }}", "chat_template.jinja line 1: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+ 1 ", "~ 'a' ", "and 1 ", "| trim ", ".a "})
    void longChainsEnd(String link) {
        refused("{{ messages " + link.repeat(100_000) + " }}", "chat template: ");
    }

    @Test
    void longLiteralsAreRead() {
        String text = "ab\\n".repeat(100_000);
        String source = "{{ '" + text + "' }}{{ \"" + text + "\" | length }}";
        String rendered = ChatTemplate.of("chat_template.jinja", source, Map.of()).prompt("");
        assertEquals("ab\n".repeat(100_000) + "300000", rendered);
    }

    @Test
    void valuesOfJsonAreTakenAsTheyCome() throws IOException {
        String json = "[{'role': 'user', 'content': null, 'n': [1, 2.5, true], 'big': 5000000000}]";
        String source =
                "{{ messages[0].content is none }} {{ messages[0].n[0] + 1 }} {{ messages[0].n }}"
                        + " {{ messages[0].big }}";
        ChatTemplate template = ChatTemplate.of("chat_template.jinja", source, Map.of());
        String rendered = template.render(messages(JSON.readTree(json.replace('\'', '"'))), false);
        assertEquals("True 2 [1, 2.5, True] 5000000000", rendered);
    }

    private static void refused(String source, String start) {
        EngineException refusal =
                assertThrows(
                        EngineException.class,
                        () -> ChatTemplate.of("chat_template.jinja", source, Map.of()).prompt("a"));
        assertTrue(refusal.getMessage().startsWith(start), refusal.getMessage());
    }
}
