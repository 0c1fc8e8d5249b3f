package lightcache4j.cli.media;

import lightcache4j.weights.UnwritableFile;
import lightcache4j.weights.WholeFile;

import org.jcodec.codecs.h264.H264Encoder;
import org.jcodec.codecs.h264.encode.RateControl;
import org.jcodec.codecs.h264.io.model.SliceType;
import org.jcodec.common.Codec;
import org.jcodec.common.MuxerTrack;
import org.jcodec.common.VideoCodecMeta;
import org.jcodec.common.VideoEncoder.EncodedFrame;
import org.jcodec.common.io.FileChannelWrapper;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Packet;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Size;
import org.jcodec.containers.mp4.muxer.MP4Muxer;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A clip as H.264 in MP4, at a constant quantiser where losses are hard to see.
///
/// Colours are BT.601 in limited range: what players take a file for that does not say.
final class Mp4Writer implements ClipWriter {
    private static final int QUANTISER = 14;
    private static final int KEY_INTERVAL = 25;
    private static final int SMALLEST_ROOM = 1 << 16;

    private final Path path;
    private final WholeFile file;
    private final Plan plan;
    private final Quantiser quantiser = new Quantiser();
    private final H264Encoder encoder = new H264Encoder(quantiser);
    private final MP4Muxer muxer;
    private final MuxerTrack track;
    private int frames;

    private Mp4Writer(Path path, WholeFile file, Plan plan) throws IOException {
        this.path = path;
        this.file = file;
        this.plan = plan;
        encoder.setKeyInterval(KEY_INTERVAL);
        muxer = MP4Muxer.createMP4MuxerToChannel(new FileChannelWrapper(file.channel()));
        track =
                muxer.addVideoTrack(
                        Codec.H264,
                        VideoCodecMeta.createSimpleVideoCodecMeta(
                                new Size(plan.width(), plan.height()), ColorSpace.YUV420));
    }

    static Mp4Writer begin(Path path, Plan plan) {
        if (plan.width() % 2 != 0 || plan.height() % 2 != 0) {
            throw new UnwritableFile(
                    path,
                    "holds frames of even sizes only, these are %dx%d; take .gif or .png"
                            .formatted(plan.width(), plan.height()));
        }
        WholeFile file = WholeFile.create(path);
        try {
            return new Mp4Writer(path, file, plan);
        } catch (IOException e) {
            file.close();
            throw Failures.unwritable(path, e);
        }
    }

    @Override
    public void accept(Frame frame) {
        Picture picture = Yuv.picture(frame);
        EncodedFrame encoded = encoded(picture);
        Packet.FrameType type =
                encoded.isKeyFrame() ? Packet.FrameType.KEY : Packet.FrameType.INTER;
        try {
            track.addFrame(
                    new Packet(
                            encoded.getData(),
                            frames,
                            plan.framesPerSecond(),
                            1,
                            frames,
                            type,
                            null,
                            frames));
        } catch (IOException e) {
            throw Failures.unwritable(path, e);
        }
        frames++;
    }

    /// The encoder has a kilobyte for a block of 16 by 16 pixels, which noise can exceed: then the
    /// rest of the clip is coded more coarsely, beginning with a frame that needs no other.
    private EncodedFrame encoded(Picture picture) {
        int samples = 3 * picture.getWidth() * picture.getHeight();
        ByteBuffer room = ByteBuffer.allocate(SMALLEST_ROOM + 2 * samples);
        try {
            return encoder.encodeFrame(picture, room);
        } catch (BufferOverflowException tooFine) {
            if (!quantiser.coarser()) {
                throw tooFine;
            }
        }
        while (true) {
            try {
                return new EncodedFrame(encoder.encodeIDRFrame(picture, room.clear()), true);
            } catch (BufferOverflowException tooFine) {
                if (!quantiser.coarser()) {
                    throw tooFine;
                }
            }
        }
    }

    @Override
    public Path finish() {
        try {
            muxer.finish();
        } catch (IOException e) {
            throw Failures.unwritable(path, e);
        }
        file.commit();
        return path;
    }

    @Override
    public void close() {
        file.close();
    }

    /// The same quantiser for every frame, however many bits that takes.
    private static final class Quantiser implements RateControl {
        private static final int COARSEST = 48;
        private static final int STEP = 4;

        private int value = QUANTISER;

        /// @return false if there is no coarser one
        boolean coarser() {
            value += STEP;
            return value <= COARSEST;
        }

        @Override
        public int startPicture(Size size, int mostBytes, SliceType type) {
            return value;
        }

        @Override
        public int initialQpDelta() {
            return 0;
        }

        @Override
        public int accept(int bits) {
            return 0;
        }
    }
}
