package lightcache4j.model.pipeline;

import lightcache4j.weights.Config;

/// How a checkpoint was taught to see masks: fields of the configurations of its transformer and
/// its autoencoder that the models themselves do not read.
///
/// @param resizesMask whether the mask is resampled to one channel, or encoded like a clip,
///   `resize_inpaint_mask_directly`
/// @param addsNoise whether noise is laid over the kept pixels, `add_noise_in_inpaint_model`
/// @param firstFrameAlone whether the mask's first frame is resampled by itself, as the autoencoder
///   codes it, `cache_mag_vae`
public record InpaintRule(boolean resizesMask, boolean addsNoise, boolean firstFrameAlone) {

    static InpaintRule of(Config transformer, Config vae) {
        return new InpaintRule(
                transformer.flag("resize_inpaint_mask_directly", true),
                transformer.flag("add_noise_in_inpaint_model", true),
                vae.flag("cache_mag_vae", true));
    }
}
