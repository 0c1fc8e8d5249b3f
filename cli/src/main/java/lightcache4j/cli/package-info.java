/// The command line: commands, reports, exit codes, and the choice of a backend.
package lightcache4j.cli;
