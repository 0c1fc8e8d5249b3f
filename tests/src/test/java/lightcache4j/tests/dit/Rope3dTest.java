package lightcache4j.tests.dit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.model.layers.Rope3d;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a grid of tokens is laid in the base grid; parity of the tables is tested with the model.
class Rope3dTest {

    /// Values of `get_resize_crop_region_for_grid` of diffusers 0.42.1 for a base of 30 rows and 45
    /// columns.
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 8, 30, 38",
        "4, 4, 0, 8, 30, 38",
        "30, 45, 0, 0, 30, 45",
        "2, 3, 0, 0, 30, 45",
        "3, 2, 0, 12, 30, 32",
        "32, 32, 0, 8, 30, 38",
        "24, 42, 2, 0, 28, 45",
        "42, 24, 0, 14, 30, 31",
        "3, 1, 0, 18, 30, 28",
        "1, 3, 8, 0, 23, 45",
        "18, 1, 0, 22, 30, 24",
        "1, 18, 14, 0, 16, 45",
        "12, 1, 0, 22, 30, 24",
        "5, 31, 12, 0, 19, 45",
        "20, 31, 0, 0, 29, 45",
        "9, 14, 0, 0, 29, 45"
    })
    void regionIsThatOfDiffusers(int rows, int columns, int top, int left, int bottom, int right) {
        assertEquals(
                new Rope3d.Region(top, left, bottom, right),
                Rope3d.Region.centred(rows, columns, 30, 45));
    }
}
