package lightcache4j.cli.media;

import org.jcodec.api.FrameGrab;
import org.jcodec.api.JCodecException;
import org.jcodec.common.io.FileChannelWrapper;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Picture;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/// Frames of an H.264 clip in MP4, colours taken as BT.601 in limited range.
final class Mp4Reader implements ClipReader {
    private final Path path;
    private final FileChannel channel;
    private final FrameGrab frames;

    private Mp4Reader(Path path, FileChannel channel) throws IOException, JCodecException {
        this.path = path;
        this.channel = channel;
        this.frames = FrameGrab.createFrameGrab(new FileChannelWrapper(channel));
    }

    static Mp4Reader open(Path path) {
        try {
            FileChannel channel = FileChannel.open(path);
            try {
                return new Mp4Reader(path, channel);
            } catch (IOException | JCodecException | RuntimeException e) {
                channel.close();
                throw new CannotRead(path, e);
            }
        } catch (IOException e) {
            throw new CannotRead(path, e);
        }
    }

    @Override
    public Optional<Frame> next() {
        Picture picture;
        try {
            picture = frames.getNativeFrame();
        } catch (IOException | RuntimeException e) {
            throw new CannotRead(path, e);
        }
        if (picture == null) {
            return Optional.empty();
        }
        ColorSpace colours = picture.getColor();
        if (colours != ColorSpace.YUV420 && colours != ColorSpace.YUV420J) {
            throw new CannotRead(path, "has pictures in " + colours + ", wanted 4:2:0");
        }
        return Optional.of(Yuv.frame(picture));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new CannotRead(path, e);
        }
    }
}
