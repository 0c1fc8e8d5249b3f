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
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A clip as H.264 in MP4, at a constant quantiser where losses are hard to see.
///
/// Colours are BT.601 in limited range: what players take a file for that does not say.
final class Mp4Writer implements ClipWriter {
    private static final int QUANTISER = 14;
    private static final int KEY_INTERVAL = 25;

    private final Path path;
    private final WholeFile file;
    private final Plan plan;
    private final H264Encoder encoder = new H264Encoder(new ConstantQuantiser(QUANTISER));
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
        ByteBuffer room = ByteBuffer.allocate(encoder.estimateBufferSize(picture));
        EncodedFrame encoded = encoder.encodeFrame(picture, room);
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
    private record ConstantQuantiser(int value) implements RateControl {
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
