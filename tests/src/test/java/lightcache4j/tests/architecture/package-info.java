/// Rules that the whole source tree keeps: directions of dependency, names, lengths, chapters.
///
/// Each rule is also held against something that breaks it, so that none passes on nothing.
package lightcache4j.tests.architecture;
