/// The command line and its files, as a user meets them.
///
/// What it writes is read back by Java's ImageIO, and by FFmpeg where that is installed; where it
/// is not, those tests say that they were skipped.
package lightcache4j.tests.cli;
