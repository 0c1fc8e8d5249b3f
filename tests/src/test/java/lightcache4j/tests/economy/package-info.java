/// What makes a run take less memory must not change what it computes.
@NullMarked
package lightcache4j.tests.economy;

import org.jspecify.annotations.NullMarked;
