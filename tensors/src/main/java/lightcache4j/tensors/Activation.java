package lightcache4j.tensors;

/// Pointwise functions that a backend may fuse behind a linear layer, a convolution or a norm.
public enum Activation {
    /// `x`.
    NONE,
    /// `x · sigmoid(x)`, also called swish.
    SILU,
    /// `x · Φ(x)` with the Gaussian distribution function through `erf` (Hendrycks and Gimpel,
    /// arXiv:1606.08415).
    GELU,
    /// The `tanh` approximation of [#GELU]: `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
    GELU_TANH,
    /// `x · sigmoid(1.702 x)`, used by CLIP.
    QUICK_GELU,
    /// `max(x, 0)`.
    RELU,
    /// `x · tanh(ln(1 + eˣ))` (Misra, arXiv:1908.08681).
    MISH
}
