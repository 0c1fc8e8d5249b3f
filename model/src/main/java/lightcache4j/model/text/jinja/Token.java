package lightcache4j.model.text.jinja;

/// A piece of a template's source.
///
/// @param line where it starts, from 1
record Token(Kind kind, String text, int line) {

    enum Kind {
        /// Text between tags.
        DATA,
        /// `{{`.
        PRINT_BEGIN,
        /// `}}`.
        PRINT_END,
        /// `{%`.
        TAG_BEGIN,
        /// `%}`.
        TAG_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        /// The end of the source.
        END
    }

    boolean is(Kind wanted, String content) {
        return kind == wanted && text.equals(content);
    }
}
