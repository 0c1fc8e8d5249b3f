package lightcache4j.weights;

/// What a name that was read from a file may be before it is joined to a folder.
final class FileNames {
    private FileNames() {}

    /// Whether `name` is one step down from a folder on any system: no separator, no drive, not the
    /// folder itself nor its parent, nothing that cannot be printed.
    static boolean isPlain(String name) {
        return !name.isBlank()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
                && Printable.isWellFormed(name);
    }
}
