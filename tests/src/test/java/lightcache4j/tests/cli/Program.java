package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import lightcache4j.cli.Main;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/// One call of the program, in this process.
///
/// @param code its exit code
/// @param out what it printed
/// @param err its progress and complaints
record Program(int code, String out, String err) {

    static Program run(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = Arrays.stream(words).map(String::valueOf).toArray(String[]::new);
        int code = Main.run(new PrintWriter(out), new PrintWriter(err, true), args);
        return new Program(code, out.toString(), err.toString());
    }

    /// A call that must succeed.
    static Program done(Object... words) {
        Program program = run(words);
        assertEquals(0, program.code, program.err);
        return program;
    }

    /// A call that must fail with this code, saying one line and nothing else, which has all of
    /// `parts`.
    static void refused(int code, String parts, Object... words) {
        Program program = run(words);
        assertEquals(code, program.code, program.err);
        assertEquals("", program.out);
        assertEquals(1, program.err.lines().count(), program.err);
        for (String part : parts.split("&")) {
            assertTrue(program.err.contains(part.strip()), program.err + " lacks " + part);
        }
    }

    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError(out, e);
        }
    }
}
