/// Operations: every backend against the reference, and the reference against PyTorch.
@NullMarked
package lightcache4j.tests.ops;

import org.jspecify.annotations.NullMarked;
