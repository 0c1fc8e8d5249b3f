package lightcache4j.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a number of bytes: `2g`, `1.5GB`, `512m`, `64MiB`, `9842176`. As in reports, k, m, g and t
/// are powers of 1000; ki, mi, gi and ti are powers of 1024.
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([kmgt]?)(i?)b?");
    private static final String UNITS = "kmgt";

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches() || (form.group(2).isEmpty() && !form.group(3).isEmpty())) {
            throw refusal(text);
        }
        int power = form.group(2).isEmpty() ? 0 : UNITS.indexOf(form.group(2)) + 1;
        int base = form.group(3).isEmpty() ? 1000 : 1024;
        BigDecimal unit = BigDecimal.valueOf(base).pow(power);
        BigDecimal bytes = new BigDecimal(form.group(1)).multiply(unit);
        long whole =
                bytes.min(BigDecimal.valueOf(Long.MAX_VALUE))
                        .setScale(0, RoundingMode.FLOOR)
                        .longValue();
        if (whole < 1) {
            throw refusal(text);
        }
        return whole;
    }

    private static TypeConversionException refusal(String text) {
        return new TypeConversionException(
                "is \"%s\", wanted a number of bytes, such as 2g, 512m or 64MiB".formatted(text));
    }
}
