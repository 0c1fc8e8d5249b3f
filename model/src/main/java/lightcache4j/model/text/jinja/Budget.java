package lightcache4j.model.text.jinja;

/// What one rendering may cost. An evaluation costs one unit, and so does each character or element
/// that it reads or makes, which bounds time and memory alike.
final class Budget {
    private static final long UNITS = 10_000_000;

    private long left = UNITS;

    /// @throws TemplateError if more is spent than there is
    void spend(long units) {
        left -= units;
        if (left < 0) {
            throw new TemplateError(
                    "chat template: takes more than %d operations, wanted fewer; does it loop without need?"
                            .formatted(UNITS));
        }
    }

    /// A text being made; each character costs a unit before it is written.
    final class Text {
        private final StringBuilder text = new StringBuilder();

        Text append(CharSequence part) {
            spend(part.length());
            text.append(part);
            return this;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    Text text() {
        return new Text();
    }
}
