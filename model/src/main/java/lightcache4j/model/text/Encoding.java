package lightcache4j.model.text;

import lightcache4j.tensors.Tensor;

/// A text as a language model takes it: exactly as many tokens as were asked for, padded on the
/// right.
///
/// @param ids I32 `[L]`, padding included
/// @param mask I32 `[L]`, 1 where a token is text and 0 where it is padding
/// @param cut tokens of the text that did not fit and were left out
public record Encoding(Tensor ids, Tensor mask, int cut) {}
