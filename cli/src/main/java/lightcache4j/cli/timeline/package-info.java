/// What a run did when, from a flight recording: computing, copying and waiting side by side, so
/// that one can see what hides behind what.
package lightcache4j.cli.timeline;
