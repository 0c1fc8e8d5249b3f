/// Clips as files: written frame by frame, read frame by frame, compared.
///
/// A writer ([lightcache4j.cli.media.ClipWriter]) receives frames as the decoder makes them, and
/// its file appears under the wanted name only when it is complete. A reader
/// ([lightcache4j.cli.media.ClipReader]) gives frames in order; neither holds a whole clip.
package lightcache4j.cli.media;
