package lightcache4j.model.run;

import static lightcache4j.tensors.Arithmetic.moments;

import lightcache4j.tensors.Tensor;

import java.util.function.UnaryOperator;

/// Stops at the first site with a number that is NaN or infinite, and names it.
///
/// It looks at every input and output of every site, so it is for a step that is computed again
/// because its result was not finite. As sites nest, the innermost one is named.
///
/// @param phase what is being computed, such as `denoise, step 3`
/// @param next who runs the body
public record Finite(String phase, Runner next) implements Runner {

    /// @throws NumericFailure if the features are not finite before or after
    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        require(site, "input", x);
        Features y = next.run(site, x, body);
        require(site, "output", y);
        return y;
    }

    private void require(Site site, String end, Features x) {
        require(site, end, x.video());
        Tensor text = x.text();
        if (text != null) {
            require(site, end + " of the text stream", text);
        }
    }

    private void require(Site site, String end, Tensor x) {
        if (!moments(x).finite()) {
            throw new NumericFailure(
                    "%s, %s: %s is NaN or infinite, wanted finite numbers; if --backend reference fails alike, weights or embeddings are at fault"
                            .formatted(phase, site.path(), end));
        }
    }
}
