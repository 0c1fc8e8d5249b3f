/// The command line: commands, reports, exit codes, and the choice of a backend.
///
/// [lightcache4j.cli.Main] holds the commands together and turns every failure into one line and an
/// exit code ([lightcache4j.cli.ExitCode]); [lightcache4j.cli.Backends] is the one place that picks
/// a backend. Clips as files are in [lightcache4j.cli.media].
package lightcache4j.cli;
